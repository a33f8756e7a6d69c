package io.weir.gateway;

import io.weir.gateway.cli.Program;
import io.weir.gateway.cli.Terminal;

/** Arguments to command. */
public final class Main {

  private Main() {}

  public static void main(String[] args) {
    System.exit(new Program(Terminal.system(), Gateway::run).run(args));
  }
}
