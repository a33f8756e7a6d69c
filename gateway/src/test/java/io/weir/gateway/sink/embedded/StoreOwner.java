package io.weir.gateway.sink.embedded;

import io.weir.gateway.log.Time;
import java.nio.file.Path;
import java.time.Duration;

/** A process with an embedded store, which prints the number of the store's process and waits. */
final class StoreOwner {

  private StoreOwner() {}

  public static void main(String[] args) throws Exception {
    StoreSettings settings = StoreSettings.of(EmbeddedConfig.DEFAULT, Path.of(args[0]));
    WatchedStore store = WatchedStore.start(settings, Time.SYSTEM, Duration.ofMinutes(2));
    System.out.println("store " + store.pid());
    Thread.sleep(600_000);
  }
}
