package io.weir.gateway.sink;

import java.util.List;

/** A store that is written to in InfluxDB line protocol. */
public non-sealed interface LineSink extends Sink {

  /**
   * Writes the lines and waits for the answer, at most the configured time. Never throws for what a
   * store or a network does.
   *
   * @param lines at least one, without line feeds, in the sink's dialect
   */
  Answer write(LineTexts lines);

  /** The same of lines that are texts. */
  default Answer write(List<String> lines) {
    return write(LineTexts.of(lines));
  }
}
