package io.weir.gateway.sink.thin;

import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Value;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The windows of a metric that still take readings. One of another quality is another window, so
 * that what is bad is not averaged into what is good.
 *
 * <p>A window is sent when a reading has come that is not before its end, or when its length has
 * passed since its first reading came. A late reading makes it wait for its length once more, and
 * it is sent again. Windows whose end lies too far behind the newest reading are closed: what comes
 * for them goes on as it is, in a field of its own, so that it replaces no row.
 *
 * <p>What is no number goes on where it changes, and once in each window.
 */
final class WindowState extends MetricState {

  static final String LATE = "_late";

  private Method.Window method;
  private final List<Window> windows = new ArrayList<>(2);
  private long closedNs = Long.MIN_VALUE;
  private long newestNs = Long.MIN_VALUE;
  private @Nullable Said word;

  WindowState(Method.Window method) {
    this.method = method;
  }

  /** What was folded of one window and quality. */
  static final class Window {
    final long startNs;
    final Quality quality;
    @Nullable String reason;
    double mean;
    Value least;
    Value most;
    Value last;
    long lastNs;
    long count;
    boolean isWhole;

    /** Readings folded since it was sent last, and since when there are any. */
    int unsent;

    long sinceNs;

    /** Whether it was sent, or began late: then it waits for its length for more readings. */
    boolean waits;

    Window(long startNs, Quality quality, Value first) {
      this.startNs = startNs;
      this.quality = quality;
      this.isWhole = true;
      this.least = first;
      this.most = first;
      this.last = first;
    }

    Window(Window other) {
      this(other.startNs, other.quality, other.last);
      reason = other.reason;
      mean = other.mean;
      least = other.least;
      most = other.most;
      lastNs = other.lastNs;
      count = other.count;
      isWhole = other.isWhole;
      unsent = other.unsent;
      sinceNs = other.sinceNs;
      waits = other.waits;
    }

    boolean hasLast(Reading reading) {
      return count > 0 && lastNs == reading.timeNs() && last.equals(reading.value());
    }

    void add(Reading reading, long nowNs) {
      Value value = reading.value();
      count++;
      double number = Numbers.of(value);
      mean += number / count - mean / count; // a sum could exceed what a double holds
      least = Numbers.compare(value, least) < 0 ? value : least;
      most = Numbers.compare(value, most) > 0 ? value : most;
      isWhole &= value instanceof Value.Whole;
      if (count == 1 || reading.timeNs() >= lastNs) {
        last = value;
        lastNs = reading.timeNs();
        reason = reading.reason();
      }
      sinceNs = unsent == 0 ? nowNs : sinceNs;
      unsent++;
    }

    /** A metric of whole numbers stays one in the store, so its mean is rounded. */
    Value value(Aggregate aggregate) {
      return switch (aggregate) {
        case MEAN -> isWhole ? new Value.Whole(Math.round(mean)) : new Value.Real(mean);
        case MIN -> least;
        case MAX -> most;
        case LAST -> last;
        case COUNT -> new Value.Whole(count);
      };
    }
  }

  @Override
  Method method() {
    return method;
  }

  @Override
  boolean continueBy(Method now) {
    if (now instanceof Method.Window other && other.lengthNs() == method.lengthNs()) {
      method = other;
      return true;
    }
    return false;
  }

  @Override
  MetricState copied() {
    WindowState copy = new WindowState(method);
    windows.forEach(each -> copy.windows.add(new Window(each)));
    copy.closedNs = closedNs;
    copy.newestNs = newestNs;
    copy.word = word;
    return copy;
  }

  @Override
  void add(SeriesMetric of, Reading reading, long nowNs, Thinned out) {
    if (!Numbers.is(reading.value())) {
      addWord(reading, out);
      return;
    }
    long startNs = start(reading.timeNs());
    if (startNs < closedNs) {
      out.late(
          new Reading(
              of.series(),
              of.metric() + LATE,
              reading.value(),
              reading.timeNs(),
              reading.quality(),
              reading.reason()));
      return;
    }
    Window window = find(startNs, reading);
    if (window.hasLast(reading)) {
      out.leftOut();
      return;
    }
    window.add(reading, nowNs);
    newestNs = Math.max(newestNs, reading.timeNs());
    close(of, out);
  }

  private void addWord(Reading reading, Thinned out) {
    Said before = word;
    boolean isLate = before != null && reading.timeNs() < before.timeNs();
    if (before != null
        && !isLate
        && before.isSaidBy(reading)
        && start(before.timeNs()) == start(reading.timeNs())) {
      out.leftOut();
      return;
    }
    out.asIs(reading);
    word = isLate ? null : Said.of(reading);
  }

  private long start(long timeNs) {
    return timeNs - Math.floorMod(timeNs, method.lengthNs());
  }

  private Window find(long startNs, Reading reading) {
    for (int i = windows.size() - 1; i >= 0; i--) {
      Window window = windows.get(i);
      if (window.startNs == startNs && window.quality == reading.quality()) {
        return window;
      }
    }
    Window window = new Window(startNs, reading.quality(), reading.value());
    window.waits = startNs + method.lengthNs() <= newestNs;
    windows.add(window);
    return window;
  }

  private void close(SeriesMetric of, Thinned out) {
    closedNs = Math.max(closedNs, start(newestNs - method.lateNs()));
    for (Iterator<Window> all = windows.iterator(); all.hasNext(); ) {
      Window window = all.next();
      boolean isClosed = window.startNs < closedNs;
      boolean hasEnded = window.startNs + method.lengthNs() <= newestNs;
      if (isClosed || hasEnded && !window.waits) {
        send(of, window, out);
      }
      if (isClosed) {
        all.remove();
      }
    }
  }

  private void send(SeriesMetric of, Window window, Thinned out) {
    if (window.unsent == 0) {
      return;
    }
    List<Reading> fields = new ArrayList<>(method.keep().size());
    for (Aggregate aggregate : method.keep()) {
      fields.add(
          new Reading(
              of.series(),
              fields.isEmpty() ? of.metric() : of.metric() + aggregate.suffix(),
              window.value(aggregate),
              window.startNs,
              window.quality,
              window.reason));
    }
    out.row(source, fields, window.unsent);
    window.unsent = 0;
    window.waits = true;
  }

  @Override
  boolean isDue(long nowNs) {
    for (Window window : windows) {
      if (isDue(window, nowNs)) {
        return true;
      }
    }
    return false;
  }

  private boolean isDue(Window window, long nowNs) {
    return window.unsent > 0 && nowNs - window.sinceNs >= method.lengthNs();
  }

  @Override
  void due(SeriesMetric of, long nowNs, Thinned out) {
    for (Window window : windows) {
      if (isDue(window, nowNs)) {
        send(of, window, out);
      }
    }
  }

  @Override
  void end(SeriesMetric of, Thinned out) {
    for (Window window : windows) {
      send(of, window, out);
      closedNs = Math.max(closedNs, window.startNs + method.lengthNs());
    }
    windows.clear();
  }

  @Override
  long held() {
    long held = 0;
    for (Window window : windows) {
      held += window.unsent;
    }
    return held;
  }

  @Override
  int weight() {
    return 1 + windows.size();
  }

  @Override
  long closedNs() {
    return closedNs;
  }

  @Override
  void closeBelow(long ns) {
    closedNs = Math.max(closedNs, ns);
  }

  @Override
  void write(DataOutputStream out) throws IOException {
    out.writeLong(closedNs);
    out.writeLong(newestNs);
    StateBytes.said(out, word);
    out.writeInt(windows.size());
    for (Window window : windows) {
      out.writeLong(window.startNs);
      out.writeByte(window.quality.ordinal());
      StateBytes.text(out, window.reason);
      out.writeDouble(window.mean);
      StateBytes.value(out, window.least);
      StateBytes.value(out, window.most);
      StateBytes.value(out, window.last);
      out.writeLong(window.lastNs);
      out.writeLong(window.count);
      out.writeByte((window.isWhole ? 1 : 0) | (window.waits ? 2 : 0));
      out.writeInt(window.unsent);
      out.writeLong(window.sinceNs);
    }
  }

  static WindowState read(Method.Window method, StateBytes in) {
    WindowState state = new WindowState(method);
    state.closedNs = in.longer();
    state.newestNs = in.longer();
    state.word = in.said();
    int count = in.integer();
    for (int i = 0; i < count; i++) {
      long startNs = in.longer();
      Quality quality = in.quality();
      String reason = in.text();
      double mean = in.real();
      Value least = in.value();
      Value most = in.value();
      Window window = new Window(startNs, quality, in.value());
      window.reason = reason;
      window.mean = mean;
      window.least = least;
      window.most = most;
      window.lastNs = in.longer();
      window.count = in.longer();
      int flags = in.octet();
      window.isWhole = (flags & 1) != 0;
      window.waits = (flags & 2) != 0;
      window.unsent = in.integer();
      window.sinceNs = in.longer();
      state.windows.add(window);
    }
    return state;
  }
}
