package io.weir.gateway.model;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a message says beside values: who sent it and when, its counts, and of each line of its
 * readings whose they are and of when. {@link MessageCodec#outline} writes one message after the
 * other into the same instance, which belongs to one thread.
 */
public final class MessageOutline {

  private MessageCodec.@Nullable Counts head;
  private boolean retained;
  private List<SequenceNumber> numbers = List.of();

  private Series[] series = new Series[8];
  private long[] times = new long[8];
  private int lines;

  void begin(MessageCodec.Counts of) {
    head = of;
    lines = 0;
  }

  void line(Series of, long timeNs) {
    if (lines == series.length) {
      series = Arrays.copyOf(series, 2 * lines);
      times = Arrays.copyOf(times, 2 * lines);
    }
    series[lines] = of;
    times[lines] = timeNs;
    lines++;
  }

  void end(boolean wasRetained, List<SequenceNumber> counted) {
    retained = wasRetained;
    numbers = counted;
  }

  /** Who sent it and when, and how many readings of what kind it has. */
  public MessageCodec.Counts head() {
    return Objects.requireNonNull(head);
  }

  /** Whether it only reports a session: no sender sent it. */
  public boolean isOfSessionOnly() {
    SessionEvent session = head().session();
    return session != null
        && session.kind() != SessionEvent.Kind.HELD
        && session.kind() != SessionEvent.Kind.READ
        && !session.isPassed();
  }

  /** Whether the broker had kept it. */
  public boolean retained() {
    return retained;
  }

  /** The numbers that its sender gave to it. */
  public List<SequenceNumber> numbers() {
    return numbers;
  }

  /** How many lines its readings make. */
  public int lines() {
    return lines;
  }

  /** Whose the readings of a line are. */
  public Series series(int line) {
    return series[line];
  }

  /** When a line was measured, nanoseconds since the epoch. */
  public long timeNs(int line) {
    return times[line];
  }
}
