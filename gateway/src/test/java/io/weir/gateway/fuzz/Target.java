package io.weir.gateway.fuzz;

import java.util.Random;

/** Something that takes bytes from outside. Each thread has one of its own. */
public interface Target extends AutoCloseable {

  /** The input of these random numbers. */
  byte[] input(Random random) throws Exception;

  /**
   * Gives it an input.
   *
   * @return the kind of what became of it, in a few words: kinds are counted
   * @throws AssertionError if it did not keep a promise
   */
  String run(byte[] input) throws Exception;

  /** What holds after many inputs, such as that a server lives. */
  default void check() throws Exception {}

  @Override
  default void close() throws Exception {}
}
