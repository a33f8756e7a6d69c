package io.weir.gateway.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.gateway.machine.FaultyDisk.Failure;
import io.weir.gateway.machine.FaultyDisk.Verb;
import io.weir.peers.Peer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * What can happen to the machine around a running gateway. Each trouble strikes, lasts for a while
 * under load, and is healed.
 *
 * @param kind its name in the figures
 */
record Trouble(String kind, Action action) {

  interface Action {
    void strike(Ordeal ordeal, Random random) throws IOException;
  }

  /** Verbs that a running gateway calls by itself. */
  private static final List<Verb> WHILE_RUNNING =
      List.of(Verb.OPEN, Verb.READ, Verb.WRITE, Verb.SYNC, Verb.RENAME, Verb.UNLINK);

  /** Verbs that open a data directory. */
  private static final List<Verb> AT_START =
      List.of(Verb.OPEN, Verb.READ, Verb.WRITE, Verb.SYNC, Verb.LIST, Verb.MKDIR);

  /** On a copy-on-write file system also a deletion may find no space. */
  private static final List<Failure> EACH = List.of(Failure.EIO, Failure.ENOSPC);

  /**
   * Left out before each change: {@code PartsTest} and {@code DurabilityTest} stop stores too, and
   * starts on a failing disk follow power cuts.
   */
  private static final Set<String> OF_SOAK =
      Set.of(
          "power cut",
          "store frozen",
          "other store frozen",
          "line to the store",
          "clock a minute ahead");

  static final Trouble POWER_CUT =
      new Trouble(
          "power cut",
          (ordeal, random) -> {
            ordeal.cutPower(random.nextLong());
            ordeal.gateway.start();
          });

  /** The second power cut comes while the gateway recovers from the first. */
  private static final Trouble POWER_CUT_TWICE =
      new Trouble(
          "power cut while it starts",
          (ordeal, random) -> {
            ordeal.cutPower(random.nextLong());
            ordeal.gateway.launch();
            pause(random, 3_000);
            ordeal.cutPower(random.nextLong());
            ordeal.gateway.start();
          });

  /** One of each kind, in an order that is always the same. */
  static List<Trouble> all() {
    List<Trouble> disks = new ArrayList<>();
    for (Failure failure : EACH) {
      WHILE_RUNNING.forEach(verb -> disks.add(disk(verb, failure)));
      disks.add(syncAndTruncate(failure));
    }
    return with(disks, EACH.stream().map(each -> starts(AT_START, List.of(each))).toList());
  }

  /**
   * Fewer: each verb of the disk fails in one way, and two of them at a start; a store is killed
   * once, and the clock goes back.
   */
  static List<Trouble> few() {
    List<Failure> inTurn = List.of(Failure.ENOSPC, Failure.EIO); // so that a write finds no space
    List<Trouble> disks = new ArrayList<>();
    for (Verb verb : WHILE_RUNNING) {
      disks.add(disk(verb, inTurn.get(disks.size() % 2)));
    }
    disks.add(syncAndTruncate(Failure.EIO));
    List<Verb> verbs = List.of(Verb.OPEN, Verb.SYNC);
    List<Trouble> few = with(disks, List.of(starts(verbs, inTurn)));
    few.removeIf(each -> OF_SOAK.contains(each.kind));
    return few;
  }

  private static List<Trouble> with(List<Trouble> disks, List<Trouble> starts) {
    List<Trouble> all = new ArrayList<>(disks);
    all.add(POWER_CUT);
    all.addAll(starts);
    all.add(readOnly());
    all.add(frozen("gateway frozen", ordeal -> ordeal.gateway));
    all.add(frozen("broker frozen", ordeal -> ordeal.broker));
    all.add(frozen("store frozen", ordeal -> ordeal.store));
    all.add(killed("broker killed", ordeal -> ordeal.broker));
    all.add(killed("store killed", ordeal -> ordeal.store));
    all.add(frozen("other store frozen", ordeal -> ordeal.victoria));
    all.add(line("line to the broker", ordeal -> ordeal.brokerLine));
    all.add(line("line to the store", ordeal -> ordeal.storeLine));
    all.add(clock("clock an hour back", Duration.ofHours(-1)));
    all.add(clock("clock a minute ahead", Duration.ofMinutes(1)));
    all.add(POWER_CUT_TWICE);
    return all;
  }

  void strike(Ordeal ordeal, Random random) throws IOException {
    ordeal.note(kind);
    action.strike(ordeal, random);
    ordeal.struck(kind);
    ordeal.awaitProgress();
  }

  private static Trouble disk(Verb verb, Failure failure) {
    return new Trouble(
        failure + " on " + verb,
        (ordeal, random) -> {
          long before = ordeal.disk.struck(verb);
          ordeal.disk.fail(verb, failure);
          awaitStruck(ordeal, verb, before);
          pause(random, 300);
          ordeal.disk.heal();
        });
  }

  /** A segment whose sync failed is cut; so a truncation follows only on such a failure. */
  private static Trouble syncAndTruncate(Failure failure) {
    return new Trouble(
        failure + " on TRUNCATE",
        (ordeal, random) -> {
          long before = ordeal.disk.struck(Verb.TRUNCATE);
          ordeal.disk.fail(Verb.TRUNCATE, failure);
          ordeal.disk.fail(Verb.SYNC, failure);
          awaitStruck(ordeal, Verb.TRUNCATE, before);
          pause(random, 300);
          ordeal.disk.heal();
        });
  }

  /**
   * Starts on a disk that fails, each with another verb and the next of the failures in turn. A
   * start may refuse and say why; then it is tried again, as a supervisor does, and the disk fails
   * anew. After each start that does not refuse, and after every second, the gateway must go on.
   */
  private static Trouble starts(List<Verb> verbs, List<Failure> failures) {
    return new Trouble(
        "starts, each with one of " + failures,
        (ordeal, random) -> {
          for (int i = 0; i < verbs.size(); i++) {
            Verb verb = verbs.get(i);
            Failure failure = failures.get(i % failures.size());
            ordeal.cutPower(random.nextLong());
            long before = ordeal.disk.struck(verb);
            ordeal.disk.fail(verb, failure);
            boolean started = starts(ordeal);
            assertThat(ordeal.disk.struck(verb))
                .as("%s on %s", failure, verb)
                .isGreaterThan(before);
            ordeal.disk.heal();
            ordeal.struck(failure + " on " + verb + (started ? " at a start" : ", start refused"));
            if (!started && i % 2 == 1) {
              ordeal.gateway.start();
            }
            if (ordeal.gateway.isAlive()) {
              ordeal.awaitProgress();
            }
          }
        });
  }

  private static boolean starts(Ordeal ordeal) {
    try {
      ordeal.gateway.start();
      return true;
    } catch (IOException refused) {
      return false;
    }
  }

  /** As a file system is after an error, or a remount: what is open for writing fails too. */
  private static Trouble readOnly() {
    return new Trouble(
        "read-only file system",
        (ordeal, random) -> {
          long before = ordeal.disk.struck(Verb.WRITE);
          ordeal.disk.fail(Verb.WRITE, Failure.EROFS);
          awaitStruck(ordeal, Verb.WRITE, before); // before a segment that cannot be opened
          for (Verb verb :
              List.of(Verb.OPEN, Verb.TRUNCATE, Verb.RENAME, Verb.UNLINK, Verb.MKDIR)) {
            ordeal.disk.fail(verb, Failure.EROFS);
          }
          pause(random, 500);
          ordeal.disk.heal();
        });
  }

  private interface Part<T> {
    T of(Ordeal ordeal);
  }

  private static Trouble frozen(String kind, Part<Peer> part) {
    return new Trouble(
        kind,
        (ordeal, random) -> {
          Peer peer = part.of(ordeal);
          peer.freeze();
          pause(random, 2_000);
          peer.thaw();
        });
  }

  private static Trouble killed(String kind, Part<Peer> part) {
    return new Trouble(
        kind,
        (ordeal, random) -> {
          Peer peer = part.of(ordeal);
          peer.kill();
          pause(random, 1_000);
          peer.start();
        });
  }

  /** Cut, slow and frozen, one after the other. */
  private static Trouble line(String kind, Part<WatchedLine> part) {
    return new Trouble(
        kind + " cut, slow and frozen",
        (ordeal, random) -> {
          WatchedLine line = part.of(ordeal);
          line.cut();
          pause(random, 300);
          line.heal();
          ordeal.awaitProgress();
          line.slow(20_000);
          pause(random, 1_000);
          line.freeze();
          pause(random, 1_000);
          line.heal();
        });
  }

  private static Trouble clock(String kind, Duration offset) {
    return new Trouble(
        kind,
        (ordeal, random) -> {
          long before = ordeal.disk.clockReads();
          ordeal.disk.moveClock(offset);
          ordeal.awaitProgress();
          assertThat(ordeal.disk.clockReads()).isGreaterThan(before);
          ordeal.disk.moveClock(Duration.ZERO);
        });
  }

  /** A call that is not made for each message, such as UNLINK, comes late on a busy machine. */
  private static void awaitStruck(Ordeal ordeal, Verb verb, long before) {
    await(verb + " fails")
        .atMost(Duration.ofMinutes(1))
        .pollInterval(Duration.ofMillis(10))
        .until(() -> ordeal.disk.struck(verb) > before);
  }

  /** Between a third of it and all of it. */
  private static void pause(Random random, int atMostMs) {
    try {
      Thread.sleep(random.nextInt(atMostMs / 3, atMostMs));
    } catch (InterruptedException e) {
      throw new IllegalStateException("a test must not be interrupted", e);
    }
  }
}
