package io.weir.gateway.devices;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.tuple;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.MessageCodec;
import io.weir.gateway.model.MessageOutline;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Rejected;
import io.weir.gateway.model.SequenceNumber;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Value;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the fold knows of devices, from messages and a clock alone. */
class DevicesTest {

  private static final long SECOND = 1_000_000_000L;
  private static final long START = 1_700_000_000L * SECOND;

  private final MessageCodec codec = new MessageCodec();
  private final MessageOutline outline = new MessageOutline();
  private final Map<String, Expected> routes = new HashMap<>();
  private long heap = 1 << 20;
  private long elapsedNs = 5;
  private long wallNs = START;
  private boolean connected = true;
  private Devices devices = devices();

  private Devices devices() {
    return new Devices(List.of("plant"), new ByRoutes(), heap, elapsedNs);
  }

  /** Another version where they have changed. */
  private final class ByRoutes implements Expected.OfTopic {
    private Map<String, Expected> routesBefore = Map.of();
    private Object version = new Object();

    @Override
    public Expected of(String source, String topic) {
      return routes.getOrDefault(topic, Expected.UNKNOWN);
    }

    @Override
    public Object version() {
      if (!routesBefore.equals(routes)) {
        routesBefore = Map.copyOf(routes);
        version = new Object();
      }
      return version;
    }
  }

  private void advance(double seconds) {
    long by = (long) (seconds * SECOND);
    elapsedNs += by;
    wallNs += by;
  }

  private void look() {
    devices.look(elapsedNs, wallNs, source -> connected);
  }

  private static Asset machine(String name) {
    return new Asset("s", null, null, name);
  }

  private Reading reading(Asset asset, long timeNs) {
    Series series = new Series("telemetry", asset, Map.of());
    return new Reading(series, "t", new Value.Real(1), timeNs, Quality.GOOD, null);
  }

  private void fold(
      String source,
      String topic,
      boolean retained,
      int filtered,
      List<Reading> readings,
      SequenceNumber... numbers) {
    fold(
        new Message(
            source,
            topic,
            wallNs,
            0,
            false,
            0,
            false,
            0,
            readings.size() + filtered,
            filtered,
            0,
            readings,
            List.of(),
            new byte[0],
            retained,
            List.of(numbers)));
  }

  /** As it comes from the log. */
  private void fold(Message message) {
    codec.outline(codec.encode(message), outline);
    devices.fold(outline, elapsedNs);
  }

  /** A message without a time of its own, from a machine on a topic of its name. */
  private void send(String... machines) {
    for (String name : machines) {
      fold("plant", name, false, 0, List.of(reading(machine(name), wallNs)));
    }
  }

  private void number(String name, long number) {
    SequenceNumber counted = new SequenceNumber(machine(name), "", number, 0, false);
    fold("plant", name, false, 0, List.of(reading(machine(name), wallNs)), counted);
  }

  private DeviceStatus of(String name) {
    return devices.list().stream()
        .filter(each -> each.label().endsWith(name))
        .findFirst()
        .orElseThrow();
  }

  /** Everything is written, read, and as it was. */
  private void restart() {
    look();
    List<DeviceStatus> before = devices.list();
    byte[] state = devices.encode();
    devices = devices();
    devices.restore(state, elapsedNs);
    look();
    assertThat(devices.list()).containsExactlyInAnyOrderElementsOf(before);
    assertThat(devices.encode()).hasSameSizeAs(state);
  }

  @Test
  void ofAStateFromALargerHeapThereIsReadWhatThereIsRoomFor() {
    for (int i = 0; i < 100; i++) {
      send("device-" + i);
    }
    byte[] state = devices.encode();
    heap = 20_000;
    devices = devices();
    devices.restore(state, elapsedNs);
    assertThat(devices.list()).hasSizeBetween(10, 20);
    send("device-0", "another");
    assertThat(devices.list()).hasSizeBetween(10, 20);
    assertThat(devices.unwatched("plant")).isPositive();
  }

  // ---- Periods

  @Test
  void aHoleInALearnedPeriodIsAnEstimatedGapOnceThePeriodGoesOn() {
    for (int second = 0; second < 60; second++) {
      send("other");
      if (second <= 20 || second >= 32) {
        send("press");
      }
      if (second == 32) {
        assertThat(of("press").estimated()).as("it may send more slowly now").isZero();
      }
      advance(1);
    }
    assertThat(of("press").estimated()).isEqualTo(11);
    assertThat(of("press").missing()).isZero();
    assertThat(of("press").periodNs()).isEqualTo(SECOND);
    assertThat(of("press").gapNs()).isEqualTo(START + 33 * SECOND);
    assertThat(of("other").estimated()).isZero();
    assertThat(devices.estimated("plant")).isEqualTo(11);
  }

  @Test
  void aDeviceThatSendsMoreSlowlyThanBeforeHasNoGap() {
    for (int second = 0; second < 300; second++) {
      send("other");
      if (second < 60 || second % 10 == 0) {
        send("press");
      }
      advance(1);
    }
    assertThat(of("press").estimated()).isZero();
    assertThat(of("press").periodNs()).isEqualTo(10 * SECOND);
  }

  @Test
  void aHoleOfTheWholeSourceIsNotOneOfItsDevices() {
    for (int second = 0; second < 90; second++) {
      if (second < 30 || second > 60) {
        send("other", "press");
      }
      advance(1);
    }
    assertThat(devices.list()).allMatch(each -> each.estimated() == 0 && each.periodNs() == SECOND);
  }

  @Test
  void whatADeviceBufferedWhileItWasAwayIsNoGap() {
    for (int second = 0; second < 90; second++) {
      send("other");
      if (second < 30 || second > 60) {
        fold("plant", "press", false, 0, List.of(reading(machine("press"), wallNs)));
      } else if (second == 60) {
        for (int buffered = 30; buffered <= 60; buffered++) {
          wallNs += 1;
          long event = START + buffered * SECOND;
          fold("plant", "press", false, 0, List.of(reading(machine("press"), event)));
        }
      }
      advance(1);
    }
    assertThat(of("press").estimated()).isZero();
  }

  @Test
  void aConfiguredPeriodNeedsNoLearningAndNoConfirmation() {
    routes.put("press", new Expected(10 * SECOND, 0));
    send("press");
    for (int second = 0; second < 60; second++) {
      send("other");
      advance(1);
    }
    send("press");
    assertThat(of("press").estimated()).isEqualTo(5);
  }

  @Test
  void aDeviceThatSendsOnChangeHasNoPeriodNoGapAndIsNeverSilent() {
    Random random = new Random(3);
    for (int second = 0; second < 2_000; second++) {
      send("other");
      if (random.nextDouble() < 0.05) {
        send("press");
      }
      advance(1);
    }
    advance(100_000);
    look();
    assertThat(of("press").periodNs()).isZero();
    assertThat(of("press").estimated()).isZero();
    assertThat(of("press").silent()).isFalse();
    assertThat(of("other").silent()).isTrue();
  }

  @Test
  void aDeviceWithNumbersIsNotEstimatedToo() {
    int sent = 0;
    for (int second = 0; second < 90; second++) {
      send("other");
      sent++;
      if (second < 30 || second > 60) {
        number("press", sent);
      }
      advance(1);
    }
    advance(11);
    look();
    assertThat(of("press").missing()).isEqualTo(31);
    assertThat(of("press").estimated()).isZero();
    assertThat(devices.missing("plant")).isEqualTo(31);
  }

  @Test
  void theEstimateIsCloseToWhatWasLostInEveryPlay() {
    for (int seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      devices = devices();
      double period = 0.2 + random.nextDouble() * 20;
      double jitter = random.nextDouble() * 0.2;
      long lost = 0;
      int hole = 0;
      for (int i = 0; i < 500; i++) {
        if (hole == 0 && i > 30 && i < 450 && random.nextInt(100) == 0) {
          hole = 5 + random.nextInt(10);
        }
        send("other", "another");
        if (hole == 0) {
          advance(period * jitter * random.nextDouble());
          send("press");
        } else {
          hole--;
          lost++;
        }
        advance(period * (1 - jitter / 2));
      }
      assertThat(of("press").estimated())
          .as("seed %d, period %.1f, jitter %.2f, lost %d", seed, period, jitter, lost)
          .isBetween((long) (lost * 0.85 - 1), (long) (lost * 1.15 + 1));
    }
  }

  // ---- Silence

  @Test
  void aDeviceIsSilentAfterTenPeriodsAndAMinuteAtLeast() {
    for (int second = 0; second < 30; second++) {
      send("press");
      advance(1);
    }
    advance(58);
    look();
    assertThat(of("press").silent()).isFalse();
    advance(3);
    look();
    assertThat(of("press").silent()).isTrue();
    assertThat(devices.silent("plant")).isEqualTo(1);
    restart();
    assertThat(of("press").silent()).as("after a restart").isTrue();
    send("press");
    assertThat(of("press").silent()).isFalse();
  }

  /** Not each device is looked at each time. */
  @Test
  void aDeviceIsSilentInTheSecondInWhichItsTimeIsOver() {
    Random random = new Random(7);
    for (int i = 0; i < 30; i++) {
      String name = "press-" + i;
      for (int rare = random.nextInt(6); rare > 0; rare--) {
        sendAndLook(name, 1 + random.nextInt(300));
      }
      for (int often = random.nextInt(30); often > 0; often--) {
        sendAndLook(name, 1);
      }
      send(name);
      long allowed = of(name).silentAfterNs();
      for (int second = 0; second < 100 && allowed > 0; second++) {
        look();
        assertThat(of(name).silent()).isEqualTo(second * SECOND > allowed);
        advance(1);
      }
    }
  }

  private void sendAndLook(String name, int seconds) {
    send(name);
    for (int second = 0; second < seconds; second++) {
      look();
      advance(1);
    }
  }

  @Test
  void aSkippedNumberIsMissingInTheSecondInWhichItIsTooLate() {
    for (int i = 0; i < 12; i++) {
      String name = "press-" + i;
      number(name, 1);
      for (int second = 0; second < i; second++) {
        look();
        advance(1);
      }
      number(name, 3);
      for (int second = 0; second < 10; second++) {
        look();
        assertThat(of(name).missing()).isZero();
        advance(1);
      }
      look();
      assertThat(of(name).missing()).isEqualTo(1);
    }
  }

  @Test
  void aDeviceWasHeardWhenItsLastMessageCameAlsoByAClockThatWasSetBack() {
    for (int i = 0; i < 3; i++) {
      for (String topic : List.of("first", "second")) {
        fold("plant", topic, false, 0, List.of(reading(machine("press"), wallNs)));
        assertThat(of("press").heardNs()).isEqualTo(wallNs);
        wallNs -= 3 * SECOND;
        elapsedNs += 5 * SECOND;
      }
    }
  }

  @Test
  void whileTheSourceIsNotConnectedNoDeviceBecomesSilent() {
    routes.put("press", new Expected(0, 10 * SECOND));
    send("press");
    connected = false;
    advance(100);
    look();
    connected = true;
    advance(9);
    look();
    assertThat(of("press").silent()).isFalse();
    advance(2);
    look();
    assertThat(of("press").silent()).isTrue();
    connected = false;
    advance(1);
    look();
    assertThat(of("press").silent()).as("stays").isTrue();
  }

  @Test
  void aRetainedMessageIsNoSignOfLife() {
    routes.put("press", new Expected(0, 10 * SECOND));
    send("press");
    advance(11);
    look();
    fold("plant", "press", true, 1, List.of());
    look();
    assertThat(of("press").silent()).isTrue();
  }

  @Test
  void aMessageOfWhichAllIsFilteredOrRejectedIsOne() {
    routes.put("press", new Expected(0, 10 * SECOND));
    send("press");
    advance(9);
    fold("plant", "press", false, 3, List.of());
    advance(9);
    fold(
        new Message(
            "plant",
            "press",
            wallNs,
            0,
            0,
            1,
            0,
            0,
            List.of(),
            List.of(new Rejected(Reason.MALFORMED, "no")),
            new byte[0]));
    look();
    advance(9);
    look();
    assertThat(of("press").silent()).isFalse();
  }

  @Test
  void aMachineOnSeveralTopicsIsSilentOnlyIfAllAre() {
    for (int second = 0; second < 100; second++) {
      fold("plant", "press/t", false, 0, List.of(reading(machine("press"), wallNs)));
      if (second < 20) {
        fold("plant", "press/p", false, 0, List.of(reading(machine("press"), wallNs)));
      }
      advance(1);
      look();
    }
    assertThat(devices.list()).hasSize(1);
    assertThat(of("press").silent()).isFalse();
  }

  @Test
  void aDeviceWithoutAMachineGoesByItsTopic() {
    fold("plant", "yard/meter", false, 0, List.of(reading(Asset.NONE, wallNs)));
    assertThat(devices.list())
        .extracting(DeviceStatus::name, DeviceStatus::source)
        .containsExactly(tuple("yard/meter", "plant"));
  }

  /** As a central gateway receives it of others: a row each minute, on one topic. */
  private void derive(String name) {
    Series figures = new Series("efficiency", machine(name), Map.of("bucket", "minute"));
    Reading oee = new Reading(figures, "oee", new Value.Real(1), wallNs, Quality.GOOD, null);
    fold("plant", "figures", false, 0, List.of(oee));
  }

  @Test
  void whatIsDerivedIsOfNoDeviceAndTheEndOfAShiftIsNoSilence() {
    for (int minute = 0; minute < 30; minute++) {
      derive("press");
      fold(
          "plant",
          "figures",
          false,
          0,
          List.of(
              new Reading(
                  new Series("gateway_report", Asset.NONE, Map.of("gateway", "edge-1")),
                  "ready",
                  new Value.Flag(true),
                  wallNs,
                  Quality.GOOD,
                  null)));
      advance(60);
    }
    advance(3600);
    look();
    assertThat(devices.list()).isEmpty();
    assertThat(devices.unwatched("plant")).isZero();
  }

  @Test
  void figuresOfAMachineTakeNothingFromWhatIsKnownOfItAfterARestart() {
    for (int i = 0; i < 20; i++) {
      fold("plant", "figures", false, 0, List.of(reading(machine("press"), wallNs)));
      advance(60);
    }
    List<DeviceStatus> before = devices.list();
    byte[] state = devices.encode();
    devices = devices();
    devices.restore(state, elapsedNs);
    derive("press");
    assertThat(devices.list()).isEqualTo(before);
  }

  // ---- Numbers

  @Test
  void devicesOnOneTopicCountForThemselves() {
    for (long[] each : new long[][] {{1, 100}, {2, 101}, {5, 102}, {6, 103}}) {
      List<Reading> readings = new ArrayList<>();
      for (String name : List.of("a", "b")) {
        readings.add(reading(machine(name), wallNs));
      }
      fold(
          "plant",
          "all",
          false,
          0,
          readings,
          new SequenceNumber(machine("a"), "", each[0], 0, false),
          new SequenceNumber(machine("b"), "", each[1], 0, false));
      advance(20);
    }
    look();
    assertThat(of("a").missing()).isEqualTo(2);
    assertThat(of("b").missing()).isZero();
  }

  @Test
  void aSenderCountsAcrossTopics() {
    long number = 0;
    for (String topic : List.of("n/1", "n/2", "n/1", "n/3", "n/2")) {
      number += number == 2 ? 3 : 1;
      fold(
          "plant",
          topic,
          false,
          0,
          List.of(reading(machine(topic), wallNs)),
          new SequenceNumber(new Asset("g", null, "node", null), "g/node", number, 8, false));
      advance(20);
    }
    look();
    assertThat(of("g/node").missing()).isEqualTo(2);
    assertThat(of("n/1").missing()).isZero();
  }

  @Test
  void afterRecordsOfTheLogWereLostNothingIsMissing() {
    number("press", 1);
    devices.interrupted();
    number("press", 9);
    number("press", 11);
    advance(11);
    look();
    assertThat(of("press").missing()).isEqualTo(1);
  }

  @Test
  void whatIsKnownSurvivesARestartAtAnyMoment() {
    Random random = new Random(4);
    long lost = 0;
    long number = 0;
    for (int i = 0; i < 500; i++) {
      number++;
      if (i > 0 && i < 499 && random.nextInt(20) == 0) {
        lost++;
      } else {
        number("press", number);
      }
      send("other");
      advance(1);
      if (random.nextInt(5) == 0) {
        restart();
      }
    }
    advance(11);
    look();
    assertThat(of("press").missing()).isEqualTo(lost);
    assertThat(of("other").periodNs()).isEqualTo(SECOND);
  }

  // ---- Bounds

  @Test
  void inventedNamesDoNotGrowTheMemoryAndWhatIsNewIsCounted() {
    for (int i = 0; i < 100_000; i++) {
      send("invented-" + i);
    }
    send("x".repeat(2_000));
    assertThat(devices.list()).hasSizeBetween(500, (int) (heap / DeviceTable.BYTES_OF_ONE));
    assertThat(devices.unwatched("plant")).isEqualTo(100_001 - devices.list().size());
    assertThat(devices.watched("plant")).isEqualTo(devices.list().size());

    advance(Duration.ofDays(Devices.FORGET_DAYS).toSeconds() + 1);
    look();
    assertThat(devices.list()).as("forgotten").isEmpty();
    send("new");
    assertThat(devices.list()).hasSize(1);
  }

  @Test
  void aTopicWithoutARouteAndAnotherSourceAreNotWatched() {
    fold("replay", "press", false, 0, List.of(reading(machine("press"), wallNs)));
    assertThat(devices.list()).isEmpty();
    Map<String, @Nullable Expected> gone = new HashMap<>();
    gone.put("press", Expected.UNKNOWN);
    devices = new Devices(List.of("plant"), (source, topic) -> gone.get(topic), heap, elapsedNs);
    send("press");
    look();
    assertThat(devices.list()).hasSize(1);
    gone.clear();
    look();
    assertThat(devices.list()).isEmpty();
  }

  @Test
  void routesAreComparedWithTopicsOnlyWhereTheyChangedOrATopicHasNone() {
    Map<String, @Nullable Expected> routed = new HashMap<>();
    AtomicInteger asked = new AtomicInteger();
    AtomicReference<Object> version = new AtomicReference<>(new Object());
    Expected.OfTopic expected =
        new Expected.OfTopic() {
          @Override
          public @Nullable Expected of(String source, String topic) {
            asked.incrementAndGet();
            return routed.get(topic);
          }

          @Override
          public Object version() {
            return version.get();
          }
        };
    devices = new Devices(List.of("plant"), expected, heap, elapsedNs);
    for (int i = 0; i < 10; i++) {
      routed.put("press-" + i, Expected.UNKNOWN);
      send("press-" + i);
    }
    look();
    int before = asked.get();
    look();
    look();
    assertThat(asked).hasValue(before);
    send("no-route");
    look();
    assertThat(devices.list()).hasSize(10);
    routed.remove("press-3");
    version.set(new Object());
    look();
    assertThat(devices.list()).hasSize(9);
  }

  @Test
  void bytesThatAreNoStateAreRefused() {
    number("press", 1);
    byte[] state = devices.encode();
    for (int length = 0; length < state.length; length++) {
      byte[] cut = Arrays.copyOf(state, length);
      assertThat(catchRestore(cut)).isInstanceOf(IllegalArgumentException.class);
    }
    state[0] = 9;
    assertThat(catchRestore(state)).hasMessageContaining("format 9");
  }

  private @Nullable Throwable catchRestore(byte[] state) {
    return catchThrowable(() -> devices().restore(state, elapsedNs));
  }
}
