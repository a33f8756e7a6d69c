package io.weir.gateway.decode.sparkplug;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The session of one edge node. Owned by {@link Sessions}, under whose monitor it is used. */
final class Node {

  /** What a node costs beside its births, bytes, about. */
  private static final int NODE_BYTES = 1024;

  /** What a device costs beside its birth and its name, bytes, about. */
  private static final int DEVICE_BYTES = 64;

  /** The shortest time between two requests; each one that follows soon doubles it. */
  private static final long FIRST_PAUSE_NS = TimeUnit.SECONDS.toNanos(10);

  private static final long LONGEST_PAUSE_NS = TimeUnit.MINUTES.toNanos(10);

  /** A node that was not asked for this long begins with the shortest pause again. */
  private static final long CALM_NS = TimeUnit.HOURS.toNanos(1);

  /** Births by device, those that were silent longest first; the node's own under "". */
  private final Map<String, Birth> births = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * Devices that sent data or were born before the node was, and whose birth is not known; the node
   * itself under "".
   */
  private final Set<String> unborn = new LinkedHashSet<>();

  private final Sequence sequence = new Sequence();

  /** The number that a will of this session carries; {@code null} where the birth named none. */
  private @Nullable Long bdSeq;

  private boolean birthWanted;
  private boolean broken;
  private long brokenSinceNs;
  private boolean asked;
  private long askedAtNs;
  private long pauseNs = FIRST_PAUSE_NS;
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

  void nodeBorn(Birth birth, @Nullable Long birthBdSeq, int seq) {
    unborn.addAll(births.keySet());
    births.clear();
    weigh();
    put("", birth);
    bdSeq = birthBdSeq;
    sequence.begin(seq);
    birthWanted = false;
  }

  void deviceBorn(String device, Birth birth, int seq) {
    put(device, birth);
    sequence.came(seq);
    birthWanted |= !isBorn();
  }

  /** A birth from the broker's memory: better than none. */
  void remembered(String device, Birth birth, @Nullable Long birthBdSeq) {
    if (births.containsKey(device)) {
      return;
    }
    put(device, birth);
    if (device.isEmpty()) {
      bdSeq = birthBdSeq;
      sequence.begin(Envelope.NO_SEQ);
    }
  }

  private void put(String device, Birth birth) {
    forget(device);
    births.put(device, birth);
    bytes += cost(device) + birth.bytes();
  }

  private void forget(String device) {
    Birth birth = births.remove(device);
    if (birth != null) {
      bytes -= cost(device) + birth.bytes();
    }
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
   * A message of data came.
   *
   * @param understood whether all of its names and datatypes were known
   */
  void data(String device, int seq, boolean understood) {
    sequence.came(seq);
    birthWanted |= !understood || !isBorn() || !births.containsKey(device);
    if (!births.containsKey(device) && unborn.add(device)) {
      bytes += cost(device);
    }
  }

  void unreadable() {
    birthWanted = true;
  }

  void deviceDied(String device, int seq) {
    forget(device);
    sequence.came(seq);
    birthWanted |= !isBorn();
  }

  /** Nothing holds beyond the session; the next one begins with a birth. */
  void died() {
    births.clear();
    unborn.clear();
    weigh();
    bdSeq = null;
    sequence.begin(Envelope.NO_SEQ);
    birthWanted = false;
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
      birthWanted = true;
    }
    if (!birthWanted || (asked && nowNs - askedAtNs < pauseNs)) {
      return false;
    }
    boolean calm = !asked || nowNs - askedAtNs > CALM_NS;
    pauseNs = calm ? FIRST_PAUSE_NS : Math.min(2 * pauseNs, LONGEST_PAUSE_NS);
    asked = true;
    askedAtNs = nowNs;
    birthWanted = false;
    return true;
  }

  /** What it costs to remember, about. */
  long bytes() {
    return bytes;
  }
}
