package io.weir.gateway.cli;

/** The user's input is wrong: one line of text, exit code 1. */
final class InputException extends Exception {

  private static final long serialVersionUID = 1L;

  InputException(String message) {
    super(message);
  }
}
