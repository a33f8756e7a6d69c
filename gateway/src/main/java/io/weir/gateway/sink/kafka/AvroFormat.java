package io.weir.gateway.sink.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Value;
import io.weir.gateway.sink.Row;
import io.weir.gateway.sink.StreamSink.Entry;
import java.io.ByteArrayOutputStream;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A row in Avro's binary encoding, without a container: its schema is {@code reading-1.avsc} beside
 * this class. The encoding is written here, field by field in the order of the schema: integers are
 * zigzag numbers of variable length, texts and maps have their length before them, a union the
 * number of its branch.
 */
record AvroFormat(String gateway) implements EntryFormat {

  @Override
  public String name() {
    return "avro;version=1";
  }

  @Override
  public byte[] value(Entry entry) {
    Avro out = new Avro();
    Asset asset = entry.series().asset();
    out.text(gateway);
    out.text(entry.series().measurement());
    out.optional(asset.site());
    out.optional(asset.area());
    out.optional(asset.line());
    out.optional(asset.machine());
    Map<String, String> tags = entry.series().tags();
    out.beginBlock(tags.size());
    for (Map.Entry<String, String> tag : tags.entrySet()) {
      out.text(tag.getKey());
      out.text(tag.getValue());
    }
    out.endMap();
    out.number(entry.row().timeNs());
    out.number(entry.quality().ordinal());
    out.beginBlock(entry.row().fields().size());
    for (Row.Field field : entry.row().fields()) {
      out.text(field.key());
      out.value(field.value());
    }
    out.endMap();
    return out.bytes.toByteArray();
  }

  /** The encoding. */
  private static final class Avro {

    private static final int LOWER_BITS = 0x7f;
    private static final int MORE = 0x80;

    final ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);

    void number(long value) {
      long zigzag = (value << 1) ^ (value >> 63);
      while ((zigzag & ~LOWER_BITS) != 0) {
        bytes.write((int) (zigzag & LOWER_BITS) | MORE);
        zigzag >>>= 7;
      }
      bytes.write((int) zigzag);
    }

    void text(String value) {
      byte[] utf8 = value.getBytes(UTF_8);
      number(utf8.length);
      bytes.writeBytes(utf8);
    }

    void optional(@Nullable String value) {
      number(value == null ? 0 : 1);
      if (value != null) {
        text(value);
      }
    }

    /** Begins the only block of a map; an empty map has none. */
    void beginBlock(int size) {
      if (size > 0) {
        number(size);
      }
    }

    void endMap() {
      number(0);
    }

    /** The branches of the union are double, long, boolean, string. */
    void value(Value value) {
      if (value instanceof Value.Real real) {
        number(0);
        long bits = Double.doubleToRawLongBits(real.value());
        for (int i = 0; i < Long.BYTES; i++) {
          bytes.write((int) (bits >>> (8 * i)));
        }
      } else if (value instanceof Value.Whole whole) {
        number(1);
        number(whole.value());
      } else if (value instanceof Value.Flag flag) {
        number(2);
        bytes.write(flag.value() ? 1 : 0);
      } else if (value instanceof Value.Text text) {
        number(3);
        text(text.value());
      }
    }
  }
}
