package io.weir.gateway.efficiency;

import io.weir.gateway.efficiency.codec.StateCodec;
import io.weir.gateway.efficiency.signal.Contacts;
import io.weir.gateway.efficiency.signal.Session;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.Reading;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * What messages say of the sessions of all machines: that the gateway was away from a source, that
 * a machine died, that another asset tells its life. Each machine's {@link Session} decides what
 * that means for it.
 *
 * <p>Mutable; belongs to its {@link Fold}. Of the bytes of the state, the {@link Contacts} are its
 * own.
 */
final class Sessions {

  /** The reason of a BAD value that repeats the last one because a session ended. */
  private static final String STALE = "stale";

  /** Whether any machine has a session; without one, nothing is noted. */
  private final boolean any;

  /** Of machines that are alive as long as their session is; empty where none is such. */
  private final Contacts contacts = new Contacts();

  private final LifeSignals lifeSignals = new LifeSignals();
  private final Map<Asset, MachineFold> machines = new LinkedHashMap<>();

  /** The source of the message that is being taken. */
  private int source = Contacts.NONE;

  /** Whether that message was kept by the broker. */
  private boolean retained;

  /** By source, since when it is not heard now. */
  private long[] awaySince = {};

  Sessions(boolean any) {
    this.any = any;
  }

  void add(MachineFold machine) {
    machines.put(machine.asset, machine);
    lifeSignals.add(machine);
  }

  void remove(MachineFold machine) {
    machines.remove(machine.asset);
    lifeSignals.remove(machine);
  }

  /** A message comes whose readings are given next. */
  void hear(Message message) {
    if (!any) {
      return;
    }
    retained = message.retained();
    if (message.connection() == 0) { // by HTTP, or a message of before sent through again
      source = Contacts.NONE;
      return;
    }
    source = contacts.of(message.source());
    long before = contacts.lastNs(source);
    switch (contacts.hear(source, message.connection(), message.receiveTimeNs())) {
      case AWAY -> ofSource(session -> session.away(before));
      case MINUTE -> ofSource(session -> session.goesOn(message.receiveTimeNs()));
      case NOTHING -> {}
    }
  }

  private void ofSource(Consumer<Session> change) {
    for (MachineFold machine : machines.values()) {
      if (machine.session().source() == source) {
        change.accept(machine.session());
      }
    }
  }

  /** The source of the message that is being taken, by {@link Contacts}. */
  int source() {
    return source;
  }

  /** Whether that message was kept by the broker. */
  boolean isRetained() {
    return retained;
  }

  /** A reading that is not BAD may tell the life of machines behind its asset. */
  void take(Reading reading, long receiveTimeNs) {
    lifeSignals.take(reading, receiveTimeNs);
  }

  /** All values of a machine are stale where it, or its node, has died. */
  void takeBad(Reading reading, long receiveTimeNs) {
    if (!any || !STALE.equals(reading.reason())) {
      return;
    }
    MachineFold machine = machines.get(reading.series().asset());
    if (machine != null && machine.rules.alive != null && machine.rules.alive.metric() == null) {
      machine.session().end(reading.timeNs(), receiveTimeNs);
    }
  }

  /**
   * Which sources are heard now, for provisional figures and the live page: a machine whose source
   * is not heard is unknown there. No part of the state.
   */
  void hears(Predicate<String> sources) {
    awaySince = contacts.awaySince(sources);
  }

  /** Since when a source is not heard now; {@link Long#MAX_VALUE} where it is. */
  long awaySince(int source) {
    return source >= 0 && source < awaySince.length ? awaySince[source] : Long.MAX_VALUE;
  }

  void exchange(StateCodec codec) {
    contacts.exchange(codec);
  }
}
