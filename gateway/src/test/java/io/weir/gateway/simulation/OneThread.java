package io.weir.gateway.simulation;

/** The only thread that may run code of the gateway. Everything around the gateway asks it. */
final class OneThread {

  private final Thread owner = Thread.currentThread();

  void check() {
    if (Thread.currentThread() != owner) {
      throw new AssertionError(
          "the gateway runs on thread " + Thread.currentThread().getName() + " as well");
    }
  }
}
