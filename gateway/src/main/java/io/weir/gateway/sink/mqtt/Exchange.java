package io.weir.gateway.sink.mqtt;

import io.weir.gateway.log.Time;
import io.weir.gateway.mqtt.Codes;
import io.weir.gateway.sink.Sink.Answer;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The messages of one write, and what the broker has said to each. The drain's writer fills it, the
 * thread of the link reports the answers.
 */
final class Exchange {

  private static final int OPEN = -1;

  private final Time time;
  private final List<Message> messages;
  private final int[] codes;
  private int underWay;
  private long lastAtNs;
  private @Nullable Answer failure;

  /** No answer comes any more. */
  private boolean ended;

  Exchange(List<Message> messages, Time time) {
    this.messages = messages;
    this.codes = new int[messages.size()];
    this.time = time;
    this.lastAtNs = time.elapsedNs();
    Arrays.fill(codes, OPEN);
  }

  /** One more is on its way. */
  synchronized void sent() {
    if (underWay == 0) {
      lastAtNs = time.elapsedNs();
    }
    underWay++;
  }

  /** The broker's answer to one. */
  synchronized void answered(int number, int code) {
    underWay--;
    codes[number] = code;
    lastAtNs = time.elapsedNs();
    if (code >= Codes.FIRST_FAILURE && Answers.ofMessage(code) == null && failure == null) {
      failure = Answers.ofAll(code, messages.get(number).topic());
    }
    notifyAll();
  }

  /** The write has failed; what fails first says why. */
  synchronized void fail(Answer answer) {
    if (failure == null) {
      failure = answer;
    }
    ended = true;
    notifyAll();
  }

  synchronized @Nullable Answer failure() {
    return failure;
  }

  /** What the broker said to a message; negative where it said nothing. */
  synchronized int code(int number) {
    return codes[number];
  }

  /**
   * Waits until fewer are under way, or the connection has ended.
   *
   * @return false if the broker said nothing for so long
   */
  synchronized boolean awaitBelow(int most, long patienceNs) throws InterruptedException {
    while (underWay >= most && !ended) {
      long left = patienceNs - (time.elapsedNs() - lastAtNs);
      if (left <= 0) {
        return false;
      }
      wait(Math.max(1, Math.min(left / 1_000_000, 1_000)));
    }
    return true;
  }
}
