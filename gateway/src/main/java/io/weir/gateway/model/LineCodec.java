package io.weir.gateway.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The readings of a message as groups, each of one line, and back; see {@link MessageCodec} for the
 * format. Belongs to one thread.
 */
final class LineCodec {

  private final SeriesCodec series = new SeriesCodec();
  private final Collected collected = new Collected();

  void put(ByteOutput out, List<Reading> readings) {
    int groups = 0;
    for (int i = 0; i < readings.size(); i = endOfLine(readings, i)) {
      groups++;
    }
    out.varint(groups);
    int start = 0;
    while (start < readings.size()) {
      int end = endOfLine(readings, start);
      putGroup(out, readings, start, end);
      start = end;
    }
  }

  private static int endOfLine(List<Reading> readings, int start) {
    Reading first = readings.get(start);
    int end = start + 1;
    while (end < readings.size() && readings.get(end).sharesLineWith(first)) {
      end++;
    }
    return end;
  }

  private void putGroup(ByteOutput out, List<Reading> readings, int start, int end) {
    Reading first = readings.get(start);
    series.put(out, first.series());
    out.number(first.timeNs());
    out.put(
        switch (first.quality()) {
          case GOOD -> 0;
          case UNCERTAIN -> 1;
          case BAD -> 2;
        });
    if (first.quality() != Quality.GOOD) {
      out.text(first.reason() == null ? "" : first.reason());
    }
    out.varint(end - start);
    for (int i = start; i < end; i++) {
      Reading reading = readings.get(i);
      out.name(reading.metric());
      Value value = reading.value();
      if (value instanceof Value.Real real) {
        out.put(0);
        out.number(Double.doubleToRawLongBits(real.value()));
      } else if (value instanceof Value.Whole whole) {
        out.put(1);
        out.number(whole.value());
      } else if (value instanceof Value.Flag flag) {
        out.put(2);
        out.put(flag.value() ? 1 : 0);
      } else if (value instanceof Value.Text text) {
        out.put(3);
        out.text(text.value());
      }
    }
  }

  List<Reading> get(ByteInput in) {
    int groups = in.varint();
    if (groups == 0) {
      return List.of();
    }
    List<Reading> readings = new ArrayList<>(Math.min(groups * 8, 1024));
    collected.readings = readings;
    get(in, groups, collected);
    collected.readings = List.of();
    return readings;
  }

  /** Goes through them without objects for them. */
  static void read(ByteInput in, MessageReader reader) {
    get(in, in.varint(), reader);
  }

  private static void get(ByteInput in, int groups, MessageReader reader) {
    for (int g = 0; g < groups; g++) {
      Series series = SeriesCodec.get(in);
      long time = in.number();
      Quality quality = quality(in.next());
      String reason = null;
      if (quality != Quality.GOOD) {
        String text = in.name();
        reason = text.isEmpty() ? null : text;
      }
      reader.line(series, time, quality, reason);
      int kind = System.identityHashCode(series);
      int fields = in.varint();
      for (int f = 0; f < fields; f++) {
        getField(in, in.field(kind, f), reader);
      }
    }
  }

  /** Goes through the lines, past their fields. */
  static void outline(ByteInput in, MessageOutline outline) {
    int groups = in.varint();
    for (int g = 0; g < groups; g++) {
      outline.line(SeriesCodec.get(in), in.number());
      if (quality(in.next()) != Quality.GOOD) {
        in.pass(in.varint());
      }
      int fields = in.varint();
      for (int f = 0; f < fields; f++) {
        skipField(in);
      }
    }
  }

  private static void skipField(ByteInput in) {
    in.pass(in.varint());
    int type = in.next();
    switch (type) {
      case 0, 1 -> in.pass(Long.BYTES);
      case 2 -> in.pass(1);
      case 3 -> in.pass(in.varint());
      default -> throw unknownType(type);
    }
  }

  private static IllegalArgumentException unknownType(int type) {
    return new IllegalArgumentException("value type " + type + " is not known");
  }

  private static void getField(ByteInput in, String metric, MessageReader reader) {
    int type = in.next();
    switch (type) {
      case 0 -> reader.real(metric, in.real());
      case 1 -> reader.whole(metric, in.number());
      case 2 -> reader.flag(metric, in.next() != 0);
      case 3 -> reader.text(metric, in.text());
      default -> throw unknownType(type);
    }
  }

  /** The readings of one message as a list. */
  private static final class Collected implements MessageReader {
    private List<Reading> readings = List.of();
    private @Nullable Series series;
    private long timeNs;
    private Quality quality = Quality.GOOD;
    private @Nullable String reason;

    @Override
    public void message(String source, String topic, long receiveTimeNs) {
      // is read with the rest of the message
    }

    @Override
    public void line(Series of, long at, Quality trust, @Nullable String why) {
      series = of;
      timeNs = at;
      quality = trust;
      reason = why;
    }

    private void add(String metric, Value value) {
      readings.add(
          new Reading(Objects.requireNonNull(series), metric, value, timeNs, quality, reason));
    }

    @Override
    public void real(String metric, double value) {
      add(metric, new Value.Real(value));
    }

    @Override
    public void whole(String metric, long value) {
      add(metric, new Value.Whole(value));
    }

    @Override
    public void flag(String metric, boolean value) {
      add(metric, new Value.Flag(value));
    }

    @Override
    public void text(String metric, String value) {
      add(metric, new Value.Text(value));
    }
  }

  private static Quality quality(int code) {
    return switch (code) {
      case 0 -> Quality.GOOD;
      case 1 -> Quality.UNCERTAIN;
      case 2 -> Quality.BAD;
      default -> throw new IllegalArgumentException("quality " + code + " is not known");
    };
  }
}
