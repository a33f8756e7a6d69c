package io.weir.gateway.efficiency.learn;

import io.weir.gateway.efficiency.FigureMessages;
import io.weir.gateway.efficiency.FoldScenario;
import io.weir.gateway.efficiency.PlantClock;
import io.weir.gateway.efficiency.StoredRows;
import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.efficiency.config.EfficiencyConfigBuilder;
import io.weir.gateway.efficiency.config.LearnedConfig;
import io.weir.gateway.efficiency.figure.FiguresLog;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A press that works some hours a day, and what its figures teach: readings become rows, rows
 * messages of the log of figures, and these are learned from.
 */
final class LearnedPlant {

  static final long MIB = 1 << 20;
  static final long DAY = 23 * ShiftCalendar.HOUR;
  static final long FIRST_DAY = StoredRows.nanos("2026-03-02T06:00:00Z");

  /** How often the press says what it counts: before it is taken as silent. */
  private static final long EVERY = 50 * ShiftCalendar.SECOND;

  /** Seldom enough to be quick, and several times in a quarter-hour. */
  private static final long WRITTEN_EVERY = 5 * ShiftCalendar.MINUTE;

  final List<Message> messages = new ArrayList<>();
  final EfficiencyConfig efficiency;
  Learned learned;
  private final FoldScenario scenario;
  private final FigureMessages writer;
  private final PlantClock clock = new PlantClock();
  private final Random random = new Random(3);
  private double made;
  private double kwh;

  /** How the press works, until it is changed. */
  String product = "lid";

  double cycleS = 12;
  double kwhOfPiece = 0.05;
  double temperature = 65;

  /** The id of its order, where it tells one. */
  String order = "";

  /** Pieces that are told as good beside all pieces. */
  long tooManyGood;

  /** Its count is told in one of so many minutes. */
  int tellEvery = 1;

  /** How cycle, energy and temperature of a day differ from these, as a share. */
  double noise = 0.01;

  LearnedPlant(EfficiencyConfigBuilder config) {
    efficiency = config.build();
    scenario = new FoldScenario(config);
    learned = new Learned(efficiency, MIB);
    writer =
        new FigureMessages(
            new FiguresLog() {
              @Override
              public boolean isBehind() {
                return false;
              }

              @Override
              public void append(Message message) {
                messages.add(message);
                learned.accept(message);
              }

              @Override
              public void sync() {
                // in memory
              }
            },
            clock);
  }

  /** Learns, and has a table of cycles in which a lid takes 12 s. */
  static EfficiencyConfigBuilder config() {
    EfficiencyConfigBuilder config = new EfficiencyConfigBuilder();
    config.cycle =
        new EfficiencyConfig.ProductCycle("product", Map.of("lid", Duration.ofSeconds(12)));
    config.signals.add(
        new EfficiencyConfig.Monitored(
            "*/*/*/*", "oil", Duration.ofHours(1), null, null, null, null));
    config.learned = learned(true);
    return config;
  }

  static LearnedConfig learned(boolean enabled) {
    return new LearnedConfig(
        enabled,
        0.05,
        3.5,
        Duration.ofDays(90),
        List.of(new LearnedConfig.WatchedSignal("*/*/*/*", "oil", "°C", 2)));
  }

  static long begin(int day) {
    return FIRST_DAY + day * DAY;
  }

  /** Works three hours of each of the days [from, to). */
  LearnedPlant days(int from, int to) {
    for (int day = from; day < to; day++) {
      double ofDay = 1 + noise * random.nextGaussian();
      work(begin(day), 3 * ShiftCalendar.HOUR, cycleS * ofDay, ofDay);
      stop(begin(day) + 3 * ShiftCalendar.HOUR, "IDLE");
    }
    return this;
  }

  /** Runs for so long, and says so all the time. */
  LearnedPlant work(long from, long lengthNs, double ofPieceS, double ofDay) {
    for (long at = from; at < from + lengthNs; at += EVERY) {
      double more = EVERY / ofPieceS / ShiftCalendar.SECOND;
      send(at, "RUNNING", temperature * ofDay);
      made += more;
      kwh += more * kwhOfPiece * ofDay;
    }
    return this;
  }

  /** Stands for so long, and tells that without a count. */
  LearnedPlant stand(long from, long lengthNs, String state) {
    for (long at = from; at < from + lengthNs; at += EVERY) {
      accept(at, List.of("state", state));
    }
    return this;
  }

  /** Stands from an instant on. */
  LearnedPlant stop(long at, String state) {
    send(at, state, temperature);
    return this;
  }

  /** So many pieces more are told with the next reading. */
  LearnedPlant burst(double pieces) {
    made += pieces;
    return this;
  }

  private void send(long at, String state, double oil) {
    List<Object> fields =
        new ArrayList<>(
            List.of("state", state, "product", product, "order", order, "energy", kwh, "oil", oil));
    if (at / ShiftCalendar.MINUTE % tellEvery == 0) {
      long total = (long) made;
      fields.addAll(List.of("total", total, "good", total + tooManyGood));
    }
    accept(at, fields);
  }

  private void accept(long at, List<Object> fields) {
    clock.now = at;
    Message message =
        scenario.message(FoldScenario.MACHINE, at, at, Quality.GOOD, fields.toArray());
    scenario.fold.accept(message);
    if (at % WRITTEN_EVERY == 0) {
      write();
    }
  }

  private void write() {
    scenario.fold.flush();
    scenario.fold.flushLines();
    List<Reading> rows = scenario.fold.takeRows();
    scenario.store.write(rows);
    try {
      writer.append(rows);
    } catch (IOException e) {
      throw new IllegalStateException("a log in memory failed", e);
    }
  }

  /** The state of the figures. */
  byte[] state() {
    return scenario.fold.encode();
  }

  List<String> reasons() {
    return learned.findings().stream().map(Finding::reason).toList();
  }

  List<Finding.Kind> kinds() {
    return learned.findings().stream().map(Finding::kind).toList();
  }
}
