package io.weir.gateway.live;

import io.weir.gateway.log.Time;
import io.weir.gateway.model.Derived;
import io.weir.gateway.model.MessageCodec;
import io.weir.gateway.model.MessageReader;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Series;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that the live page shows of messages, folded from their bytes. Nearly always nobody looks, so
 * a message of what is known already changes numbers in place, and allocates nothing. What another
 * gateway has derived is no reading of a machine: of that, the shifts alone are shown.
 *
 * <p>Folded by one thread and read by others, under its own lock; all hold it for memory work only.
 */
final class Folds {

  private static final long MOST_LATEST_BYTES = 32L << 20;

  private final MessageCodec codec = new MessageCodec();
  private final LatestReadings latest;
  private final SignalMemory signals;
  private final MachineQuality quality;
  private final ReceivedShifts received;
  private final MessageReader all;
  private final MessageReader past;

  /**
   * @param bytes of the heap that they may take, about; half of it for the signals
   */
  Folds(long bytes, Time time) {
    latest = new LatestReadings(Math.min(MOST_LATEST_BYTES, bytes * 3 / 8), time);
    quality = new MachineQuality(bytes * 3 / 32);
    received = new ReceivedShifts(bytes / 32);
    signals = new SignalMemory(Math.min(SignalMemory.BOUND_BYTES, bytes / 2));
    all = new Apart(new Shown(), received);
    past = new Apart(signals, received);
  }

  /**
   * Adds one message to all of them.
   *
   * @throws IllegalArgumentException if the bytes are not a message
   */
  synchronized void fold(ByteBuffer message) {
    codec.read(message, all);
  }

  /** Adds one message of before the start to what remembers: signals, and shifts. */
  synchronized void foldPast(ByteBuffer message) {
    codec.read(message, past);
  }

  List<AssetNode> tree(long nowNs) {
    List<LatestReadings.Heard> heard;
    synchronized (this) {
      heard = latest.heard(nowNs);
    }
    return LatestReadings.tree(heard, nowNs);
  }

  synchronized SignalList signals(SignalQuery query, long nowMs, long keptSinceMs) {
    return signals.list(query, nowMs, keptSinceMs);
  }

  synchronized List<Live.Heard> machines() {
    return quality.list();
  }

  /** The newest shifts that others have made the figures of, by place. */
  synchronized List<ReceivedShift> received() {
    return received.list();
  }

  /** Passes readings on to one fold, and what is derived to another. */
  private static final class Apart implements MessageReader {
    private final MessageReader readings;
    private final MessageReader derived;
    private MessageReader ofLine;

    Apart(MessageReader readings, MessageReader derived) {
      this.readings = readings;
      this.derived = derived;
      ofLine = readings;
    }

    @Override
    public void message(String source, String topic, long receiveTimeNs) {
      readings.message(source, topic, receiveTimeNs);
      derived.message(source, topic, receiveTimeNs);
    }

    @Override
    public void line(Series series, long timeNs, Quality trust, @Nullable String reason) {
      ofLine = Derived.is(series.measurement()) ? derived : readings;
      ofLine.line(series, timeNs, trust, reason);
    }

    @Override
    public void real(String metric, double value) {
      ofLine.real(metric, value);
    }

    @Override
    public void whole(String metric, long value) {
      ofLine.whole(metric, value);
    }

    @Override
    public void flag(String metric, boolean value) {
      ofLine.flag(metric, value);
    }

    @Override
    public void text(String metric, String value) {
      ofLine.text(metric, value);
    }

    @Override
    public void end() {
      readings.end();
      derived.end();
    }
  }

  /** Passes each part of a message on to each fold of readings. */
  private final class Shown implements MessageReader {

    @Override
    public void message(String source, String topic, long receiveTimeNs) {
      latest.message(source, topic, receiveTimeNs);
      signals.message(source, topic, receiveTimeNs);
      quality.message(source, topic, receiveTimeNs);
    }

    @Override
    public void line(Series series, long timeNs, Quality trust, @Nullable String reason) {
      latest.line(series, timeNs, trust, reason);
      signals.line(series, timeNs, trust, reason);
      quality.line(series, timeNs, trust, reason);
    }

    @Override
    public void real(String metric, double value) {
      latest.real(metric, value);
      signals.real(metric, value);
      quality.real(metric, value);
    }

    @Override
    public void whole(String metric, long value) {
      latest.whole(metric, value);
      signals.whole(metric, value);
      quality.whole(metric, value);
    }

    @Override
    public void flag(String metric, boolean value) {
      latest.flag(metric, value);
      signals.flag(metric, value);
      quality.flag(metric, value);
    }

    @Override
    public void text(String metric, String value) {
      latest.text(metric, value);
      signals.text(metric, value);
      quality.text(metric, value);
    }

    @Override
    public void end() {
      signals.end();
    }
  }
}
