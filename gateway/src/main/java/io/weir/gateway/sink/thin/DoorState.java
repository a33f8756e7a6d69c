package io.weir.gateway.sink.thin;

import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import java.io.DataOutputStream;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A swinging door. From the reading that was sent last, the anchor, straight lines of some slopes
 * pass all readings since within the error. The newest reading is held. If the line to the next one
 * is among them, the one that is held is left out; else it is sent and is the new anchor.
 *
 * <p>No line goes over a change of the quality, over what is no number, or over BAD values: both
 * sides are sent. What is no number, and BAD values, are sent where they change. A reading that is
 * older than the newest is sent as it is.
 */
final class DoorState extends MetricState {

  /** Of the rounding of a slope and of the line that is drawn from it. */
  private static final int ROUNDING = 4;

  private final Method.SwingingDoor method;

  /** The newest reading, sent or not. */
  private @Nullable Said newest;

  private long sentNs = Long.MIN_VALUE;
  private double anchor;
  private double low;
  private double high;

  private @Nullable Reading held;
  private long heldSinceNs;

  DoorState(Method.SwingingDoor method) {
    this.method = method;
  }

  @Override
  Method method() {
    return method;
  }

  @Override
  MetricState copied() {
    DoorState copy = new DoorState(method);
    copy.newest = newest;
    copy.sentNs = sentNs;
    copy.anchor = anchor;
    copy.low = low;
    copy.high = high;
    copy.held = held;
    copy.heldSinceNs = heldSinceNs;
    return copy;
  }

  @Override
  void add(SeriesMetric of, Reading reading, long nowNs, Thinned out) {
    Said before = newest;
    if (before == null) {
      send(reading, out);
    } else if (reading.timeNs() < before.timeNs()) {
      out.asIs(reading);
      return;
    } else if (!before.isAlike(reading)) {
      sendHeld(out);
      send(reading, out);
    } else if (reading.timeNs() == before.timeNs()) {
      if (before.isSaidBy(reading)) {
        out.leftOut();
      } else { // it replaces the one before
        leaveHeldOut(out);
        send(reading, out);
      }
    } else if (Numbers.is(reading.value()) && reading.quality() != Quality.BAD) {
      swing(reading, nowNs, out);
    } else if (before.isSaidBy(reading) && reading.timeNs() - sentNs < method.maxSilenceNs()) {
      out.leftOut();
    } else {
      send(reading, out);
    }
    newest = Said.of(reading);
  }

  private void swing(Reading reading, long nowNs, Thinned out) {
    double value = Numbers.of(reading.value());
    Reading between = held;
    if (between != null) {
      double slope = (value - anchor) / (reading.timeNs() - sentNs);
      if (low <= slope && slope <= high) {
        leaveHeldOut(out);
      } else {
        sendHeld(out);
      }
    }
    if (reading.timeNs() - sentNs >= method.maxSilenceNs()) {
      send(reading, out);
      return;
    }
    double error = Math.max(0, method.errorAt(value) - ROUNDING * ulp(value));
    double ns = reading.timeNs() - sentNs;
    low = Math.max(low, (value - error - anchor) / ns);
    high = Math.min(high, (value + error - anchor) / ns);
    held = reading;
    heldSinceNs = nowNs;
  }

  private double ulp(double value) {
    return Math.ulp(Math.max(Math.abs(value), Math.abs(anchor)));
  }

  private void send(Reading reading, Thinned out) {
    out.asIs(reading);
    isAnchor(reading);
  }

  private void sendHeld(Thinned out) {
    Reading last = held;
    if (last != null) {
      out.held(source, last);
      isAnchor(last);
    }
  }

  private void leaveHeldOut(Thinned out) {
    if (held != null) {
      held = null;
      out.leftOut();
    }
  }

  private void isAnchor(Reading reading) {
    held = null;
    sentNs = reading.timeNs();
    anchor = Numbers.of(reading.value());
    low = Double.NEGATIVE_INFINITY;
    high = Double.POSITIVE_INFINITY;
  }

  @Override
  boolean isDue(long nowNs) {
    return held != null && nowNs - heldSinceNs >= method.maxSilenceNs();
  }

  @Override
  void due(SeriesMetric of, long nowNs, Thinned out) {
    sendHeld(out);
  }

  @Override
  void end(SeriesMetric of, Thinned out) {
    sendHeld(out);
  }

  @Override
  long held() {
    return held == null ? 0 : 1;
  }

  @Override
  int weight() {
    return 1;
  }

  @Override
  void write(DataOutputStream out) throws IOException {
    StateBytes.said(out, newest);
    out.writeLong(sentNs);
    out.writeDouble(anchor);
    out.writeDouble(low);
    out.writeDouble(high);
    Reading last = held;
    StateBytes.said(out, last == null ? null : Said.of(last));
    StateBytes.text(out, last == null ? null : last.reason());
    out.writeLong(heldSinceNs);
  }

  static DoorState read(Method.SwingingDoor method, SeriesMetric of, StateBytes in) {
    DoorState state = new DoorState(method);
    state.newest = in.said();
    state.sentNs = in.longer();
    state.anchor = in.real();
    state.low = in.real();
    state.high = in.real();
    Said said = in.said();
    String reason = in.text();
    state.heldSinceNs = in.longer();
    if (said != null) {
      state.held =
          new Reading(
              of.series(), of.metric(), said.value(), said.timeNs(), said.quality(), reason);
    }
    return state;
  }
}
