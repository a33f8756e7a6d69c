package io.weir.gateway.retention;

import io.weir.gateway.model.Message;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes one reading of the readings of a series, a metric and a quality in each window of event
 * time. It has the time of the latest of them and stands in its place, so it is never ahead of what
 * was measured and meets no other point of the store.
 *
 * <p>Numbers become their mean, of whole numbers the nearest whole one. A text or a flag, a value
 * of bad quality, and a metric whose mean says nothing, such as a counter, keep the latest value;
 * pieces since the reading before become their sum.
 *
 * <p>It sees the messages twice: first all are learned, then each is thinned. Belongs to the thread
 * {@code retention}.
 */
final class WindowMeans {

  private final Retention.Metrics metrics;
  private final Map<Key, Window> windows = new HashMap<>();

  private record Key(Series series, String metric, Quality quality, long length, long number) {}

  /** What was learned of the readings of one window. */
  private static final class Window {
    private long timeNs;
    private long offset;
    private int index;
    private int count;
    private int numbers;
    private double mean;
    private double sum;

    void add(Reading reading, long ofRecord, int place) {
      if (count == 0 || reading.timeNs() >= timeNs) {
        timeNs = reading.timeNs();
        offset = ofRecord;
        index = place;
      }
      count++;
      if (isNumber(reading.value())) {
        double number = number(reading.value());
        numbers++;
        mean += (number - mean) / numbers;
        sum += number;
      }
    }
  }

  WindowMeans(Retention.Metrics metrics) {
    this.metrics = metrics;
  }

  /** How many windows were learned; each holds some hundred bytes. */
  int size() {
    return windows.size();
  }

  void clear() {
    windows.clear();
  }

  /** Learns the readings of a message. */
  void learn(Message message, long offset, long windowNs) {
    int index = 0;
    for (Reading reading : message.readings()) {
      windows
          .computeIfAbsent(key(reading, windowNs), key -> new Window())
          .add(reading, offset, index++);
    }
  }

  /** The readings that are left of a message that was learned. */
  List<Reading> thin(Message message, long offset, long windowNs) {
    List<Reading> left = new ArrayList<>();
    int index = 0;
    for (Reading reading : message.readings()) {
      Window window = windows.get(key(reading, windowNs));
      if (window == null) {
        left.add(reading);
      } else if (window.offset == offset && window.index == index) {
        left.add(with(reading, value(reading, window)));
      }
      index++;
    }
    return left;
  }

  private static Key key(Reading reading, long windowNs) {
    return new Key(
        reading.series(),
        reading.metric(),
        reading.quality(),
        windowNs,
        Math.floorDiv(reading.timeNs(), windowNs));
  }

  private Value value(Reading latest, Window window) {
    if (window.count == 1
        || latest.quality() == Quality.BAD
        || !isNumber(latest.value())
        || metrics.latest().contains(latest.metric())) {
      return latest.value();
    }
    double number = metrics.sums().contains(latest.metric()) ? window.sum : window.mean;
    if (!Double.isFinite(number)) {
      return latest.value();
    }
    return latest.value() instanceof Value.Real
        ? new Value.Real(number)
        : new Value.Whole(Math.round(number));
  }

  private static boolean isNumber(Value value) {
    return value instanceof Value.Real || value instanceof Value.Whole;
  }

  private static double number(Value value) {
    return value instanceof Value.Real real ? real.value() : ((Value.Whole) value).value();
  }

  private static Reading with(Reading reading, Value value) {
    return new Reading(
        reading.series(),
        reading.metric(),
        value,
        reading.timeNs(),
        reading.quality(),
        reading.reason());
  }
}
