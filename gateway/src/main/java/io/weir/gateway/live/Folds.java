package io.weir.gateway.live;

import io.weir.gateway.model.MessageCodec;
import io.weir.gateway.model.MessageReader;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Series;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that the live page shows of messages, folded from their bytes. Nearly always nobody looks, so
 * a message of what is known already changes numbers in place, and allocates nothing.
 *
 * <p>Folded by one thread and read by others, under its own lock; all hold it for memory work only.
 */
final class Folds {

  private static final long MOST_LATEST_BYTES = 32L << 20;

  private final MessageCodec codec = new MessageCodec();
  private final LatestReadings latest;
  private final SignalMemory signals;
  private final MachineQuality quality;
  private final MessageReader all = new All();

  /**
   * @param bytes of the heap that they may take, about; half of it for the signals
   */
  Folds(long bytes) {
    latest = new LatestReadings(Math.min(MOST_LATEST_BYTES, bytes * 3 / 8));
    quality = new MachineQuality(bytes / 8);
    signals = new SignalMemory(Math.min(SignalMemory.BOUND_BYTES, bytes / 2));
  }

  /**
   * Adds one message to all of them.
   *
   * @throws IllegalArgumentException if the bytes are not a message
   */
  synchronized void fold(ByteBuffer message) {
    codec.read(message, all);
  }

  /** Adds one message to the signals alone. */
  synchronized void foldSignals(ByteBuffer message) {
    codec.read(message, signals);
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

  /** Passes each part of a message on to each fold. */
  private final class All implements MessageReader {

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
