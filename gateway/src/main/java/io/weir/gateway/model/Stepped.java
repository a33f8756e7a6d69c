package io.weir.gateway.model;

/** A part that does its work step by step on the calling thread where it was given no thread. */
public interface Stepped {

  /**
   * Does what is due now. Never waits.
   *
   * @return nanoseconds after which another step can do more
   */
  long step();
}
