package io.weir.gateway.sink.thin;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Value;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The parts of the state's format: numbers big-endian; a text is its length in bytes (i32, -1 for
 * none) and UTF-8; a value is its type (u8, in the order of {@link Value.Type}) and its bytes.
 */
final class StateBytes {

  private final ByteBuffer in;

  StateBytes(ByteBuffer in) {
    this.in = in;
  }

  static void text(DataOutputStream out, @Nullable String text) throws IOException {
    if (text == null) {
      out.writeInt(-1);
      return;
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  static void value(DataOutputStream out, Value value) throws IOException {
    out.writeByte(value.type().ordinal());
    if (value instanceof Value.Real real) {
      out.writeDouble(real.value());
    } else if (value instanceof Value.Whole whole) {
      out.writeLong(whole.value());
    } else if (value instanceof Value.Flag flag) {
      out.writeBoolean(flag.value());
    } else if (value instanceof Value.Text text) {
      text(out, text.value());
    }
  }

  static void said(DataOutputStream out, @Nullable Said said) throws IOException {
    out.writeBoolean(said != null);
    if (said != null) {
      value(out, said.value());
      out.writeByte(said.quality().ordinal());
      out.writeLong(said.timeNs());
    }
  }

  static void series(DataOutputStream out, Series series) throws IOException {
    text(out, series.measurement());
    Asset asset = series.asset();
    text(out, asset.site());
    text(out, asset.area());
    text(out, asset.line());
    text(out, asset.machine());
    out.writeInt(series.tags().size());
    for (Map.Entry<String, String> tag : series.tags().entrySet()) {
      text(out, tag.getKey());
      text(out, tag.getValue());
    }
  }

  static void method(DataOutputStream out, Method method) throws IOException {
    if (method instanceof Method.Window window) {
      out.writeByte(0);
      out.writeLong(window.lengthNs());
      out.writeLong(window.lateNs());
      out.writeByte(window.keep().size());
      for (Aggregate each : window.keep()) {
        out.writeByte(each.ordinal());
      }
    } else if (method instanceof Method.SwingingDoor door) {
      out.writeByte(1);
      out.writeDouble(door.error());
      out.writeBoolean(door.isShare());
      out.writeLong(door.maxSilenceNs());
    } else if (method instanceof Method.Every every) {
      out.writeByte(2);
      out.writeInt(every.n());
    }
  }

  boolean hasMore() {
    return in.hasRemaining();
  }

  int octet() {
    return in.get() & 0xff;
  }

  int integer() {
    return in.getInt();
  }

  long longer() {
    return in.getLong();
  }

  double real() {
    return in.getDouble();
  }

  /** A count of things of which each has at least a byte. */
  int count() {
    int count = in.getInt();
    if (count < 0 || count > in.remaining()) {
      throw new BufferUnderflowException();
    }
    return count;
  }

  @Nullable String text() {
    int length = in.getInt();
    if (length == -1) {
      return null;
    }
    if (length < 0 || length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  String word() {
    String text = text();
    return text == null ? "" : text;
  }

  Quality quality() {
    return Quality.values()[octet()];
  }

  Value value() {
    return switch (Value.Type.values()[octet()]) {
      case FLOAT -> new Value.Real(real());
      case INTEGER -> new Value.Whole(longer());
      case BOOLEAN -> new Value.Flag(octet() != 0);
      case STRING -> new Value.Text(word());
    };
  }

  @Nullable Said said() {
    return octet() == 0 ? null : new Said(value(), quality(), longer());
  }

  Series series() {
    String measurement = word();
    Asset asset = new Asset(text(), text(), text(), text());
    int count = count();
    Map<String, String> tags = new TreeMap<>();
    for (int i = 0; i < count; i++) {
      tags.put(word(), word());
    }
    return new Series(measurement, asset, java.util.Collections.unmodifiableMap(tags));
  }

  Method method() {
    int kind = octet();
    switch (kind) {
      case 0:
        long lengthNs = longer();
        long lateNs = longer();
        int count = octet();
        List<Aggregate> keep = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
          keep.add(Aggregate.values()[octet()]);
        }
        return new Method.Window(lengthNs, keep, lateNs);
      case 1:
        double error = real();
        boolean isShare = octet() != 0;
        return new Method.SwingingDoor(error, isShare, longer());
      case 2:
        return new Method.Every(integer());
      default:
        throw new IllegalArgumentException("a way of thinning of kind " + kind + " is unknown");
    }
  }
}
