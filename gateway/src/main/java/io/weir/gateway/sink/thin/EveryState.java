package io.weir.gateway.sink.thin;

import io.weir.gateway.model.Reading;
import java.io.DataOutputStream;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Every n-th reading, in the order of the log. Where the quality changes, or the value of what is
 * no number, the reading is sent too, and counting begins with it.
 */
final class EveryState extends MetricState {

  private final Method.Every method;
  private @Nullable Said sent;
  private int leftOut;

  EveryState(Method.Every method) {
    this.method = method;
  }

  @Override
  Method method() {
    return method;
  }

  @Override
  MetricState copied() {
    EveryState copy = new EveryState(method);
    copy.sent = sent;
    copy.leftOut = leftOut;
    return copy;
  }

  @Override
  void add(SeriesMetric of, Reading reading, long nowNs, Thinned out) {
    Said before = sent;
    boolean isSame =
        before != null
            && before.isAlike(reading)
            && (Numbers.is(reading.value()) || before.isSaidBy(reading));
    if (isSame && leftOut + 1 < method.n()) {
      leftOut++;
      out.leftOut();
    } else {
      leftOut = 0;
      sent = Said.of(reading);
      out.asIs(reading);
    }
  }

  @Override
  boolean isDue(long nowNs) {
    return false;
  }

  @Override
  void due(SeriesMetric of, long nowNs, Thinned out) {
    // nothing is held
  }

  @Override
  void end(SeriesMetric of, Thinned out) {
    // nothing is held
  }

  @Override
  long held() {
    return 0;
  }

  @Override
  int weight() {
    return 1;
  }

  @Override
  void write(DataOutputStream out) throws IOException {
    StateBytes.said(out, sent);
    out.writeInt(leftOut);
  }

  static EveryState read(Method.Every method, StateBytes in) {
    EveryState state = new EveryState(method);
    state.sent = in.said();
    state.leftOut = in.integer();
    return state;
  }
}
