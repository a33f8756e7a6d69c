package io.weir.gateway.sink;

import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Series;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A stream: it keeps every write, a repeat beside the first, in the order of arrival. So its drain
 * writes strictly in the order of the log, and nothing again but what was not confirmed: one write
 * at a time for each log, or one behind another where the stream {@link #pipelines()}. Each entry
 * says where in the log it comes from, by which whoever reads the stream knows a repeat. Only to a
 * stream that says so, some entries are written before their turn.
 */
public non-sealed interface StreamSink extends Sink {

  /** All metrics of one message, asset, instant and quality, with where they come from. */
  interface Entry {

    /** The metrics as a store has them. */
    Row row();

    /** What they are of. */
    Series series();

    Quality quality();

    /** Event time in nanoseconds since the epoch, as {@link #row} has it. */
    default long timeNs() {
      return row().timeNs();
    }

    /** What the sink's {@link #writer} made of it; {@code null} where none did. */
    default byte @Nullable [] written() {
      return null;
    }

    /** Why the quality is not GOOD, or {@code null}. */
    @Nullable String reason();

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

    /**
     * Whether it is to be stored again where it was written before its turn, because an older value
     * of the same series and instant may have been written since. Only for streams that know
     * repeats.
     */
    default boolean isToStand() {
      return false;
    }
  }

  /**
   * Whether the sink wants rows of a series. What it does not want counts as withheld. Always the
   * same for equal series; any thread.
   */
  default boolean takes(Series series) {
    return true;
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

  /**
   * Writes entries as this sink sends them; {@code null} where it makes each of its row. Each call
   * makes one, for one thread.
   */
  default @Nullable EntryWriter writer() {
    return null;
  }

  /** Whether a write may begin behind one whose answer is not known. Always the same. */
  default boolean pipelines() {
    return false;
  }

  /**
   * Begins a write, and returns when the next one may begin behind it. At most two writes of a log
   * are under way. What is stored of a key is a beginning of what both were given: where entries of
   * the first are not stored, and not refused for good, none of their keys that come behind are.
   *
   * @param behind the write before, whose answer was not taken yet; {@code null} where there is
   *     none. Where it has failed, or fails meanwhile, the answer to this one does not count
   */
  default Begun begin(String log, List<? extends Entry> entries, @Nullable Begun behind) {
    return () -> write(log, entries);
  }

  /**
   * Whether entries may be written before their turn now, beside those in turn. They are passed
   * over when their turn comes. Any thread.
   */
  default boolean takesAhead(String log) {
    return false;
  }

  /**
   * Writes entries before their turn, as {@link #write} does. One such write of a log is under way
   * at a time, beside one in turn.
   *
   * @param since offset from which on all entries up to these were written before their turn
   */
  default Answer writeAhead(String log, long since, List<? extends Entry> entries) {
    throw new UnsupportedOperationException("this stream takes nothing before its turn");
  }

  /** Writes entries that were written before, because somebody asks for them again. */
  default Answer writeAgain(String log, List<? extends Entry> entries) {
    return write(log, entries);
  }

  /**
   * Why the logs were named anew, so that their rows may be stored twice, for as long as it is
   * news; else "". Any thread.
   */
  default String news() {
    return "";
  }

  /** A stream replaces nothing. */
  @Override
  default boolean replaces() {
    return false;
  }
}
