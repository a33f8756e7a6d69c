package io.weir.gateway.simulation;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Scenarios that failed once; one a line, never removed. */
final class Regressions {

  static final String FILE =
      "gateway/src/test/resources/io/weir/gateway/simulation/regressions.txt";

  private Regressions() {}

  static List<String> lines() throws IOException {
    try (InputStream in = Regressions.class.getResourceAsStream("regressions.txt")) {
      if (in == null) {
        throw new IOException("no " + FILE);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .toList();
    }
  }
}
