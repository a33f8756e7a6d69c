package io.weir.gateway.sink.thin;

import io.weir.gateway.model.Reading;
import java.io.DataOutputStream;
import java.io.IOException;

/**
 * What is known of one metric of one series. It is changed only by the fold that has made or copied
 * it since the last changes were taken ({@link Thinner#takeChanges}); what was taken stays as it
 * was.
 */
abstract class MetricState {

  /** Since which changes it is the fold's own. */
  int epoch;

  /** The source of the reading that came last. */
  String source = "";

  abstract Method method();

  /** The same, to be changed. */
  final MetricState copy() {
    MetricState copy = copied();
    copy.source = source;
    return copy;
  }

  /** The same, but for what all have. */
  abstract MetricState copied();

  /** Takes a reading of it that was received at an instant. */
  abstract void add(SeriesMetric of, Reading reading, long nowNs, Thinned out);

  /** Whether what is held has waited long enough. */
  abstract boolean isDue(long nowNs);

  /** Sends what is held and has waited long enough. */
  abstract void due(SeriesMetric of, long nowNs, Thinned out);

  /** Sends all that is held. */
  abstract void end(SeriesMetric of, Thinned out);

  /** Readings that are held: neither sent nor folded into something that was. */
  abstract long held();

  /** How much it counts for the bound of the memory. */
  abstract int weight();

  /** The end of the windows that may have been sent, so that none is begun again. */
  long closedNs() {
    return Long.MIN_VALUE;
  }

  /** Windows before this instant are not begun again. */
  void closeBelow(long ns) {
    // only windows are begun again
  }

  /** Goes on by a rule of now, if that differs only in what may change; returns whether so. */
  boolean continueBy(Method now) {
    return now.equals(method());
  }

  abstract void write(DataOutputStream out) throws IOException;
}
