package io.weir.gateway.sink;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One row on its way to a store, or to a stream.
 *
 * @param head of its series and quality
 * @param syntax says the row as a line, where it is refused
 * @param isToStand whether it is to be taken also where it is known
 */
record OutboundRow(
    Row row,
    SeriesHead head,
    LineProtocol syntax,
    int bytes,
    Part part,
    Origin origin,
    boolean isToStand)
    implements OutboundOfSeries {

  @Override
  public Outbound mustStand() {
    return new OutboundRow(row, head, syntax, bytes, part, origin, true);
  }

  @Override
  public @Nullable Outbound without(Predicate<FieldOfStore> test, Taken taken) {
    List<Row.Field> fields = row.fields();
    FieldSplit split = new FieldSplit(part, fields.size(), i -> test.test(field(i)));
    if (split.out().isEmpty()) {
      return this;
    }
    List<Row.Field> left = new ArrayList<>(fields);
    for (int number : split.out()) {
      left.remove(fields.get(number));
      taken.field(field(number), of(List.of(fields.get(number)), split.taken(number)));
    }
    return split.isNothingLeft() ? null : of(left, split.rest());
  }

  private FieldOfStore field(int number) {
    Row.Field field = row.fields().get(number);
    return new FieldOfStore(row.measurement(), field.key(), field.value().type());
  }

  private OutboundRow of(List<Row.Field> fields, Part itsPart) {
    Row with = new Row(row.measurement(), row.tags(), fields, row.timeNs(), row.point());
    int itsBytes = bytes * fields.size() / row.fields().size();
    return new OutboundRow(with, head, syntax, itsBytes, itsPart, origin, isToStand);
  }

  @Override
  public Outbound with(Part other) {
    return new OutboundRow(row, head, syntax, bytes, other, origin, isToStand);
  }
}
