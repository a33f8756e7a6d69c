package io.weir.gateway.sink;

import io.weir.gateway.model.MessageCodec;
import io.weir.gateway.model.MessageReader;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.SessionEvent;
import io.weir.gateway.sink.ColumnNames.Column;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lines or entries straight from the bytes of a record, without an object for each reading: of a
 * record whose lines each have the fields that their series had last, with values that the store
 * keeps. That is nearly every record. What is said of other records is up to {@link
 * ReadingEncoder#write}. Belongs to one thread.
 */
final class StraightLines implements MessageReader {

  /** Makes lines or entries, one field after the other. */
  interface Maker {

    /** What lines of a series and quality begin with. */
    SeriesHead head(Series series, Quality quality);

    void begin(SeriesHead head, long timeNs);

    /** The beginning of a field; its value follows. */
    void name(Column column);

    void real(double value);

    void whole(long value);

    void flag(boolean value);

    void text(String value);

    /**
     * Ends what was begun.
     *
     * @param fields those that it has, as the line before of its series
     * @param start place in the record of the first reading
     */
    Outbound asLast(
        SeriesHead head,
        FieldSet fields,
        int start,
        long timeNs,
        @Nullable String reason,
        Outbound.Origin origin);
  }

  private final Maker encoder;
  private final boolean keepsText;
  private final List<Outbound> lines = new ArrayList<>();

  private boolean fits;
  private long offset;
  private long receivedNs;
  private Outbound.Origin origin = new Outbound.Origin(0, "", 0);

  /** Of the line being made; {@code null} before the first. */
  private @Nullable SeriesHead head;

  private FieldSet fields = FieldSet.NOTHING;
  private long timeNs;
  private @Nullable String reason;
  private int count;
  private int readings;

  StraightLines(Maker encoder, boolean keepsText) {
    this.encoder = encoder;
    this.keepsText = keepsText;
  }

  /**
   * Makes the lines of a record, or none of them.
   *
   * @param receivedAt when the record was received, unless another gateway passed it on
   * @return whether the lines were made; else nothing was handed over
   * @throws IllegalArgumentException if the bytes are no message
   */
  boolean write(
      MessageCodec codec,
      ByteBuffer record,
      long atOffset,
      long receivedAt,
      ReadingEncoder.Out out) {
    fits = true;
    offset = atOffset;
    receivedNs = receivedAt;
    head = null;
    readings = 0;
    try {
      codec.read(record, this);
      if (fits) {
        lines.forEach(out::line);
      }
      return fits;
    } finally {
      lines.clear();
    }
  }

  @Override
  public void message(String source, String topic, long receiveTimeNs) {
    origin = new Outbound.Origin(offset, topic, receivedNs);
  }

  @Override
  public void session(SessionEvent event) {
    if (event.kind() == SessionEvent.Kind.PASSED) {
      origin = new Outbound.Origin(offset, origin.topic(), event.receivedNs());
    }
  }

  @Override
  public void line(Series series, long itsTimeNs, Quality quality, @Nullable String why) {
    endLine();
    if (!fits) {
      return;
    }
    SeriesHead its = encoder.head(series, quality);
    FieldSet last = its.fields();
    if (last == null) {
      fits = false;
      return;
    }
    head = its;
    fields = last;
    timeNs = itsTimeNs;
    reason = why;
    count = 0;
    encoder.begin(its, itsTimeNs);
  }

  /** Begins the next field; {@code false} if it is another one than the last time. */
  private boolean next(String metric) {
    if (!fits || count == fields.metrics().length || !metric.equals(fields.metrics()[count])) {
      fits = false;
      return false;
    }
    Column column = fields.columns()[count++];
    encoder.name(column);
    return true;
  }

  @Override
  public void real(String metric, double value) {
    if (!Double.isFinite(value)) {
      fits = false;
    } else if (next(metric)) {
      encoder.real(value);
    }
  }

  @Override
  public void whole(String metric, long value) {
    if (next(metric)) {
      encoder.whole(value);
    }
  }

  @Override
  public void flag(String metric, boolean value) {
    if (next(metric)) {
      encoder.flag(value);
    }
  }

  @Override
  public void text(String metric, String value) {
    if (!keepsText) {
      fits = false;
    } else if (next(metric)) {
      encoder.text(value);
    }
  }

  @Override
  public void end() {
    endLine();
  }

  private void endLine() {
    if (!fits || head == null) {
      return;
    }
    if (count < fields.metrics().length) {
      fits = false;
      return;
    }
    lines.add(encoder.asLast(head, fields, readings, timeNs, reason, origin));
    readings += count;
  }
}
