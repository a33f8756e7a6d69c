package io.weir.gateway.decode.sparkplug;

import io.weir.gateway.decode.Decoder;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The session of one edge node. Owned by {@link Sessions}, under whose monitor it is used. */
final class Node {

  /** What a node costs beside its births, bytes, about. */
  private static final int NODE_BYTES = 1024;

  /** What a device costs beside its birth and its name, bytes, about. */
  private static final int DEVICE_BYTES = 64;

  /**
   * A node whose numbers were no reason for doubt so often in a row counts wrongly: as some do that
   * count the messages of each device by themselves.
   */
  private static final int UNFOUNDED = 3;

  /** Births by device, those that were silent longest first; the node's own under "". */
  private final Map<String, Birth> births = new LinkedHashMap<>(16, 0.75f, true);

  /** Births of before, from which those that follow learn how long aliases mean the same. */
  private final Map<String, Birth> former = new LinkedHashMap<>();

  /**
   * Devices that sent data or were born before the node was, and whose birth is not known; the node
   * itself under "".
   */
  private final Set<String> unborn = new LinkedHashSet<>();

  private final Sequence sequence = new Sequence();

  /** The number that a will of this session carries; {@code null} where the birth named none. */
  private @Nullable Long bdSeq;

  /** The connection and the session of the source by which the last message came; 0 for none. */
  private long connection;

  private long since;

  /** How many messages came since the birth, up to a round of numbers and one more. */
  private int messages;

  /** After how many of them their numbers led to doubt; 0 where they did not. */
  private int doubtedAfter;

  /** How often in a row such a doubt was unfounded. */
  private int unfounded;

  private final Request missing = new Request();
  private final Request doubted = new Request();
  private boolean broken;
  private long brokenSinceNs;
  private long bytes = NODE_BYTES;

  @Nullable Birth birth(String device) {
    return births.get(device);
  }

  Map<String, Birth> births() {
    return births;
  }

  Set<String> unborn() {
    return unborn;
  }

  private boolean isBorn() {
    return births.containsKey("");
  }

  /** Whether the will that carries this number belongs to the session now, as far as is known. */
  boolean endsWith(@Nullable Long deathBdSeq) {
    return bdSeq == null || deathBdSeq == null || bdSeq.equals(deathBdSeq);
  }

  void nodeBorn(Birth birth, @Nullable Long birthBdSeq, Arrival arrival) {
    if (isRepeated("", arrival)) {
      return;
    }
    boolean goesBack = isLate("", arrival) && hasGoneBack(arrival);
    Birth before = last("");
    boolean confirms = before != null && Objects.equals(bdSeq, birthBdSeq) && birth.agrees(before);
    if (!confirms || doubtedAfter > Sequence.ROUND) {
      unfounded = 0;
    } else if (doubtedAfter > 0) {
      unfounded++;
    }
    unborn.addAll(births.keySet());
    retire();
    bdSeq = birthBdSeq;
    birth.ofSession(bdSeq);
    put("", birth);
    sequence.begin(arrival.seq());
    connection = arrival.way().connection();
    since = arrival.way().session();
    messages = 0;
    doubtedAfter = 0;
    missing.drop();
    if (goesBack) {
      doubt();
    } else if (!birth.isDoubtful()) {
      doubted.drop();
    }
  }

  /** Whether a birth of before comes once more: a newer one is known, or what was sent after it. */
  private boolean isRepeated(String device, Arrival arrival) {
    return arrival.way().duplicate() && isLate(device, arrival);
  }

  void deviceBorn(String device, Birth birth, Arrival arrival) {
    boolean repeated = isRepeated(device, arrival);
    came(device, arrival);
    if (repeated) {
      return;
    }
    Birth own = births.get("");
    birth.ofSession(own == null || own.isDoubtful() ? null : bdSeq);
    put(device, birth);
    missing.want(!isBorn());
  }

  /** A birth from the broker's memory: better than none. */
  void remembered(String device, Birth birth, @Nullable Long birthBdSeq) {
    if (births.containsKey(device)) {
      return;
    }
    if (device.isEmpty()) {
      bdSeq = birthBdSeq;
      sequence.begin(Envelope.NO_SEQ);
    }
    birth.ofSession(bdSeq);
    put(device, birth);
  }

  private void put(String device, Birth birth) {
    Birth before = last(device);
    if (before != null) {
      birth.follows(before);
    }
    forget(device);
    births.put(device, birth);
    bytes += cost(device) + birth.bytes();
  }

  /** The birth of a device that was known last; {@code null} for none. */
  private @Nullable Birth last(String device) {
    Birth birth = births.get(device);
    return birth == null ? former.get(device) : birth;
  }

  /** No birth is known any more; those that come learn from them. */
  private void retire() {
    former.putAll(births);
    births.clear();
    weigh();
  }

  private void forget(String device) {
    Birth birth = births.remove(device);
    Birth before = former.remove(device);
    bytes -= birth == null ? 0 : cost(device) + birth.bytes();
    bytes -= before == null ? 0 : cost(device) + before.bytes();
    if (unborn.remove(device)) {
      bytes -= cost(device);
    }
  }

  private static long cost(String device) {
    return DEVICE_BYTES + 2L * device.length();
  }

  private void weigh() {
    bytes = NODE_BYTES;
    births.forEach((device, birth) -> bytes += cost(device) + birth.bytes());
    former.forEach((device, birth) -> bytes += cost(device) + birth.bytes());
    unborn.forEach(device -> bytes += cost(device));
  }

  /**
   * Forgets devices until all of it costs so much at most, those first that were silent longest.
   */
  void shrink(long most) {
    Iterator<String> unbornFirst = unborn.iterator();
    while (bytes > most && unbornFirst.hasNext()) {
      bytes -= cost(unbornFirst.next());
      unbornFirst.remove();
    }
    Iterator<Map.Entry<String, Birth>> formerFirst = former.entrySet().iterator();
    while (bytes > most && formerFirst.hasNext()) {
      Map.Entry<String, Birth> oldest = formerFirst.next();
      bytes -= cost(oldest.getKey()) + oldest.getValue().bytes();
      formerFirst.remove();
    }
    Iterator<Map.Entry<String, Birth>> silentFirst = births.entrySet().iterator();
    while (bytes > most && silentFirst.hasNext()) {
      Map.Entry<String, Birth> silent = silentFirst.next();
      if (!silent.getKey().isEmpty()) {
        bytes -= cost(silent.getKey()) + silent.getValue().bytes();
        silentFirst.remove();
      }
    }
  }

  /**
   * Whether the births known may be those of an earlier session of the node by the time of a
   * message: whether one that came after them may be missing.
   */
  boolean isDoubtful(String device, Arrival arrival) {
    Birth birth = births.get(device);
    if (arrival.way().replayed() || birth != null && birth.isDoubtful()) {
      return birth != null && birth.isDoubtful();
    }
    return isOfAnotherSession(arrival)
        || (isLate(device, arrival) ? hasGoneBack(arrival) : numbersSuggestIt(device, arrival));
  }

  /** Whether the broker lost the session of the source, so that anything may be missing. */
  private boolean isOfAnotherSession(Arrival arrival) {
    long its = arrival.way().session();
    return since != 0 && its != 0 && since != its;
  }

  /** Whether the broker sends for the first time what had come: what followed may be missing. */
  private boolean hasGoneBack(Arrival late) {
    Decoder.Way way = late.way();
    return connection != way.connection() && !way.duplicate();
  }

  private boolean numbersSuggestIt(String device, Arrival arrival) {
    boolean newer = arrival.timeMs() > newestMs(device);
    boolean interrupted = arrival.way().isInterruptedSince(connection);
    return unfounded < UNFOUNDED && sequence.mayHideBirth(arrival.seq(), interrupted, newer);
  }

  /** Whether it was sent before one that came: it is sent again, or comes out of order. */
  private boolean isLate(String device, Arrival arrival) {
    return arrival.timeMs() != 0 && arrival.timeMs() < newestMs(device);
  }

  private long newestMs(String device) {
    Birth birth = last(device);
    return birth == null ? 0 : birth.newestMs();
  }

  private void came(String device, Arrival arrival) {
    boolean late = isLate(device, arrival);
    if (!late && numbersSuggestIt(device, arrival)) {
      doubtedAfter = doubtedAfter == 0 ? Math.max(1, messages) : doubtedAfter;
      doubt();
    }
    if (isOfAnotherSession(arrival) || late && hasGoneBack(arrival)) {
      doubt();
    }
    Birth birth = births.get(device);
    if (birth != null
        && arrival.timeMs() != 0
        && !arrival.way().duplicate()
        && sequence.isNext(arrival.seq())) {
      birth.cameInTurn(arrival.timeMs());
    }
    messages = Math.min(messages + 1, Sequence.ROUND + 1);
    since = arrival.way().session();
    if (late) {
      sequence.cameLate(arrival.seq());
    } else {
      connection = arrival.way().connection();
      sequence.came(arrival.seq());
    }
    if (birth != null) {
      birth.came(arrival.timeMs());
    }
  }

  /** A birth may be missing: until the next one, an alias may mean another metric. */
  private void doubt() {
    births.values().forEach(Birth::doubt);
    doubted.want(!births.isEmpty());
  }

  /**
   * A message of data came.
   *
   * @param understood whether all of its names and datatypes were known
   */
  void data(String device, Arrival arrival, boolean understood) {
    came(device, arrival);
    Birth birth = births.get(device);
    missing.want(!understood || !isBorn() || birth == null);
    doubted.want(birth != null && birth.isDoubtful());
    if (birth == null && unborn.add(device)) {
      bytes += cost(device);
    }
  }

  void unreadable() {
    missing.want(true);
  }

  void deviceDied(String device, Arrival arrival) {
    came(device, arrival);
    Birth birth = last(device);
    forget(device);
    if (birth != null) {
      former.put(device, birth);
      bytes += cost(device) + birth.bytes();
    }
    missing.want(!isBorn());
  }

  /** Nothing holds beyond the session; the next one begins with a birth. */
  void died() {
    unborn.clear();
    retire();
    bdSeq = null;
    sequence.begin(Envelope.NO_SEQ);
    missing.drop();
    doubted.drop();
  }

  /** Whether the node must be asked for its births now; true once, then not for a while. */
  boolean due(Duration patience, long nowNs) {
    if (!sequence.isBroken()) {
      broken = false;
    } else if (!broken) {
      broken = true;
      brokenSinceNs = nowNs;
    } else if (nowNs - brokenSinceNs >= patience.toNanos()) {
      sequence.forget();
      broken = false;
      missing.want(true);
    }
    if (doubted.isDue(nowNs)) {
      missing.drop();
      return true;
    }
    return missing.isDue(nowNs);
  }

  /** What it costs to remember, about. */
  long bytes() {
    return bytes;
  }
}
