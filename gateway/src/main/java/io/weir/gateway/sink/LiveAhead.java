package io.weir.gateway.sink;

import io.weir.gateway.log.Feed;
import java.io.IOException;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends new records before those that wait in front of them. What the store has taken is noted in
 * {@link SentAhead}; it is neither counted nor committed here, and what was refused is left to its
 * turn. Belongs to the drain's thread.
 */
final class LiveAhead {

  private static final Logger LOG = LoggerFactory.getLogger(LiveAhead.class);

  private static final byte[] NO_STATE = new byte[0];

  private final Feed tail;
  private final BatchPipe pipe;
  private final SentAhead ahead;
  private final DrainMeters meters;

  /** All records from the beginning up to here were sent. */
  private long sentTo;

  /**
   * @param tail what is synced from now on; closed with this
   * @param pipe reads it
   */
  LiveAhead(Feed tail, BatchPipe pipe, SentAhead ahead, DrainMeters meters) {
    this.tail = tail;
    this.pipe = pipe;
    this.ahead = ahead;
    this.meters = meters;
    this.sentTo = tail.committed();
  }

  /** The end of the records that were sent. */
  long sentTo() {
    return sentTo;
  }

  /** The end of the records that may have been sent, also without an answer. */
  long readTo() {
    return pipe.readTo();
  }

  InflightBatches inflight() {
    return pipe.inflight();
  }

  boolean isSaturated() {
    return pipe.isSaturated();
  }

  /** Bytes of the log that are not sent yet. */
  long waitingBytes() throws IOException {
    tail.commit(sentTo, NO_STATE);
    return tail.pendingBytes();
  }

  void takeAnswers() {
    pipe.takeAnswers();
    for (BatchInFlight done = pipe.inflight().takeDone();
        done != null;
        done = pipe.inflight().takeDone()) {
      done.notTaken().forEach(ahead::mustRepeat);
      meters.stored(done.linesStored());
      if (done.next() != LineBatch.WITHIN_RECORD) {
        if (done.totals().corrupt() == 0) { // else what could not be read may be read in its turn
          ahead.sent(sentTo, done.next());
        }
        sentTo = done.next();
      }
    }
  }

  /**
   * Reads and writes what is new.
   *
   * @return nanoseconds after which another turn can do more
   */
  long turn(long now, Executor writes) throws IOException {
    boolean more = pipe.read(now);
    long wait = pipe.begin(now, false);
    if (wait == 0) {
      wait = pipe.write(writes);
    }
    return more ? 0 : wait;
  }

  void close() {
    try {
      tail.close();
    } catch (IOException e) {
      LOG.warn("A reading of log {} could not be closed: {}", tail.name(), e.toString());
    }
  }
}
