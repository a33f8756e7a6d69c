package io.weir.gateway.sink;

import io.weir.gateway.model.Value;
import io.weir.gateway.sink.ColumnNames.Column;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Readings as typed rows. */
final class RowEncoder extends ReadingEncoder {

  /** About what a number and the time take in a line. */
  private static final int NUMBER_BYTES = 8;

  private static final int TIME_BYTES = 20;

  private final LineProtocol syntax;
  private final List<Row.Field> fields = new ArrayList<>();
  private int bytes;

  RowEncoder(Sink.Dialect dialect, LineProtocol syntax) {
    super(dialect, syntax, true);
    this.syntax = syntax;
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
}
