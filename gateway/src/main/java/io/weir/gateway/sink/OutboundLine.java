package io.weir.gateway.sink;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One line on its way to a store, in a block of text that it shares with others.
 *
 * @param block holds the line from {@code from} on; not changed there any more
 * @param bytes its length in UTF-8, without its line feed
 * @param table whether the store is one of tables
 */
@SuppressWarnings("ArrayRecordComponent") // never changed, never compared
record OutboundLine(byte[] block, int from, int bytes, boolean table, Part part, Origin origin)
    implements Outbound, LineTexts.Kept {

  @Override
  public String line() {
    return new String(block, from, bytes, UTF_8);
  }

  @Override
  public @Nullable Outbound without(Predicate<FieldOfStore> test, Taken taken) {
    LineText text = new LineText(line(), table);
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
    byte[] alone = text.getBytes(UTF_8);
    return new OutboundLine(alone, 0, alone.length, table, itsPart, origin);
  }

  @Override
  public Outbound with(Part other) {
    return new OutboundLine(block, from, bytes, table, other, origin);
  }
}
