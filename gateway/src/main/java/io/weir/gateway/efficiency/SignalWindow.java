package io.weir.gateway.efficiency;

import io.weir.gateway.efficiency.codec.StateCodec;

/**
 * What one window of a signal holds.
 *
 * <p>Mutable; belongs to its {@link MonitoredSignal}.
 */
final class SignalWindow {

  long start;
  final Moments moments = new Moments();

  /** Centre and deviation that the rules compare with; NaN where there are none yet. */
  double center = Double.NaN;

  double sigma = Double.NaN;

  /** From here on readings say how often a rule was broken. */
  long since;

  /** How often each rule was broken. */
  final long[] broken = new long[WesternElectric.RULES];

  /** Values outside the limits. */
  long outside;

  /** Values that came too late for their own window. */
  long late;

  SignalWindow exchange(StateCodec codec) {
    start = codec.number(start);
    moments.exchange(codec);
    center = codec.real(center);
    sigma = codec.real(sigma);
    for (int i = 0; i < broken.length; i++) {
      broken[i] = codec.number(broken[i]);
    }
    outside = codec.number(outside);
    late = codec.number(late);
    return this;
  }
}
