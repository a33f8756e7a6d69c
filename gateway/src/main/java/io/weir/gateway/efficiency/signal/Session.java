package io.weir.gateway.efficiency.signal;

import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.codec.StateCodec;
import io.weir.gateway.model.Reading;

/**
 * Whether one machine is there: what ends its session, and what shows that it goes on. A machine
 * with {@code alive} that says nothing is as it was while its session lasts; without a session it
 * is unknown.
 *
 * <p>Mutable; belongs to its {@code MachineFold}.
 */
public final class Session {

  /** What it needs of its machine. */
  public interface Machine {

    /** Whether a reading of it came since it began. */
    boolean isKnown();

    /** The instant of its newest reading. */
    long watermark();

    /** Wall time at which its last reading was received. */
    long receivedNs();

    /** Something that shows it at this wall time was received. */
    void received(long receiveTimeNs);

    /** Its session ends at an instant; says why. */
    void leave(long time, String why);

    /** Its session goes on from an instant, at or after the newest. */
    void comeBack(long time);

    /** It is alive at an instant; an earlier one than the newest says nothing. */
    void live(long time);
  }

  /** The clocks of a machine and of what tells its end may be so far apart. */
  private static final long CLOCKS_APART = ShiftCalendar.MINUTE;

  // Why nobody knows what a machine does, as the rows say it.
  private static final String DISCONNECTED = "disconnected";
  private static final String GATEWAY_AWAY = "gateway-away";

  private final SignalRules rules;
  private final Machine machine;

  /** The source that brought the last reading, by {@link Contacts}. */
  private int source = Contacts.NONE;

  /** Whether the session has ended; the newest instant is then that of its end. */
  private boolean gone;

  /** A reading of this instant or later shows that a session that had ended goes on. */
  private long provenFrom;

  public Session(SignalRules rules, Machine machine) {
    this.rules = rules;
    this.machine = machine;
  }

  /** The source that brought its last reading, by {@link Contacts}. */
  public int source() {
    return source;
  }

  public void broughtBy(int source) {
    this.source = source == Contacts.NONE ? this.source : source;
  }

  /**
   * Whether a reading of the metric that tells whether the machine is alive says that it is not.
   */
  public boolean isEnd(Reading reading) {
    return rules.alive != null && rules.alive.dead().contains(MachineWords.text(reading.value()));
  }

  /**
   * It ends, as the machine's own clock has it. What the machine said last no longer holds, until
   * it sends again.
   */
  public void end(long time, long receiveTimeNs) {
    if (machine.isKnown()) {
      leave(Math.max(time, machine.watermark()), receiveTimeNs, DISCONNECTED);
      provenFrom = machine.watermark() - CLOCKS_APART; // the next reading's clock may be slower
    }
  }

  /** It ends, as the clock of the gateway has it. */
  public void endReceived(long receiveTimeNs) {
    if (machine.isKnown()) {
      end(ownTime(receiveTimeNs), receiveTimeNs);
    }
  }

  /** The gateway heard nothing from an instant on, by its own clock. */
  public void away(long lastNs) {
    if (machine.isKnown() && !gone && rules.holdsThroughSilence()) {
      leave(ownTime(lastNs), lastNs, GATEWAY_AWAY);
      provenFrom = machine.watermark();
    }
  }

  private void leave(long time, long receiveTimeNs, String why) {
    if (gone) {
      return;
    }
    machine.received(receiveTimeNs);
    machine.leave(time, why);
    gone = true;
  }

  /** A reading of the machine came, of an instant that is not too late. */
  public void isShownAt(long time) {
    if (gone && time >= provenFrom) {
      goOn(time);
    }
  }

  /** Nothing was lost if what shows it is not newer than the end. */
  private void goOn(long time) {
    gone = false;
    machine.comeBack(Math.max(time, machine.watermark()));
  }

  /** What is not of the machine itself shows that it is alive. */
  public void lives(long receiveTimeNs) {
    if (machine.isKnown()) {
      long time = ownTime(receiveTimeNs);
      machine.received(receiveTimeNs);
      if (gone) {
        goOn(time);
      } else {
        machine.live(time);
      }
    }
  }

  /** The gateway hears its source: a machine that is silent goes on as it is. */
  public void goesOn(long receiveTimeNs) {
    boolean holds = machine.isKnown() && !gone && rules.holdsThroughSilence();
    if (holds && receiveTimeNs - machine.receivedNs() >= ShiftCalendar.MINUTE) {
      machine.live(ownTime(receiveTimeNs));
      machine.received(receiveTimeNs);
    }
  }

  /** The machine's own time at an instant at which the gateway did something else. */
  public long ownTime(long receiveTimeNs) {
    return machine.watermark() + Math.max(0, receiveTimeNs - machine.receivedNs());
  }

  /** The machine starts again. */
  public void clear() {
    gone = false;
  }

  /**
   * @param watermark the base of what is stored as a distance
   */
  public void exchange(StateCodec codec, long watermark) {
    source = codec.small(source);
    gone = codec.flag(gone) && rules.alive != null;
    provenFrom = watermark + codec.number(provenFrom - watermark);
  }
}
