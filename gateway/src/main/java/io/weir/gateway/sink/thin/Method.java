package io.weir.gateway.sink.thin;

import java.util.List;

/** How the readings of a metric are thinned. */
public sealed interface Method {

  /** The state of a metric of which nothing has come yet. */
  MetricState begin();

  /** How long a metric may be silent until what is held of it is sent, nanoseconds. */
  long patienceNs();

  /**
   * Aggregates over windows of event time that begin at multiples of their length in UTC.
   *
   * @param lengthNs divides a day
   * @param keep what is kept; the first has the metric's own name
   * @param lateNs how far a window's end may lie back for it to take a reading
   */
  record Window(long lengthNs, List<Aggregate> keep, long lateNs) implements Method {

    public Window {
      keep = List.copyOf(keep);
    }

    @Override
    public MetricState begin() {
      return new WindowState(this);
    }

    @Override
    public long patienceNs() {
      return lengthNs;
    }
  }

  /**
   * Readings from which a straight line between neighbours gives each of the others back.
   *
   * @param error how far the line may be from a value
   * @param isShare whether that is a share of the value, such as 0.01
   * @param maxSilenceNs how long nothing may be sent where readings come
   */
  record SwingingDoor(double error, boolean isShare, long maxSilenceNs) implements Method {

    @Override
    public MetricState begin() {
      return new DoorState(this);
    }

    @Override
    public long patienceNs() {
      return maxSilenceNs;
    }

    /** How far a line may be from a value. */
    double errorAt(double value) {
      return isShare ? Math.abs(value) * error : error;
    }
  }

  /**
   * The first reading and each n-th after it.
   *
   * @param n at least 2
   */
  record Every(int n) implements Method {

    @Override
    public MetricState begin() {
      return new EveryState(this);
    }

    @Override
    public long patienceNs() {
      return Long.MAX_VALUE;
    }
  }
}
