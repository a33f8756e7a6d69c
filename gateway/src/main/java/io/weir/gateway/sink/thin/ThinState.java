package io.weir.gateway.sink.thin;

import io.weir.gateway.model.Series;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a fold knows at a position in the log, as the cursor keeps it. Belongs to one thread. */
public final class ThinState {

  private static final int FORMAT = 1;
  private static final int HELD_AT = 1;

  /** In the order in which they were touched last, the oldest first. */
  final Map<SeriesMetric, MetricState> states = new LinkedHashMap<>();

  long tickedNs = Long.MIN_VALUE;
  long evictedNs = Long.MIN_VALUE;

  /** Nothing is known yet. */
  public ThinState() {}

  /** Goes on to a later position. */
  public void apply(ThinChanges changes) {
    changes.states.forEach(this::put);
    tickedNs = changes.tickedNs;
    evictedNs = changes.evictedNs;
  }

  private void put(SeriesMetric of, @Nullable MetricState state) {
    states.remove(of);
    if (state != null) {
      states.put(of, state);
    }
  }

  /** Readings that are held: neither sent nor folded into something that was. */
  public long held() {
    long held = 0;
    for (MetricState state : states.values()) {
      held += state.held();
    }
    return held;
  }

  /** Whether nothing need be kept of it. */
  public boolean isEmpty() {
    return states.isEmpty() && evictedNs == Long.MIN_VALUE;
  }

  /**
   * Format (u8, 1), readings held, when the last tick was, the end of what was evicted (i64 each),
   * the number of metrics (i32). Of each: the number of its series (i32), which follows where it is
   * the next new one, its name, the number of its method (i32) and that of its source likewise, and
   * its own state. The parts are those of {@link StateBytes}.
   */
  public byte[] toBytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(FORMAT);
      out.writeLong(held());
      out.writeLong(tickedNs);
      out.writeLong(evictedNs);
      out.writeInt(states.size());
      Map<Series, Integer> series = new HashMap<>();
      Map<Method, Integer> methods = new HashMap<>();
      Map<String, Integer> sources = new HashMap<>();
      for (Map.Entry<SeriesMetric, MetricState> each : states.entrySet()) {
        SeriesMetric of = each.getKey();
        Integer known = series.putIfAbsent(of.series(), series.size());
        out.writeInt(known == null ? series.size() - 1 : known);
        if (known == null) {
          StateBytes.series(out, of.series());
        }
        StateBytes.text(out, of.metric());
        Method method = each.getValue().method();
        Integer knownMethod = methods.putIfAbsent(method, methods.size());
        out.writeInt(knownMethod == null ? methods.size() - 1 : knownMethod);
        if (knownMethod == null) {
          StateBytes.method(out, method);
        }
        String source = each.getValue().source;
        Integer knownSource = sources.putIfAbsent(source, sources.size());
        out.writeInt(knownSource == null ? sources.size() - 1 : knownSource);
        if (knownSource == null) {
          StateBytes.text(out, source);
        }
        each.getValue().write(out);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
    return bytes.toByteArray();
  }

  /**
   * Reads what {@link #toBytes()} wrote; nothing for no bytes.
   *
   * @throws IllegalArgumentException if the bytes are of another format
   */
  public static ThinState of(ByteBuffer bytes) {
    ThinState state = new ThinState();
    if (!bytes.hasRemaining()) {
      return state;
    }
    StateBytes in = new StateBytes(bytes.duplicate());
    try {
      int format = in.octet();
      if (format != FORMAT) {
        throw new IllegalArgumentException("state of thinning in format " + format + " is unknown");
      }
      in.longer(); // what is held follows from the rest
      state.tickedNs = in.longer();
      state.evictedNs = in.longer();
      state.readStates(in);
    } catch (BufferUnderflowException | ArrayIndexOutOfBoundsException e) {
      throw new IllegalArgumentException("state of thinning is cut off", e);
    }
    if (in.hasMore()) {
      throw new IllegalArgumentException("state of thinning has more bytes than it says");
    }
    return state;
  }

  private void readStates(StateBytes in) {
    List<Series> series = new ArrayList<>();
    List<Method> methods = new ArrayList<>();
    List<String> sources = new ArrayList<>();
    int count = in.count();
    for (int i = 0; i < count; i++) {
      int ofSeries = in.integer();
      if (ofSeries == series.size()) {
        series.add(in.series());
      }
      SeriesMetric of = new SeriesMetric(series.get(place(ofSeries, series)), in.word());
      int ofMethod = in.integer();
      if (ofMethod == methods.size()) {
        methods.add(in.method());
      }
      int ofSource = in.integer();
      if (ofSource == sources.size()) {
        sources.add(in.word());
      }
      MetricState state = read(methods.get(place(ofMethod, methods)), of, in);
      state.source = sources.get(place(ofSource, sources));
      states.put(of, state);
    }
  }

  private static int place(int number, List<?> of) {
    if (number < 0 || number >= of.size()) {
      throw new BufferUnderflowException();
    }
    return number;
  }

  private static MetricState read(Method method, SeriesMetric of, StateBytes in) {
    if (method instanceof Method.Window window) {
      return WindowState.read(window, in);
    }
    return method instanceof Method.SwingingDoor door
        ? DoorState.read(door, of, in)
        : EveryState.read((Method.Every) method, in);
  }

  /** Readings that are held by what bytes say, without reading all of them; 0 for no bytes. */
  public static long heldIn(ByteBuffer bytes) {
    return bytes.remaining() < HELD_AT + Long.BYTES ? 0 : bytes.getLong(bytes.position() + HELD_AT);
  }
}
