package io.weir.gateway.group;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Members that hear each other late, in another order, or not at all, with clocks that differ. */
class MembershipTest {

  private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long STEP_NS = 100 * MS;
  private static final int STEPS_OF_A_SECOND = 10;
  private static final int SETTLED = 12 * STEPS_OF_A_SECOND;

  private final List<One> members = new ArrayList<>();
  private long nowNs;

  /** A member over its lives; its memory is its epoch. */
  private static final class One {
    final String id;
    final long offsetNs;
    final TreeMap<Long, List<Presence>> underWay = new TreeMap<>();
    Membership membership;
    boolean alive = true;
    boolean cutOff;
    boolean well = true;
    boolean complete = true;
    long since = 1;
    long start;
    long number;
    long epoch;

    One(String id, long offsetNs) {
      this.id = id;
      this.offsetNs = offsetNs;
      membership = new Membership(id, 0);
    }
  }

  private void members(Random random, String... ids) {
    for (String id : ids) {
      members.add(new One(id, random.nextLong(TimeUnit.DAYS.toNanos(30))));
    }
  }

  private void step(Random random, int number) {
    for (One one : members) {
      if (!one.alive) {
        continue;
      }
      long clock = nowNs + one.offsetNs;
      while (!one.underWay.isEmpty() && one.underWay.firstKey() <= nowNs) {
        one.underWay
            .pollFirstEntry()
            .getValue()
            .forEach(each -> one.membership.hears(each, clock, clock));
      }
      one.membership.decide(clock);
      one.epoch = one.membership.epoch();
      if (number % STEPS_OF_A_SECOND == 0) {
        say(one, clock, random);
      }
    }
    nowNs += STEP_NS;
  }

  private void say(One one, long clock, Random random) {
    Presence presence =
        new Presence(
            one.id,
            one.start,
            ++one.number,
            one.epoch,
            one.membership.view().members(),
            true,
            one.well,
            one.complete,
            one.since,
            0,
            Map.of(),
            Map.of());
    one.membership.sends(presence, clock);
    if (one.cutOff) {
      return;
    }
    for (One other : members) {
      if (!other.cutOff) {
        long arrivesNs = nowNs + random.nextInt(400) * MS; // so some overtake others
        other.underWay.computeIfAbsent(arrivesNs, absent -> new ArrayList<>()).add(presence);
      }
    }
  }

  private void run(Random random, int steps) {
    for (int i = 0; i < steps; i++) {
      step(random, i);
    }
  }

  private void die(One one) {
    one.alive = false;
    one.underWay.clear();
  }

  /** Says that it stops; what it said before may come after that. */
  private void stop(One one) {
    die(one);
    members.forEach(each -> each.membership.leaves(one.id));
  }

  private void restart(One one) {
    one.alive = true;
    one.start++;
    one.number = 0;
    one.membership = new Membership(one.id, one.epoch);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void atEverySettledMomentAllThatAreThereAgreeAndWhoIsCutOffOwnsNothing(long seed) {
    Random random = new Random(seed);
    members(random, "a", "b", "c", "d");
    run(random, SETTLED);
    long highest = 0;
    for (int round = 0; round < 40; round++) {
      One one = members.get(random.nextInt(members.size()));
      switch (random.nextInt(4)) {
        case 0 -> {
          if (one.alive) {
            die(one);
          } else {
            restart(one);
          }
        }
        case 1 -> one.cutOff = !one.cutOff;
        case 2 -> one.well = !one.well;
        default -> one.complete = !one.complete;
      }
      run(random, random.nextInt(5) == 0 ? 20 : 0); // and sometimes soon another
      one.well = random.nextBoolean();
      run(random, SETTLED);

      List<One> there = members.stream().filter(each -> each.alive && !each.cutOff).toList();
      for (One each : members) {
        if (each.alive && each.cutOff) {
          assertThat(each.membership.view()).isEqualTo(View.NOBODY);
        }
      }
      for (One each : there) {
        assertThat(each.membership.view()).isEqualTo(there.get(0).membership.view());
        assertThat(each.membership.view().members()).isNotEmpty();
      }
      for (One each : there) {
        if (each.membership.view().has(each.id)) {
          assertThat(each.epoch).as("never below an earlier one").isGreaterThanOrEqualTo(0);
          highest = Math.max(highest, each.epoch);
        }
      }
    }
    assertThat(highest).isPositive();
  }

  @Test
  void whoTakesOverHasAHigherEpochThanWhoOwnedBeforeAlsoAfterThatOneReturns() {
    Random random = new Random(1);
    members(random, "a", "b");
    run(random, SETTLED);
    One a = members.get(0);
    One b = members.get(1);
    long before = Math.max(a.epoch, b.epoch);
    die(a);
    run(random, SETTLED);
    assertThat(b.membership.view().members()).containsExactly("b");
    assertThat(b.epoch).isGreaterThan(before);
    restart(a);
    assertThat(a.epoch).as("a returns below its successor").isLessThan(b.epoch);
    long ofSuccessor = b.epoch;
    run(random, SETTLED);
    assertThat(a.membership.view().members()).containsExactly("a", "b");
    assertThat(a.epoch).as("and owns again only above it").isGreaterThan(ofSuccessor);
  }

  @Test
  void whoTakesOverFromOneThatStoppedHasAHigherEpochToo() {
    Random random = new Random(1);
    members(random, "a", "b");
    One a = members.get(0);
    One b = members.get(1);
    b.complete = false;
    b.since = TimeUnit.HOURS.toMillis(1);
    a.epoch = 7; // of many takeovers before
    a.membership = new Membership("a", a.epoch);
    run(random, SETTLED);
    assertThat(a.membership.view().members()).containsExactly("a");
    b.underWay.clear(); // nothing of the other comes any more but that it stops
    stop(a);
    run(random, SETTLED);
    assertThat(b.membership.view().members()).containsExactly("b");
    assertThat(b.epoch).isGreaterThan(a.epoch);
  }

  @Test
  void whoBeganLaterIsNotChosenUntilItsHistoryIsLongEnoughUnlessNobodyElseIsThere() {
    Random random = new Random(1);
    members(random, "a", "b");
    One a = members.get(0);
    One b = members.get(1);
    b.complete = false;
    b.since = TimeUnit.HOURS.toMillis(1);
    run(random, SETTLED);
    assertThat(a.membership.view().members()).containsExactly("a");
    a.complete = false; // the younger one is still the younger one
    run(random, SETTLED);
    assertThat(a.membership.view().members()).containsExactly("a");
    die(a);
    run(random, SETTLED);
    assertThat(b.membership.view().members()).containsExactly("b");
  }

  @Test
  void whoseStoreIsSickLetsOthersSendWhileOneIsWell() {
    Random random = new Random(1);
    members(random, "a", "b");
    One a = members.get(0);
    One b = members.get(1);
    a.well = false;
    run(random, SETTLED);
    assertThat(b.membership.view().members()).containsExactly("b");
    b.well = false;
    run(random, SETTLED);
    assertThat(b.membership.view().members()).containsExactly("a", "b");
  }

  @Test
  void nothingIsKnownToBeStoredWhileMembersDisagree() {
    Random random = new Random(1);
    members(random, "a", "b");
    run(random, SETTLED);
    Membership a = members.get(0).membership;
    View both = a.view();
    assertThat(a.storedTo(both, "history/readings", 0))
        .as("it has no such store, so what is its own is ours")
        .isEqualTo(Long.MAX_VALUE);
    long wallNs = 1_000_000 * MS;
    long clock = nowNs + members.get(0).offsetNs;
    Presence says =
        new Presence(
            "b",
            0,
            9_999,
            5,
            both.members(),
            true,
            true,
            true,
            1,
            0,
            Map.of("w", 2_000L),
            Map.of());
    a.hears(says, clock, wallNs);
    assertThat(a.storedTo(both, "w", 0)).isEqualTo(wallNs - 2_000 * MS - 2 * Membership.GONE_NS);
    Presence other =
        new Presence(
            "b", 0, 10_000, 5, List.of("b"), true, true, true, 1, 0, Map.of("w", 0L), Map.of());
    a.hears(other, clock, wallNs);
    assertThat(a.storedTo(both, "w", 0)).isEqualTo(Long.MIN_VALUE);
    Presence unknown =
        new Presence(
            "b", 0, 10_001, 5, both.members(), true, true, true, 1, 0, Map.of("w", -1L), Map.of());
    a.hears(unknown, clock, wallNs);
    assertThat(a.storedTo(both, "w", 0)).isEqualTo(Long.MIN_VALUE);
  }
}
