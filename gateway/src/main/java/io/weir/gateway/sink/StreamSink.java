package io.weir.gateway.sink;

import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Series;
import java.util.List;

/**
 * A stream: it keeps every write, a repeat beside the first, in the order of arrival. So its drain
 * writes strictly in the order of the log, one write at a time for each log, nothing before its
 * turn, and nothing again but what was not confirmed. Each entry says where in the log it comes
 * from, by which whoever reads the stream knows a repeat.
 */
public non-sealed interface StreamSink extends Sink {

  /** All metrics of one message, asset, instant and quality, with where they come from. */
  interface Entry {

    /** The metrics as a store has them. */
    Row row();

    /** What they are of. */
    Series series();

    Quality quality();

    /** The same in line protocol. */
    String line();

    /** Offset of the record in its log. */
    long offset();

    /**
     * Place in the record of the first reading. With log and offset it names the entry, also when
     * it is written again.
     */
    int index();

    /** The topic of the message. */
    String topic();

    /** Its receive time, nanoseconds since the epoch. */
    long receiveTimeNs();
  }

  /**
   * Writes the entries and waits until they are confirmed, at most the configured time. Never
   * throws for what a server or a network does. Of the entries of one key, what is stored when it
   * fails is a beginning of what was given.
   *
   * @param log name of the log that they come from; one write of a log is under way at a time
   * @param entries at least one, in the sink's dialect, in the order of the log
   */
  Answer write(String log, List<? extends Entry> entries);

  /** Writes entries that were written before, because somebody asks for them again. */
  default Answer writeAgain(String log, List<? extends Entry> entries) {
    return write(log, entries);
  }

  /** A stream replaces nothing. */
  @Override
  default boolean replaces() {
    return false;
  }
}
