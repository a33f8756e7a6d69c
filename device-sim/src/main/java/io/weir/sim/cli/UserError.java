package io.weir.sim.cli;

/** The user's input is wrong; the message says what is wrong and how to fix it. Exit code 1. */
final class UserError extends RuntimeException {
  UserError(String message) {
    super(message);
  }
}
