package io.weir.gateway.sink;

import io.weir.gateway.model.MessageCodec;
import io.weir.gateway.model.Value;
import io.weir.gateway.sink.ColumnNames.Column;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Readings as lines of line protocol, written straight as text. */
final class LineEncoder extends ReadingEncoder implements StraightLines.Maker {

  /** Of lines that are kept for long, as the last ones that a store took, few keep much. */
  private static final int BLOCK_BYTES = 16 << 10;

  private final LineProtocol syntax;
  private final boolean table;
  private final StraightLines straight;
  private final Utf8Output text = new Utf8Output();
  private char separator;

  /** What lines are kept in, one behind the other, each with a line feed. */
  private byte[] block = {};

  private int used;

  LineEncoder(Sink.Dialect dialect, LineProtocol syntax) {
    super(dialect, syntax, false);
    this.syntax = syntax;
    this.table = dialect.table();
    this.straight = new StraightLines(this, dialect.text());
  }

  @Override
  boolean writeStraight(
      MessageCodec codec, ByteBuffer record, long offset, long receivedNs, Out out) {
    return straight.write(codec, record, offset, receivedNs, out);
  }

  @Override
  void begin(SeriesHead head) {
    text.begin();
    text.utf8(head.utf8());
    separator = ' ';
  }

  @Override
  void field(Column column, Value value) {
    name(column);
    syntax.value(text, value);
  }

  @Override
  public void begin(SeriesHead head, long timeNs) {
    begin(head);
  }

  @Override
  public void name(Column column) {
    text.ascii(separator);
    text.utf8(column.utf8());
    separator = ',';
  }

  @Override
  public void real(double value) {
    text.real(value);
  }

  @Override
  public void whole(long value) {
    syntax.whole(text, value);
  }

  @Override
  public void flag(boolean value) {
    syntax.flag(text, value);
  }

  @Override
  public void text(String value) {
    syntax.text(text, value);
  }

  @Override
  Outbound end(SeriesHead head, @Nullable Long point, Outbound.Part part, Outbound.Origin origin) {
    if (point != null) {
      syntax.point(text, point);
    }
    syntax.time(text, part.timeNs());
    text.ascii('\n');
    int length = text.length();
    if (block.length - used < length) {
      block = new byte[Math.max(BLOCK_BYTES, length)];
      used = 0;
    }
    int from = used;
    text.copyTo(block, from);
    used += length;
    return new OutboundLine(block, from, length - 1, table, part, origin);
  }
}
