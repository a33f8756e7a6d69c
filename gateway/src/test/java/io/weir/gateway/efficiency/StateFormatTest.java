package io.weir.gateway.efficiency;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.efficiency.config.EfficiencyConfig.CountKind;
import io.weir.gateway.efficiency.config.EfficiencyConfig.EnergyKind;
import io.weir.gateway.efficiency.config.EfficiencyConfigBuilder;
import io.weir.gateway.log.Soak;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.MachineState;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The bytes of the committed state, byte for byte: a cursor that was written by an earlier version
 * of the gateway must be read by this one, and the same readings must give the same bytes.
 *
 * <p>The expected hashes and the files {@code fold-23-*.bin} and {@code history-6-*.bin} change
 * only together with the number of the format, or with the meaning of a figure before a release.
 */
class StateFormatTest {

  private static final long BEGIN = StoredRows.nanos("2026-03-02T05:30:00Z");
  private static final String[] MACHINES = {"s/a/l/m1", "s/a/l/m2", "s/a/k/m3", "s/b/l/m4"};
  private static final String[] STATES = {
    "RUNNING", "RUNNING", "RUNNING", "IDLE", "DOWN", "JAM", "STARVED", "SETUP", "FLYING"
  };
  private static final int STEPS = 1500;
  private static final int STORED_AT = 80;

  /** Until then the hours have ended that were open in the stored state. */
  private static final int STEPS_WITH_UPGRADE = Soak.count(150, 500);

  /** Formats before the present one that are still read; their files stay as they are. */
  private static final List<String> EARLIER =
      List.of(
          "fold-3", "fold-4", "fold-5", "fold-6", "fold-7", "fold-8", "fold-9", "fold-10",
          "fold-11", "fold-12", "fold-13", "fold-14", "fold-15", "fold-16", "fold-17", "fold-18",
          "fold-19", "fold-20", "fold-21", "fold-22");

  private static final String PRESENT = "fold-23";

  /** {@code make soak} sets {@code weir.seeds=all}. */
  private static final boolean ALL = Soak.ON;

  /** A plant of each kind of signals. */
  enum Plant {
    CUMULATIVE(
        "e3538a2e1e6349600788846f7823d58c3d074fd35184f01e8a50ab646cd9b2c9",
        "edeff1987c6146db9acccd55556d98643fba1c0c821b7c63616e159f263db24c") {
      @Override
      void configure(EfficiencyConfigBuilder config) {
        config.state =
            state("why", new EfficiencyConfig.Signal("state", EfficiencyConfigBuilder.WORDS, null));
        config.counts =
            EfficiencyConfigBuilder.count("total", "good", "reject", CountKind.CUMULATIVE, 5_000);
        config.cycle =
            new EfficiencyConfig.ProductCycle(
                "product", Map.of("A", Duration.ofSeconds(4), "B", Duration.ofSeconds(9)));
        config.order = new EfficiencyConfig.OrderSignals("product", null, "cycle");
        config.lines.add(new EfficiencyConfig.Line("s/a/l", List.of(), List.of("m2"), null));
      }
    },
    ORDER(
        "9b1ca51c2ee6da72be80d9d16ab61101a4303aa7a34289374784cad5b592bb7b",
        "2305214a814154f3ee6b3549c6c736da4e16a8eef9483219165e67d5222701b6") {
      @Override
      void configure(EfficiencyConfigBuilder config) {
        config.state = null;
        config.counts = EfficiencyConfigBuilder.count("total", null, "reject", CountKind.ORDER, 0);
        config.energy = new EfficiencyConfig.Energy("energy", EnergyKind.POWER);
        config.loss = EfficiencyConfig.Loss.PERFORMANCE;
      }
    },
    DELTA(
        "bfd47c91641168c972853a5e1f9b241a71ac09745b0f41e0b1f55f73e4cc2698",
        "c69239fb5cf649feb90d8f5bb9cf3a69f5ab992141e8eaa6eaf1615a7318f4ee") {
      @Override
      void configure(EfficiencyConfigBuilder config) {
        config.state =
            state(
                "why",
                new EfficiencyConfig.Signal("alarm", Map.of("true", MachineState.DOWN), null),
                new EfficiencyConfig.Signal(
                    "state", Map.of(), EfficiencyConfig.Preset.PACKML_STATE));
        config.counts = EfficiencyConfigBuilder.count(null, "good", "reject", CountKind.DELTA, 0);
        config.cycle = new EfficiencyConfig.MetricCycle("cycle");
        config.lines.add(new EfficiencyConfig.Line("s/a/l", List.of(), List.of("m2"), "m1"));
      }
    };

    private final String foldHash;
    private final String historyHash;

    Plant(String foldHash, String historyHash) {
      this.foldHash = foldHash;
      this.historyHash = historyHash;
    }

    abstract void configure(EfficiencyConfigBuilder config);

    private static EfficiencyConfig.StateMapping state(
        String reason, EfficiencyConfig.Signal... signals) {
      return new EfficiencyConfig.StateMapping(List.of(signals), reason);
    }

    EfficiencyConfigBuilder config() {
      EfficiencyConfigBuilder config =
          new EfficiencyConfigBuilder()
              .shift("early", "06:00", "14:00", EfficiencyConfigBuilder.pause("10:00", 30))
              .shift("late", "14:00", "22:00");
      config.lateness = Duration.ofMinutes(5);
      configure(config);
      return config;
    }

    private byte[] stored(String name) throws IOException {
      String file = name + "-" + name().toLowerCase(Locale.ROOT) + ".bin";
      try (InputStream in = StateFormatTest.class.getResourceAsStream(file)) {
        return Objects.requireNonNull(in, file).readAllBytes();
      }
    }
  }

  /** A fold and the history behind it, driven by random readings. */
  private static final class Play {
    private final Random random = new Random(2026);
    private final FoldScenario scenario;
    private final StoredRows store = new StoredRows();
    private final long lateness;
    private Fold fold;
    private History history;
    private long now = BEGIN;
    private int total;
    private int scrap;

    Play(Plant plant) {
      EfficiencyConfig efficiency = plant.config().build();
      scenario = new FoldScenario(plant.config());
      lateness = efficiency.allowedLateness().toNanos();
      fold = new Fold(efficiency);
      history = new History(lateness);
    }

    void step() {
      boolean gap = random.nextInt(60) == 0;
      now += (1 + random.nextInt(gap ? 4_000 : 25)) * ShiftCalendar.SECOND;
      now = random.nextInt(4) == 0 ? ShiftCalendar.minute(now).end() : now;
      long late = random.nextInt(5) == 0 ? random.nextInt(330) * ShiftCalendar.SECOND : 0;
      total = random.nextInt(200) == 0 ? 0 : total + random.nextInt(9);
      scrap = random.nextInt(200) == 0 ? 0 : scrap + random.nextInt(2);
      String machine = MACHINES[random.nextInt(MACHINES.length)];
      fold.accept(scenario.message(machine, now - late, now, Quality.GOOD, fields()));
      if (random.nextInt(7) == 0) {
        fold.flush();
      }
      if (random.nextInt(30) == 0) {
        fold.tick(now);
      }
      if (random.nextInt(4) == 0) {
        fold.flushLines();
      }
      record();
    }

    private void record() {
      List<Reading> rows = fold.takeRows();
      store.write(rows);
      history.accept(
          new Message(
              "efficiency",
              "efficiency",
              now,
              0,
              0,
              rows.size(),
              0,
              0,
              rows,
              List.of(),
              new byte[0]));
    }

    private Object[] fields() {
      List<Object> fields = new ArrayList<>();
      field(fields, 3, "temperature", 20);
      field(fields, 3, "state", STATES[random.nextInt(STATES.length)]);
      field(fields, 9, "state", random.nextInt(18));
      field(fields, 9, "alarm", random.nextInt(3) == 0);
      field(fields, 6, "why", "reason " + random.nextInt(12));
      field(fields, 20, "product", random.nextInt(3) == 0 ? "B" : "A");
      field(fields, 20, "cycle", 1 + random.nextInt(4));
      field(fields, 2, "total", total);
      field(fields, 2, "good", total - scrap);
      field(fields, 3, "reject", scrap);
      field(fields, 4, "energy", random.nextInt(1000) / 8.0);
      return fields.toArray();
    }

    private void field(List<Object> fields, int oneOf, String name, Object value) {
      if (random.nextInt(oneOf) == 0) {
        fields.add(name);
        fields.add(value);
      }
    }

    byte[] foldBytes() {
      fold.flushLines();
      record();
      return fold.encode();
    }
  }

  /** Before each change one of them, and the states after {@link #STORED_AT} of all. */
  static Stream<Plant> plants() {
    return Stream.of(Plant.values()).limit(Soak.count(1, Plant.values().length));
  }

  @ParameterizedTest
  @MethodSource("plants")
  void theSameReadingsGiveTheBytesOfEarlierVersions(Plant plant) throws NoSuchAlgorithmException {
    Play play = new Play(plant);
    MessageDigest folds = MessageDigest.getInstance("SHA-256");
    MessageDigest histories = MessageDigest.getInstance("SHA-256");
    for (int i = 0; i < STEPS; i++) {
      play.step();
      if (i % 10 == 0) {
        folds.update(play.foldBytes());
        histories.update(play.history.encode());
      }
    }
    assertThat(HexFormat.of().formatHex(folds.digest())).isEqualTo(plant.foldHash);
    assertThat(HexFormat.of().formatHex(histories.digest())).isEqualTo(plant.historyHash);
  }

  @ParameterizedTest
  @EnumSource
  void aStateOfAnEarlierVersionIsReadAndGoesOnAsIfNothingHappened(Plant plant) throws IOException {
    Play whole = new Play(plant);
    Play restarted = new Play(plant);
    for (int i = 0; i < STEPS_WITH_UPGRADE; i++) {
      whole.step();
      restarted.step();
      if (i == STORED_AT) {
        byte[] fold = plant.stored(PRESENT);
        byte[] history = plant.stored("history-6");
        assertThat(whole.foldBytes()).isEqualTo(fold);
        assertThat(whole.history.encode()).isEqualTo(history);
        restarted.fold = Fold.decode(fold, plant.config().build());
        restarted.history = History.decode(history, restarted.lateness);
        assertThat(restarted.foldBytes()).isEqualTo(fold);
        assertThat(restarted.history.encode()).isEqualTo(history);
      }
    }
    assertThat(restarted.foldBytes()).isEqualTo(whole.foldBytes());
    assertThat(restarted.history.encode()).isEqualTo(whole.history.encode());
  }

  @ParameterizedTest
  @EnumSource
  void aHistoryOfAnEarlierFormatIsRead(Plant plant) throws IOException {
    History before = History.decode(plant.stored("history-1"), 0);
    History now = History.decode(plant.stored("history-6"), 0);
    History withoutOrders = History.decode(plant.stored("history-2"), 0);
    assertThat(before.machines()).isEqualTo(now.machines()).isNotEmpty();
    for (Asset machine : now.machines()) {
      assertThat(before.spans(machine, 0, Long.MAX_VALUE))
          .isEqualTo(now.spans(machine, 0, Long.MAX_VALUE));
    }
    History third = History.decode(plant.stored("history-3"), 0);
    assertThat(third.machinesWithShifts()).isEqualTo(now.machinesWithShifts());
    assertThat(third.begunOrders()).isEqualTo(now.begunOrders());
    History fourth = History.decode(plant.stored("history-4"), 0);
    assertThat(fourth.startsOfOrders()).isEqualTo(now.startsOfOrders());
    assertThat(fourth.startsOfOrdersOfLines()).isEmpty();
    History fifth = History.decode(plant.stored("history-5"), 0);
    assertThat(fifth.startsOfOrdersOfLines()).isEqualTo(now.startsOfOrdersOfLines());
    assertThat(fifth.changeoversReachBackTo(machine -> true, 0, Long.MAX_VALUE))
        .isEqualTo(Long.MAX_VALUE);
    assertThat(before.machinesWithShifts()).isEmpty();
    assertThat(now.machinesWithShifts()).isEqualTo(withoutOrders.machinesWithShifts()).isNotEmpty();
    assertThat(withoutOrders.begunOrders()).isEmpty();
    assertThat(now.begunOrders().isEmpty()).isEqualTo(plant != Plant.CUMULATIVE);
  }

  /**
   * What a format lacks may change figures that need it, but no piece is lost, and no time. Each
   * format is read for one plant in turn, in {@code make soak} for all of them.
   */
  @ParameterizedTest
  @EnumSource
  void noPieceAndNoTimeIsLostOverAStateOfAFormatBefore(Plant plant) throws IOException {
    Play whole = new Play(plant);
    for (int i = 0; i < STEPS_WITH_UPGRADE; i++) {
      whole.step();
      if (i == STORED_AT) {
        whole.foldBytes();
      }
    }
    whole.foldBytes();
    Map<String, Map<String, Object>> expected = whole.store.rows("efficiency s/a/l/m");
    assertThat(expected).hasSizeGreaterThan(100);
    int plants = Plant.values().length;
    for (int turn = ALL ? 0 : plant.ordinal(); turn < EARLIER.size(); turn += ALL ? 1 : plants) {
      String format = EARLIER.get(turn);
      Play upgraded = new Play(plant);
      for (int i = 0; i < STEPS_WITH_UPGRADE; i++) {
        upgraded.step();
        if (i == STORED_AT) {
          upgraded.foldBytes();
          upgraded.fold = Fold.decode(plant.stored(format), plant.config().build());
        }
      }
      upgraded.foldBytes();
      Map<String, Map<String, Object>> written = upgraded.store.rows("efficiency s/a/l/m");
      expected.forEach(
          (row, fields) -> {
            for (String field : List.of("total", "good", "scrap", "run_s", "unknown_s", "down_s")) {
              assertThat(written.getOrDefault(row, Map.of()).get(field))
                  .as("%s of %s after %s", field, row, format)
                  .isEqualTo(fields.get(field));
            }
          });
    }
  }
}
