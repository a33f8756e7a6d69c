package io.weir.gateway.sink;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One row on its way to a stream, as this sends it. What it says is read from that again where it
 * is asked for, as evidence mostly.
 *
 * @param written not changed any more
 * @param writer has written it
 * @param head of its series and quality
 * @param syntax says the row as a line, where it is refused
 */
@SuppressWarnings("ArrayRecordComponent") // never changed, never compared
record OutboundEntry(
    byte[] written,
    EntryWriter writer,
    SeriesHead head,
    LineProtocol syntax,
    Part part,
    Origin origin)
    implements OutboundOfSeries {

  @Override
  public int bytes() {
    return written.length;
  }

  @Override
  public Row row() {
    return new Row(head.measurement(), head.tags(), writer.fields(written), timeNs(), null);
  }

  @Override
  public Outbound mustStand() {
    return asRow(true);
  }

  @Override
  public @Nullable Outbound without(Predicate<FieldOfStore> test, Taken taken) {
    OutboundRow row = asRow(false);
    Outbound rest = row.without(test, taken);
    return rest == row ? this : rest;
  }

  @Override
  public Outbound with(Part other) {
    return new OutboundEntry(written, writer, head, syntax, other, origin);
  }

  private OutboundRow asRow(boolean isToStand) {
    return new OutboundRow(row(), head, syntax, written.length, part, origin, isToStand);
  }
}
