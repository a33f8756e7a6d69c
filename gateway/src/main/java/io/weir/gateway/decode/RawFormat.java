package io.weir.gateway.decode;

import io.weir.gateway.config.Section;
import io.weir.gateway.decode.RawTable.Bits;
import io.weir.gateway.decode.RawTable.Field;
import io.weir.gateway.decode.RawTable.Order;
import io.weir.gateway.decode.RawTable.Type;
import io.weir.gateway.plugin.ReadContext;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The format {@code raw}, and the reader of its table. */
public final class RawFormat implements FormatFactory<RawTable> {

  private static final Pattern BITS = Pattern.compile("(\\d{1,2})(?:-(\\d{1,2}))?");
  private static final int MOST_BYTES = 65_536;

  @Override
  public String name() {
    return "raw";
  }

  @Override
  public String summary() {
    return "bytes at fixed places, as registers of Modbus, by a table of the route";
  }

  @Override
  public Class<RawTable> configType() {
    return RawTable.class;
  }

  @Override
  public RawTable unset() {
    return RawTable.EMPTY;
  }

  @Override
  public Decoder decoder(RawTable options, FormatContext context) {
    return new RawDecoder(options, context.limits());
  }

  @Override
  public boolean namesMachines() {
    return false;
  }

  @Override
  public boolean readsText() {
    return false;
  }

  @Override
  public RawTable read(Section route, ReadContext context) {
    if (!route.has(name())) {
      route.problem(
          name(),
          "is missing; the format raw needs a table",
          "such as raw: { fields: [{ name: temperature, offset: 0, type: i16, scale: 0.1 }] }");
      return RawTable.EMPTY;
    }
    Section raw = route.section(name());
    Order order = raw.choice("order", Order.BIG);
    List<Field> fields = new ArrayList<>();
    Set<String> names = new HashSet<>();
    int end = 0;
    for (Section each : raw.sections("fields")) {
      Field field = field(each, order);
      if (!names.add(field.name())) {
        each.problem("name", "is the name of a field before it");
      }
      if (field.end() > MOST_BYTES) {
        each.problem("offset", "ends beyond " + MOST_BYTES + " bytes");
      }
      end = Math.max(end, field.end());
      fields.add(field);
    }
    int length = raw.number("length", end);
    if (length < end) {
      raw.problem("length", "is less than the " + end + " bytes that the fields take");
    }
    return new RawTable(length, List.copyOf(fields));
  }

  private static Field field(Section field, Order usual) {
    Type type = field.choice("type", Type.U8);
    boolean isOpen = type.bytes == 0;
    if (isOpen && !field.has("length")) {
      field.problem("length", "is missing: bcd and ascii have as many bytes as it says");
    } else if (!isOpen && field.has("length")) {
      field.problem("length", "is only for bcd and ascii");
    }
    int length = isOpen ? field.number("length", 1) : type.bytes;
    if (type == Type.BCD && length > 8) {
      field.problem("length", "is at most 8 for bcd, which has two digits in a byte");
    }
    Order order = field.choice("order", usual);
    boolean isSwapped = order == Order.WORD_SWAPPED || order == Order.BYTE_SWAPPED;
    if (field.has("order") && isSwapped && length % 2 != 0) {
      field.problem("order", "is for an even number of bytes, in registers of 16 bits");
    }
    if (type == Type.ASCII && field.has("scale")) {
      field.problem("scale", "is only for numbers");
    }
    return new Field(
        field.text("name", ""),
        field.number("offset", 0),
        type,
        length,
        order,
        field.decimal("scale", 1),
        bits(field, type),
        field.text("unit"));
  }

  private static @Nullable Bits bits(Section field, Type type) {
    String text = field.text("bits");
    if (text == null) {
      return null;
    }
    Matcher bits = BITS.matcher(text);
    if (!type.isUnsigned()) {
      field.problem("bits", "is only for u8 to u64");
    } else if (bits.matches()) {
      int low = Integer.parseInt(bits.group(1));
      int high = bits.group(2) == null ? low : Integer.parseInt(bits.group(2));
      if (low <= high && high < type.bytes * 8) {
        return new Bits(low, high, bits.group(2) == null);
      }
      field.problem("bits", "must be from 0 to " + (type.bytes * 8 - 1) + ", the lower one first");
    }
    return null;
  }
}
