package io.weir.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.api.GroupStatus;
import io.weir.gateway.correction.Change;
import io.weir.gateway.correction.Correction;
import io.weir.gateway.correction.CorrectionLog;
import io.weir.gateway.correction.Entry;
import io.weir.gateway.correction.OrderEvent;
import io.weir.gateway.correction.Origin;
import io.weir.gateway.correction.RecomputeAsked;
import io.weir.gateway.correction.Undo;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.MachineState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several gateways with the same messages, of which some die, on one thread. */
class SteppedGroupTest {

  private static final Duration UNTIL_DECIDED = Duration.ofSeconds(8);

  @TempDir Path folder;

  /** GroupTest has it with two processes. */
  @Tag("soak")
  @Test
  void oneSendsAndTheOtherTakesOverWhenItDies() throws Exception {
    SteppedGroup group = new SteppedGroup(folder, 1, "standby", "a", "b");
    group.pass(UNTIL_DECIDED);
    group.produce(Duration.ofSeconds(60));
    assertThat(group.senders()).hasSize(2); // both divide; one of them owns all
    List<SteppedGroup.Member> some = List.copyOf(group.members.values());
    SteppedGroup.Member active = some.get(0).written > 0 ? some.get(0) : some.get(1);
    SteppedGroup.Member ready = some.get(0) == active ? some.get(1) : some.get(0);
    assertThat(active.written).isPositive();
    assertThat(ready.written).isZero();

    active.die();
    group.produce(Duration.ofSeconds(5));
    assertThat(ready.written).as("within 5 s").isPositive();
    group.produce(Duration.ofSeconds(60));
    active.start();
    group.produce(Duration.ofSeconds(60));
    group.settle();
    group.assertRight();
    System.out.printf(
        "standby: %d messages, %d rows written by the group, %d by a gateway alone%n",
        group.published(), group.stored.written, group.right.written);
  }

  @Tag("soak")
  @Test
  void eachOfThreeDiesOnceAndReturns() throws Exception {
    SteppedGroup group = new SteppedGroup(folder, 2, "spread", "a", "b", "c");
    group.pass(UNTIL_DECIDED);
    group.produce(Duration.ofSeconds(60));
    assertThat(group.members.values()).allMatch(each -> each.written > 0);
    for (SteppedGroup.Member each : group.members.values()) {
      each.die();
      group.produce(Duration.ofSeconds(60));
      each.start();
      group.produce(Duration.ofSeconds(100));
    }
    group.settle();
    group.assertRight();
    assertThat(group.senders()).hasSize(3);
    System.out.printf(
        "spread: %d messages, %d rows written by the group, %d by a gateway alone%n",
        group.published(), group.stored.written, group.right.written);
  }

  /** Neither hears the other, so both believe to be active. */
  @Test
  void twoThatDoNotHearEachOtherDoNoHarm() throws Exception {
    SteppedGroup group = new SteppedGroup(folder, 3, "standby", "a", "b");
    group.pass(UNTIL_DECIDED);
    group.produce(Duration.ofSeconds(30));
    group.broker.passes = (from, to) -> from.isEmpty() || from.equals(to);
    group.produce(Duration.ofSeconds(60));
    assertThat(group.members.values()).as("both send").allMatch(each -> each.written > 0);
    group.broker.passes = (from, to) -> true;
    group.produce(Duration.ofSeconds(60));
    group.settle();
    group.assertRight();
  }

  /** A member that stops on purpose says so, and nobody waits until it is missed. */
  @Test
  void whoStopsHandsOverAtOnce() throws Exception {
    SteppedGroup group = new SteppedGroup(folder, 4, "standby", "a", "b");
    group.pass(UNTIL_DECIDED);
    group.produce(Duration.ofSeconds(30));
    SteppedGroup.Member active =
        group.members.values().stream().filter(each -> each.written > 0).findFirst().orElseThrow();
    active.stop();
    group.produce(Duration.ofSeconds(2));
    assertThat(group.members.values().stream().filter(each -> each != active))
        .allMatch(each -> each.written > 0);
    group.settle();
    group.assertRight();
  }

  @Test
  void theStatusSaysWhoIsThereAndWhatEachSends() throws Exception {
    SteppedGroup group = new SteppedGroup(folder, 5, "standby", "a", "b");
    SteppedGroup.Member a = group.members.get("a");
    SteppedGroup.Member b = group.members.get("b");
    assertThat(a.states()).containsExactly("a DEAF 0");
    group.pass(UNTIL_DECIDED);
    group.produce(Duration.ofSeconds(60));
    SteppedGroup.Member active = a.written > 0 ? a : b;
    SteppedGroup.Member ready = active == a ? b : a;
    List<String> both =
        Stream.of(active.id + " SENDING 6", ready.id + " STANDBY 0").sorted().toList();
    assertThat(a.states()).isEqualTo(both);
    assertThat(b.states()).isEqualTo(both);
    GroupStatus.Member other = member(ready.group(), active.id);
    assertThat(other.heardSecondsAgo()).isLessThan(3);
    assertThat(other.behindSeconds()).isNotNull().isLessThan(20);
    assertThat(other.view()).containsExactly("a", "b");

    ready.isAway(true);
    group.pass(Duration.ofSeconds(10));
    assertThat(ready.states()).contains(ready.id + " DEAF 0");
    assertThat(active.states()).contains(ready.id + " GONE 0", active.id + " SENDING 6");
    assertThat(member(active.group(), ready.id).heardSecondsAgo()).isGreaterThan(3);
    ready.isAway(false);
    active.storeIsUp = false;
    group.produce(Duration.ofSeconds(60));
    assertThat(ready.states()).contains(ready.id + " SENDING 6", active.id + " SICK 0");
  }

  private static Asset machine(String line, String name) {
    return new Asset(null, null, line, name);
  }

  /** That a machine was in setup for a while, some seconds ago. */
  private static Function<Origin, Entry> setup(Asset machine, int fromS, int toS, String comment) {
    return origin ->
        new Correction(
            0,
            machine,
            origin.timeNs() - fromS * 1_000_000_000L,
            origin.timeNs() - toS * 1_000_000_000L,
            false,
            new Change.Reclassified(
                MachineState.SETUP, new Change.Why("changeover", comment, "", null)),
            comment,
            List.of(),
            origin);
  }

  /** What is said at a member that sends nothing is in the store, and at all members. */
  @Test
  void whatIsSaidAtOneMemberIsInWhatTheOtherSends() throws Exception {
    SteppedGroup group = new SteppedGroup(folder, 6, "standby", "a", "b");
    group.pass(UNTIL_DECIDED);
    group.produce(Duration.ofSeconds(90));
    SteppedGroup.Member active =
        group.members.get("a").written > 0 ? group.members.get("a") : group.members.get("b");
    SteppedGroup.Member ready = group.members.get(active.id.equals("a") ? "b" : "a");
    CompletableFuture<Entry> kept = ready.say(setup(machine("l1", "a"), 60, 20, "tool"));
    group.pass(Duration.ofSeconds(6));
    assertThat(kept).isCompleted();
    assertThat(active.knows()).hasSize(1).isEqualTo(ready.knows());
    assertThat(active.knows().get(0))
        .contains(
            "\"who\":\"anna\"", "\"address\":\"10.0.0.7\"", "\"member\":\"" + ready.id + "\"");

    active.say(origin -> new Undo(0, id(active, 0), "it was not", origin));
    active.say(setup(machine("l7", "a"), 50, 10, "mould"));
    group.pass(Duration.ofSeconds(6));
    assertThat(ready.knows()).hasSize(3).isEqualTo(active.knows());
    ready.say(
        origin ->
            new OrderEvent(
                0,
                machine("l2", "a"),
                origin.timeNs(),
                OrderEvent.Step.STARTED,
                "4711",
                "lid",
                100,
                "",
                origin));
    group.produce(Duration.ofSeconds(30));
    active.say(
        origin ->
            new OrderEvent(
                0,
                machine("l2", "a"),
                origin.timeNs(),
                OrderEvent.Step.FINISHED,
                "4711",
                "",
                Double.NaN,
                "",
                origin));
    group.produce(Duration.ofSeconds(10));
    group.settle();
    group.assertRight();
    assertThat(group.stored.rows.toString())
        .contains("mould", "4711")
        .doesNotContain("category=\"tool\"");
  }

  /** The id that a member gave what it has at a place. */
  private static long id(SteppedGroup.Member member, int place) {
    try (CorrectionLog.Entries entries = member.said().from(0)) {
      Entry entry = entries.next();
      for (int i = 0; i < place && entry != null; i++) {
        entry = entries.next();
      }
      return Objects.requireNonNull(entry).id();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Who asks a member that sends nothing is answered by the one that sends. */
  @Tag("soak")
  @Test
  void figuresAreMadeAgainByWhoSendsThem() throws Exception {
    SteppedGroup group = new SteppedGroup(folder, 9, "standby", "a", "b");
    group.pass(UNTIL_DECIDED);
    group.produce(Duration.ofSeconds(60));
    group.settle();
    SteppedGroup.Member a = group.members.get("a");
    SteppedGroup.Member ready = a.states().contains("a STANDBY 0") ? a : group.members.get("b");
    group.stored.olderNs = group.playedToNs();
    group.pass(Duration.ofSeconds(60));
    assertThat(group.stored.writtenOfBefore).isZero();
    long from = group.playedToNs() - Duration.ofMinutes(5).toNanos();
    ready.say(origin -> new RecomputeAsked(0, Asset.NONE, from, group.playedToNs(), origin));
    group.pass(Duration.ofSeconds(60));
    assertThat(group.stored.writtenOfBefore).isGreaterThan(6);
    assertThat(ready.states()).contains(ready.id + " STANDBY 0");
    group.assertRight();
  }

  /**
   * It has nothing on its disk, and gets what people said, and its part once its history is whole.
   */
  @Tag("soak")
  @Test
  void whoJoinsAfterHoursSendsNothingUntilItKnowsTheDay() throws Exception {
    SteppedGroup group = new SteppedGroup(folder, 10, "spread", "a", "b");
    group.pass(UNTIL_DECIDED);
    group.produce(Duration.ofSeconds(60));
    group.members.get("a").say(setup(machine("l3", "a"), 40, 10, "tool"));
    group.produce(Duration.ofSeconds(10));
    group.time.advance(Duration.ofHours(3));
    group.produce(Duration.ofSeconds(60));
    SteppedGroup.Member c = group.join("c");
    group.produce(Duration.ofSeconds(120));
    assertThat(c.knows()).hasSize(1).isEqualTo(group.members.get("b").knows());
    assertThat(c.states()).contains("c WAITING 0");
    assertThat(c.written).isZero();
    group.members.get("b").die();
    group.produce(Duration.ofSeconds(60));
    assertThat(c.written).as("a has all of the day").isZero();
    group.members.get("b").start();
    group.produce(Duration.ofSeconds(100));

    group.settle(Duration.ofHours(24));
    group.assertRight();
    assertThat(c.written).isZero();

    group.time.advance(Duration.ofHours(2)); // with those of settling, more than a day
    group.produce(Duration.ofSeconds(90));
    assertThat(c.states()).noneMatch(each -> each.startsWith("c WAITING"));
    assertThat(c.written).isPositive();
  }

  /** Both say something of the same stop at once, and neither has heard of the other. */
  @Test
  void ofTwoThatSayOtherThingsAtOnceAllAgreeOnOne() throws Exception {
    SteppedGroup group = new SteppedGroup(folder, 7, "spread", "a", "b", "c");
    group.pass(UNTIL_DECIDED);
    group.produce(Duration.ofSeconds(60));
    for (SteppedGroup.Member each : group.members.values()) {
      each.say(setup(machine("l3", "a"), 40, 10, "by " + each.id));
    }
    group.produce(Duration.ofSeconds(20));
    for (SteppedGroup.Member each : group.members.values()) {
      assertThat(each.knows()).hasSize(3).isEqualTo(group.members.get("a").knows());
    }
    group.settle();
    group.assertRight();
  }

  /** Who says something and dies once it is answered has it on its disk; it goes out with it. */
  @Test
  void whatWasAnsweredGoesOutWhenItsMemberReturns() throws Exception {
    SteppedGroup group = new SteppedGroup(folder, 8, "standby", "a", "b");
    group.pass(UNTIL_DECIDED);
    group.produce(Duration.ofSeconds(60));
    SteppedGroup.Member a = group.members.get("a");
    group.broker.passes = (from, to) -> from.isEmpty();
    CompletableFuture<Entry> kept = a.say(setup(machine("l4", "a"), 50, 10, "tool"));
    group.pass(Duration.ofSeconds(1));
    assertThat(kept).isCompleted();
    a.die();
    group.broker.passes = (from, to) -> true;
    group.produce(Duration.ofSeconds(60));
    assertThat(group.members.get("b").knows()).isEmpty();
    a.start();
    group.produce(Duration.ofSeconds(60));
    assertThat(group.members.get("b").knows()).hasSize(1);
    group.settle();
    group.assertRight();
  }

  private static GroupStatus.Member member(GroupStatus of, String id) {
    return of.members().stream().filter(each -> each.id().equals(id)).findFirst().orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(longs = 13)
  void whateverHappensTheStoreIsRightInTheEnd(long seed) throws Exception {
    play(seed);
  }

  @Tag("soak")
  @ParameterizedTest
  @ValueSource(longs = {11, 12, 14, 15, 16, 17, 18, 19, 20, 21, 22})
  void whateverElseHappensTheStoreIsRightInTheEnd(long seed) throws Exception {
    play(seed);
  }

  private void play(long seed) throws Exception {
    Random random = new Random(seed);
    SteppedGroup group =
        new SteppedGroup(folder, seed, random.nextBoolean() ? "spread" : "standby", "a", "b", "c");
    group.pass(UNTIL_DECIDED);
    for (int i = 0; i < 12; i++) {
      List<SteppedGroup.Member> all = List.copyOf(group.members.values());
      SteppedGroup.Member one = all.get(random.nextInt(all.size()));
      switch (random.nextInt(5)) {
        case 0 -> {
          if (one.gateway == null) {
            one.start();
          } else {
            one.die();
          }
        }
        case 1 -> one.isAway(random.nextBoolean());
        case 2 -> one.storeIsUp = random.nextBoolean();
        case 3 ->
            group.broker.passes =
                random.nextBoolean()
                    ? (from, to) -> true
                    : (from, to) ->
                        from.isEmpty() || !from.contains("-" + one.id + "-") || from.equals(to);
        default -> one.stop();
      }
      SteppedGroup.Member other = all.get(random.nextInt(all.size()));
      if (other.gateway != null) {
        int fromS = 10 + random.nextInt(60);
        Asset machine = machine("l" + (1 + random.nextInt(3)), "a");
        other.say(setup(machine, fromS, 2 + random.nextInt(fromS - 2), "by " + other.id));
      }
      group.produce(Duration.ofSeconds(2 + random.nextInt(60)));
      if (other.gateway != null && random.nextBoolean() && !other.knows().isEmpty()) {
        long undone = id(other, random.nextInt(other.knows().size()));
        if (other.said().entry(undone) instanceof Correction) {
          other.say(origin -> new Undo(0, undone, "", origin));
        }
      }
    }
    group.broker.passes = (from, to) -> true;
    for (SteppedGroup.Member each : group.members.values()) {
      each.isAway(false);
      each.storeIsUp = true;
      if (each.gateway == null) {
        each.start();
      }
    }
    group.produce(Duration.ofMinutes(2));
    for (SteppedGroup.Member each : group.members.values()) {
      assertThat(each.knows()).isEqualTo(group.members.get("a").knows());
    }
    group.settle();
    group.assertRight();
  }
}
