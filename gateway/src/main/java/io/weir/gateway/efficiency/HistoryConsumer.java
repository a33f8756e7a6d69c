package io.weir.gateway.efficiency;

import io.weir.gateway.log.Feed;
import io.weir.gateway.log.Time;
import io.weir.gateway.model.Folding;
import io.weir.gateway.model.Message;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Follows the log {@code figures} and fills the {@link History} for the live page. */
public final class HistoryConsumer extends Folding {

  private static final Logger LOG = LoggerFactory.getLogger(HistoryConsumer.class);

  private final History history;

  /**
   * @param allowedLatenessNs how late a reading may come and still change figures
   * @param feed over the log of figures; closed with this
   * @param commitEvery how often the history is saved
   * @param heapBytes that it may take, about
   */
  public HistoryConsumer(
      long allowedLatenessNs, Feed feed, Time time, Duration commitEvery, long heapBytes) {
    super("history", "the history of states", feed, time, commitEvery);
    history = restored(feed.state(), allowedLatenessNs, heapBytes);
  }

  private static History restored(byte[] state, long allowedLatenessNs, long heapBytes) {
    if (state.length == 0) {
      return new History(allowedLatenessNs, heapBytes);
    }
    try {
      return History.decode(state, allowedLatenessNs, heapBytes);
    } catch (IllegalArgumentException e) {
      LOG.warn("The history of states starts empty: {}", e.getMessage());
      return new History(allowedLatenessNs, heapBytes);
    }
  }

  /** The history so far; for any thread. */
  public History history() {
    return history;
  }

  @Override
  protected void accept(Message message) {
    history.accept(message);
  }

  @Override
  protected byte[] encode() {
    return history.encode();
  }
}
