package io.weir.gateway.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.Console;
import java.io.IOException;
import java.util.Arrays;

/** Asks for a new password without showing it, or reads one line where nobody can be asked. */
record PasswordPrompt(Terminal terminal) {

  private static final int LONGEST = 1000;

  String ask() throws InputException, IOException {
    Console console = System.console();
    return terminal.in() == System.in && console != null ? asked(console) : line();
  }

  /** Asks for one that the user has already. */
  String known() throws InputException, IOException {
    Console console = System.console();
    if (terminal.in() != System.in || console == null) {
      return line();
    }
    char[] password = console.readPassword("Password: ");
    return password == null ? "" : new String(password);
  }

  private static String asked(Console console) throws InputException {
    char[] once = console.readPassword("Password: ");
    char[] again = console.readPassword("The same again: ");
    if (once == null || !Arrays.equals(once, again)) {
      throw new InputException("these are two different passwords");
    }
    return new String(once);
  }

  private String line() throws InputException, IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = terminal.in().read(); b != '\n' && b >= 0; b = terminal.in().read()) {
      line.write(b);
      if (line.size() > LONGEST) {
        throw new InputException("this line is too long for a password");
      }
    }
    String password = line.toString(UTF_8);
    return password.endsWith("\r") ? password.substring(0, password.length() - 1) : password;
  }
}
