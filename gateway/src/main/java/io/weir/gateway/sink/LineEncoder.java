package io.weir.gateway.sink;

import io.weir.gateway.model.Value;
import io.weir.gateway.sink.ColumnNames.Column;
import org.jspecify.annotations.Nullable;

/** Readings as lines of line protocol, written straight into text. */
final class LineEncoder extends ReadingEncoder {

  /** Characters of a line that a long one leaves room for. */
  private static final int MOST_KEPT = 64 << 10;

  private final LineProtocol syntax;
  private final boolean table;
  private StringBuilder text = new StringBuilder(256);
  private char separator;

  /** Bytes that the text has more than characters. */
  private int more;

  LineEncoder(Sink.Dialect dialect, LineProtocol syntax) {
    super(dialect, syntax, false);
    this.syntax = syntax;
    this.table = dialect.table();
  }

  @Override
  void begin(SeriesHead head) {
    text.setLength(0);
    text.append(head.text());
    more = head.more();
    separator = ' ';
  }

  @Override
  void field(Column column, Value value) {
    text.append(separator).append(column.text()).append('=');
    syntax.appendValue(text, value);
    more += column.more();
    if (value instanceof Value.Text string) {
      more += Utf8.more(string.value()); // escapes are one byte each
    }
    separator = ',';
  }

  @Override
  Outbound end(SeriesHead head, @Nullable Long point, Outbound.Part part, Outbound.Origin origin) {
    if (point != null) {
      syntax.appendPoint(text, point);
    }
    syntax.appendTime(text, part.timeNs());
    OutboundLine line =
        new OutboundLine(text.toString(), text.length() + more, table, part, origin);
    if (text.capacity() > MOST_KEPT) {
      text = new StringBuilder(256);
    }
    return line;
  }
}
