package io.weir.gateway.sink;

import java.util.List;

/** A store that is written to in typed rows: SQL, Kafka, Parquet. */
public non-sealed interface RowSink extends Sink {

  /**
   * Writes the rows and waits for the answer, at most the configured time. Never throws for what a
   * store or a network does.
   *
   * @param rows at least one, in the sink's dialect
   */
  Answer write(List<Row> rows);
}
