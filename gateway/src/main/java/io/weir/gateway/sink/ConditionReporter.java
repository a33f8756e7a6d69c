package io.weir.gateway.sink;

import io.weir.gateway.log.Time;
import io.weir.gateway.model.Failure;
import io.weir.gateway.sink.Condition.State;
import io.weir.gateway.sink.Sink.Answer;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a drain's condition and logs it: at each change of state, and every ten minutes while the
 * sink does not accept writes. Belongs to the drain's thread; {@link #condition()} may be read by
 * others.
 */
final class ConditionReporter {

  private static final Logger LOG = LoggerFactory.getLogger(ConditionReporter.class);
  private static final long REMIND_EVERY_NS = TimeUnit.MINUTES.toNanos(10);

  private final String name;
  private final Time time;
  private volatile Condition condition;
  private long remindAt;
  private boolean faulty;

  /** Before this machine failed. */
  private Condition beforeHeld;

  ConditionReporter(String name, Time time) {
    this.name = name;
    this.time = time;
    this.condition = new Condition(State.UNKNOWN, "nothing written yet", time.wallNs());
    this.beforeHeld = condition;
  }

  Condition condition() {
    return condition;
  }

  /**
   * Takes what an answer says about the store.
   *
   * @param alone the line that it fails on, where no other shows whether it is well; else ""
   */
  void answered(Answer answer, String alone) {
    if (answer instanceof Answer.Down down) {
      report(
          State.DOWN,
          alone.isEmpty()
              ? down.detail()
              : down.detail()
                  + "; no other line waits that would show whether it is well: "
                  + alone);
    } else if (answer instanceof Answer.Busy busy) {
      report(State.BUSY, busy.detail());
    } else if (answer instanceof Answer.Misconfigured misconfigured) {
      report(State.MISCONFIGURED, misconfigured.detail());
    } else {
      report(State.UP, "");
    }
  }

  /** The store was well all the time: it failed on one line alone. */
  void tookOthers() {
    report(State.UP, "");
  }

  /** Takes what the sink says of its store beside the answers; "" where that is nothing. */
  void watched(String fault) {
    if (!fault.isEmpty()) {
      report(State.DOWN, fault);
    } else if (faulty) {
      report(State.UP, "");
    }
    faulty = !fault.isEmpty();
  }

  /** This machine cannot read or write now; the drain tries again. */
  void held(Exception cause) {
    if (condition.state() != State.HELD) {
      beforeHeld = condition;
    }
    report(State.HELD, Failure.inWords(cause));
  }

  /** All was read, and is done and kept: what was known of the store before holds again. */
  void nothingHeld() {
    if (condition.state() == State.HELD) {
      report(beforeHeld.state(), beforeHeld.detail());
    }
  }

  /** The drain has ended by a fault of the program. */
  void failed(String detail) {
    report(State.FAILED, detail);
  }

  private void report(State state, String detail) {
    Condition before = condition;
    boolean changed = before.state() != state;
    if (changed || !before.detail().equals(detail)) {
      condition = new Condition(state, detail, changed ? time.wallNs() : before.sinceWallNs());
    }
    long now = time.elapsedNs();
    if (!changed && (state == State.UP || now < remindAt)) {
      return;
    }
    remindAt = now + REMIND_EVERY_NS;
    log(before.state(), state, detail);
  }

  private void log(State before, State state, String detail) {
    switch (state) {
      case UP -> {
        if (before != State.UNKNOWN) {
          LOG.info("Sink {} accepts writes again", name);
        }
      }
      case MISCONFIGURED ->
          LOG.error(
              "Sink {} takes nothing: {}. Readings stay in the log until that is set right",
              name,
              detail);
      case HELD ->
          LOG.error("Sink {} is waiting for this machine: {}. It is tried again", name, detail);
      case UNKNOWN -> LOG.info("Sink {} is not waiting for this machine any more", name);
      case FAILED -> LOG.error("Sink {} has stopped: {}", name, detail);
      default -> LOG.warn("Sink {} is {}: {}", name, state == State.BUSY ? "busy" : "down", detail);
    }
  }
}
