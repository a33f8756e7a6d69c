package io.weir.gateway.sink;

import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Series;
import java.util.List;

/**
 * Writes entries as a stream sends them, one field after the other, straight from the bytes of the
 * log. Belongs to one thread.
 */
public interface EntryWriter {

  /** Begins an entry. */
  void begin(Series series, Quality quality, long timeNs);

  void real(String field, double value);

  void whole(String field, long value);

  void flag(String field, boolean value);

  void text(String field, String value);

  /** The entry. */
  byte[] end();

  /**
   * The fields of an entry that was written, for where they are asked for after all. Any thread.
   */
  List<Row.Field> fields(byte[] written);
}
