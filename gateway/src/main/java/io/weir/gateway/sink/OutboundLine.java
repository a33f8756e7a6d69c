package io.weir.gateway.sink;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One line on its way to a store.
 *
 * @param line the line, without its line feed
 * @param bytes its length in UTF-8
 * @param table whether the store is one of tables
 */
record OutboundLine(String line, int bytes, boolean table, Part part, Origin origin)
    implements Outbound {

  @Override
  public @Nullable Outbound without(Predicate<FieldOfStore> test, Taken taken) {
    LineText text = new LineText(line, table);
    FieldSplit split = new FieldSplit(part, text.fields(), i -> test.test(text.field(i)));
    if (split.out().isEmpty()) {
      return this;
    }
    for (int number : split.out()) {
      taken.field(text.field(number), of(text.with(i -> i == number), split.taken(number)));
    }
    return split.isNothingLeft()
        ? null
        : of(text.with(i -> !split.out().contains(i)), split.rest());
  }

  private OutboundLine of(String text, Part itsPart) {
    return new OutboundLine(text, text.getBytes(UTF_8).length, table, itsPart, origin);
  }

  @Override
  public Outbound with(Part other) {
    return new OutboundLine(line, bytes, table, other, origin);
  }
}
