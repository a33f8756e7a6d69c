package io.weir.gateway;

import io.weir.gateway.efficiency.ReadingsLog;
import io.weir.gateway.log.Feed;
import io.weir.gateway.log.SegmentLog;
import io.weir.gateway.model.Message;
import java.io.IOException;
import java.util.function.Predicate;

/** Reads the log {@code readings} from a time on, and what is kept of it. For any thread. */
final class LoggedReadings implements ReadingsLog {

  private final SegmentLog log;
  private volatile Predicate<Message> givenUp = message -> true;

  LoggedReadings(SegmentLog log) {
    this.log = log;
  }

  /** Which messages the log may give up where space ends; without it, all. */
  void givesUp(Predicate<Message> messages) {
    givenUp = messages;
  }

  @Override
  public Feed receivedFrom(long receiveTimeNs) throws IOException {
    return log.past(receiveTimeNs, Long.MAX_VALUE);
  }

  @Override
  public boolean mayGiveUp(Message message) {
    return givenUp.test(message);
  }
}
