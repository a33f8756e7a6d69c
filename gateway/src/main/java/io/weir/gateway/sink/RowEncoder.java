package io.weir.gateway.sink;

import io.weir.gateway.model.MessageCodec;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Value;
import io.weir.gateway.sink.ColumnNames.Column;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Readings as typed rows, or, where a stream has a writer, mostly as what that makes of them. */
final class RowEncoder extends ReadingEncoder {

  /** About what a number and the time take in a line. */
  private static final int NUMBER_BYTES = 8;

  private static final int TIME_BYTES = 20;

  private final LineProtocol syntax;
  private final @Nullable StraightLines straight;
  private final List<Row.Field> fields = new ArrayList<>();
  private int bytes;

  /**
   * @param writer writes entries straight, {@code null} where all are rows
   */
  RowEncoder(Sink.Dialect dialect, LineProtocol syntax, @Nullable EntryWriter writer) {
    super(dialect, syntax, true);
    this.syntax = syntax;
    this.straight = writer == null ? null : new StraightLines(new Straight(writer), dialect.text());
  }

  @Override
  boolean writeStraight(
      MessageCodec codec, ByteBuffer record, long offset, long receivedNs, Out out) {
    return straight != null && straight.write(codec, record, offset, receivedNs, out);
  }

  @Override
  void begin(SeriesHead head) {
    fields.clear();
    bytes = head.utf8().length + TIME_BYTES;
  }

  @Override
  void field(Column column, Value value) {
    fields.add(new Row.Field(column.name(), value));
    bytes += column.name().length() + 2;
    bytes += value instanceof Value.Text text ? text.value().length() : NUMBER_BYTES;
  }

  @Override
  Outbound end(SeriesHead head, @Nullable Long point, Outbound.Part part, Outbound.Origin origin) {
    Row row = new Row(head.measurement(), head.tags(), fields, part.timeNs(), point);
    return new OutboundRow(row, head, syntax, bytes, part, origin, false);
  }

  /** Entries without a row. */
  private final class Straight implements StraightLines.Maker {
    private final EntryWriter writer;
    private String name = "";

    Straight(EntryWriter writer) {
      this.writer = writer;
    }

    @Override
    public SeriesHead head(Series series, Quality quality) {
      return RowEncoder.this.head(series, quality);
    }

    @Override
    public void begin(SeriesHead head, long timeNs) {
      writer.begin(head.series(), head.quality(), inStore(timeNs));
    }

    @Override
    public void name(Column column) {
      name = column.name();
    }

    @Override
    public void real(double value) {
      writer.real(name, value);
    }

    @Override
    public void whole(long value) {
      writer.whole(name, value);
    }

    @Override
    public void flag(boolean value) {
      writer.flag(name, value);
    }

    @Override
    public void text(String value) {
      writer.text(name, value);
    }

    @Override
    public Outbound asLast(
        SeriesHead head,
        FieldSet of,
        int start,
        long timeNs,
        @Nullable String reason,
        Outbound.Origin origin) {
      Outbound.Part part = part(head, of, start, timeNs, reason);
      return new OutboundEntry(writer.end(), writer, head, syntax, part, origin);
    }
  }
}
