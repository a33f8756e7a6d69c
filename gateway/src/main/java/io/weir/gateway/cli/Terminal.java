package io.weir.gateway.cli;

import java.io.BufferedOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** What a command is given beside its arguments. */
public record Terminal(
    InputStream in, PrintStream out, PrintStream err, Map<String, String> environment) {

  /** The process's own; UTF-8 whatever the locale. */
  public static Terminal system() {
    return new Terminal(
        System.in,
        new PrintStream(
            new BufferedOutputStream(new StandardOutput()), true, StandardCharsets.UTF_8),
        new PrintStream(System.err, true, StandardCharsets.UTF_8),
        System.getenv());
  }
}
