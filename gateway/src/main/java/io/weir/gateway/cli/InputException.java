package io.weir.gateway.cli;

/** The user's input is wrong: told in one line, exit code 1. */
final class InputException extends Exception {

  private static final long serialVersionUID = 1L;

  InputException(String message) {
    super(message);
  }
}
