package io.weir.gateway;

import io.weir.gateway.settings.ConfigFile;

/** A gateway on the parts of this machine, for tests that run it in their own process. */
public final class StartedGateway {

  private StartedGateway() {}

  /** Built and started. */
  public static Gateway of(ConfigFile file) throws Exception {
    Gateway gateway = Gateway.build(file, file.load(), "test", Main.machine());
    gateway.start();
    return gateway;
  }
}
