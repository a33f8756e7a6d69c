package io.weir.gateway.efficiency;

import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.config.EfficiencyConfigBuilder;
import io.weir.gateway.efficiency.figure.FigureNames;
import io.weir.gateway.efficiency.model.ChangeGenerator;
import io.weir.gateway.efficiency.model.Model;
import io.weir.gateway.efficiency.model.Plant;
import io.weir.gateway.efficiency.model.PlantGenerator;
import io.weir.gateway.model.Quality;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** One seeded plant, folded by the gateway and calculated by the model. */
final class ModelComparison {

  /** Fields that say how a row was written, not what it says. */
  private static final Set<String> OF_WRITING =
      Set.of("revision", "undefined", "final", "basis", "origin", FigureNames.REACH);

  private static final String BY_PRODUCT = "efficiency_product ";
  private static final String BY_ORDER = "efficiency_order ";
  private static final String OF_MACHINE = "level=machine";

  /** Of an order, what is no number. */
  private static final Set<String> OF_ORDERS =
      Set.of("order", "product", "product_before", "ended", "paused");

  private static final Set<String> PIECES_OVER_TIME =
      Set.of("equipment_load", "effectiveness", "oee", "nee");

  private static final Set<String> PIECES_OVER_APT = Set.of("effectiveness", "nee");

  private static final Set<String> PIECES_OVER_PIECES =
      Set.of(
          "quality_ratio", "scrap_ratio", "rework_ratio", "production_loss_ratio", "kwh_per_unit");

  private static final Set<String> BELOW_0 = Set.of("production_loss_ratio");

  private final long seed;
  private final PlantGenerator generated;
  private final double largestCycle;
  private Map<String, Long> ends = Map.of();
  private Map<String, Long> rowEnds = Map.of();

  /** What ends then, or later, is not compared. */
  private long closedTo = Long.MAX_VALUE;

  private boolean madeAgain;

  /** Whether rows became final while a reading could be less late than in the end. */
  private boolean closedSooner;

  /** Rows that were not written anew. */
  private Set<String> stayed = Set.of();

  /**
   * Whether a row may not be there that the model has: that of a new shift of which readings lack.
   */
  private boolean mayBeAbsent;

  private int rows;
  private int fields;

  ModelComparison(long seed) {
    this(seed, new PlantGenerator(seed));
  }

  /** Of a plant in which what happens happens where times meet. */
  static ModelComparison atBorders(long seed) {
    return new ModelComparison(seed, PlantGenerator.atBorders(seed));
  }

  private ModelComparison(long seed, PlantGenerator generated) {
    this.seed = seed;
    this.generated = generated;
    largestCycle =
        generated.plant().machines().stream()
            .map(Plant.Machine::cycle)
            .mapToDouble(
                c -> c.products() == null ? c.seconds() : Collections.max(c.products().values()))
            .max()
            .orElseThrow();
  }

  int rows() {
    return rows;
  }

  int fields() {
    return fields;
  }

  /** What differs: seed, row, field, what the fold wrote and what the model says. */
  List<String> differences() {
    return differences(folded(), generated.plant(), generated.deliveries());
  }

  /**
   * The same of a gateway that is restarted, killed and configured anew, and makes all of it again
   * in the end: its rows are those of the last configuration alone.
   */
  List<String> differencesMadeAgain() throws IOException {
    ChangeGenerator change = new ChangeGenerator(generated, seed);
    RemadePlant remade = new RemadePlant(generated, change);
    Map<String, Map<String, Object>> rows = remade.rows();
    closedTo = remade.closedTo();
    madeAgain = true;
    closedSooner = change.changed().lateness() > generated.plant().lateness();
    return differences(rows, change.changed(), change.deliveriesAgain());
  }

  /**
   * The same of a gateway whose configuration does not change, and of which nobody asks that
   * anything is made again: what comes too late, or is said of what is final, is made again by
   * itself.
   */
  List<String> differencesUnasked() throws IOException {
    ChangeGenerator change = ChangeGenerator.onlyLate(generated, seed);
    RemadePlant remade = new RemadePlant(generated, change);
    Map<String, Map<String, Object>> rows = remade.rowsUnasked();
    closedTo = remade.closedTo();
    madeAgain = true;
    return differences(rows, generated.plant(), change.deliveriesAgain());
  }

  /**
   * The same where the log lost some of its readings before all was made again: each row is as it
   * was before, or right.
   */
  List<String> differencesAfterLosses() throws IOException {
    ChangeGenerator change = new ChangeGenerator(generated, seed);
    Random random = new Random(seed);
    RemadePlant remade = new RemadePlant(generated, change);
    Map<String, Map<String, Object>> before = new TreeMap<>();
    Map<String, Map<String, Object>> rows =
        remade.rowsAfterLosses(
            (records, gone) -> {
              lose(records, gone, random);
              gone.stream()
                  .filter(record -> isVeryLate(change.deliveries().get(record)))
                  .forEach(gone::clear);
            },
            random.nextBoolean(),
            before);
    closedTo = remade.closedTo();
    madeAgain = true;
    closedSooner = change.changed().lateness() > generated.plant().lateness();
    stayed = new TreeSet<>(before.keySet());
    stayed.removeIf(name -> !before.get(name).equals(rows.get(name)));
    mayBeAbsent = true;
    return differences(rows, change.changed(), change.deliveriesAgain());
  }

  /** Some minutes of all that came, once or more often, or every other record for a while. */
  private static void lose(int records, BitSet gone, Random random) {
    for (int times = 1 + random.nextInt(3); times > 0; times--) {
      int from = random.nextInt(records);
      int to = Math.min(records, from + 1 + random.nextInt(1 + records / 20));
      int step = 1 + random.nextInt(3);
      for (int i = from; i < to; i += step) {
        gone.set(i);
      }
    }
  }

  /** Of one that came later than others nobody can know where it belongs, once it is gone. */
  private boolean isVeryLate(PlantGenerator.Delivery delivery) {
    return delivery.arrival() - delivery.told().time() > generated.plant().lateness();
  }

  /** Whether a row is left as it was, or was none and is none. */
  private boolean isAsBefore(String name, Map<String, Map<String, Object>> folded) {
    return stayed.contains(name) || (mayBeAbsent && !folded.containsKey(name));
  }

  private List<String> differences(
      Map<String, Map<String, Object>> folded,
      Plant plant,
      List<PlantGenerator.Delivery> deliveries) {
    Model model =
        new Model(plant, generated.told(), generated.said(), generated.orders(), deliveries);
    List<String> differences = new ArrayList<>();
    rowEnds = model.ends();
    if (!madeAgain) {
      folded.keySet().removeAll(model.mayStay());
      model.mayStay().forEach(model.rows()::remove);
      model.mayStay().forEach(model.orders()::remove);
    }
    figures(folded, model.rows(), differences);
    orders(folded, model.orders(), differences);
    signals(folded, model, differences);
    ends = model.openStops();
    texts("stops ", folded, model.stops(), differences);
    states(folded, model, differences);
    return differences;
  }

  private void figures(
      Map<String, Map<String, Object>> folded,
      Map<String, Map<String, Double>> modelled,
      List<String> differences) {
    Set<String> names = new TreeSet<>(folded.keySet());
    names.removeIf(name -> !isOfFigures(name));
    names.addAll(modelled.keySet());
    names.removeIf(name -> isAsBefore(name, folded));
    for (String name : names) {
      if (rowEnds.getOrDefault(name, startOf(name)) < closedTo) {
        compare(name, folded, modelled.get(name), differences);
      }
    }
  }

  private void signals(
      Map<String, Map<String, Object>> folded, Model model, List<String> differences) {
    Map<String, Map<String, Double>> modelled = model.signals();
    // no reading has come since the lateness became smaller: the window is open, and so left alone
    Set<String> open = model.signalsOpenWith(generated.plant().lateness());
    open.removeIf(name -> isFinal(folded.get(name)));
    Set<String> names = new TreeSet<>(folded.keySet());
    names.removeIf(name -> !name.startsWith("signal_quality "));
    names.removeIf(name -> !isFinal(folded.get(name)));
    names.addAll(modelled.keySet());
    names.removeIf(name -> startOf(name) >= closedTo);
    names.removeAll(open);
    names.removeIf(name -> isAsBefore(name, folded));
    for (String name : names) {
      Map<String, Object> mine = new TreeMap<>(folded.getOrDefault(name, Map.of()));
      mine.keySet().removeAll(OF_WRITING);
      mine.replaceAll((field, value) -> ((Number) value).doubleValue());
      Map<String, Double> other = modelled.get(name);
      if (closedSooner && other == null) {
        continue;
      }
      rows++;
      fields += mine.size();
      if (!isSame(mine, other == null ? null : new TreeMap<>(other))) {
        differences.add("seed %d: %s: row is %s, not %s".formatted(seed, name, mine, other));
      }
    }
  }

  private static boolean isFinal(@Nullable Map<String, Object> row) {
    return row != null && Boolean.TRUE.equals(row.get("final"));
  }

  private static boolean isOfFigures(String name) {
    return name.startsWith("efficiency ")
        || name.startsWith(BY_PRODUCT)
        || name.startsWith(BY_ORDER);
  }

  /** What is no number in rows of orders. */
  private void orders(
      Map<String, Map<String, Object>> folded,
      Map<String, Map<String, Object>> modelled,
      List<String> differences) {
    modelled.forEach(
        (name, texts) -> {
          Map<String, Object> mine = new TreeMap<>(folded.getOrDefault(name, Map.of()));
          mine.keySet().retainAll(OF_ORDERS);
          fields += texts.size();
          boolean closed = rowEnds.getOrDefault(name, startOf(name)) < closedTo;
          if (closed && !isAsBefore(name, folded) && !mine.equals(texts)) {
            differences.add("seed %d: %s: order is %s, not %s".formatted(seed, name, mine, texts));
          }
        });
  }

  /** Rows with texts, of which those that were taken back do not count. */
  private void texts(
      String measurement,
      Map<String, Map<String, Object>> folded,
      Map<String, Map<String, Object>> modelled,
      List<String> differences) {
    Set<String> names = new TreeSet<>(folded.keySet());
    names.removeIf(name -> !name.startsWith(measurement) || isTakenBack(folded.get(name)));
    names.addAll(modelled.keySet());
    names.removeIf(name -> isAsBefore(name, folded));
    for (String name : names) {
      Map<String, Object> mine = folded.get(name);
      Map<String, Object> other = modelled.get(name);
      if ((other == null && isOpen(name)) || startOf(name) >= closedTo) {
        continue;
      }
      rows++;
      fields += other == null ? 0 : other.size();
      if (!isSame(mine, other)) {
        differences.add("seed %d: %s: row is %s, not %s".formatted(seed, name, mine, other));
      }
    }
  }

  /** Each row says what holds at its instant, and none is missing. */
  private void states(
      Map<String, Map<String, Object>> folded, Model model, List<String> differences) {
    Map<String, Map<String, Object>> modelled = model.states();
    Set<String> names = new TreeSet<>(folded.keySet());
    names.removeIf(name -> !name.startsWith("machine_state "));
    names.addAll(modelled.keySet());
    names.removeIf(name -> isAsBefore(name, folded));
    for (String name : names) {
      Map<String, Object> other = modelled.get(name);
      if (other == null) {
        other = model.state(name.split(" ")[1], startOf(name)); // what seemed to be a change
      }
      if (other == null || startOf(name) >= closedTo) {
        continue;
      }
      rows++;
      fields += other.size();
      Map<String, Object> mine = folded.get(name);
      if (!isSame(mine, other)) {
        differences.add("seed %d: %s: row is %s, not %s".formatted(seed, name, mine, other));
      }
    }
  }

  private static boolean isTakenBack(Map<String, Object> row) {
    return row.get("count").equals(0.0) && row.get("duration_s").equals(0.0);
  }

  private static boolean isSame(
      @Nullable Map<String, Object> mine, @Nullable Map<String, Object> other) {
    if (mine == null || other == null || !mine.keySet().equals(other.keySet())) {
      return false;
    }
    for (Map.Entry<String, Object> field : other.entrySet()) {
      Object value = mine.get(field.getKey());
      boolean close =
          value instanceof Double number
              && field.getValue() instanceof Double wanted
              && Math.abs(number - wanted) < 1e-6;
      if (!close && !field.getValue().equals(value)) {
        return false;
      }
    }
    return true;
  }

  /** Whether its machine has not said yet how it ends. */
  private boolean isOpen(String row) {
    return startOf(row) >= ends.getOrDefault(row.split(" ")[1], 0L);
  }

  private static long startOf(String row) {
    return StoredRows.nanos(row.substring(row.lastIndexOf(' ') + 1));
  }

  private void compare(
      String row,
      Map<String, Map<String, Object>> all,
      @Nullable Map<String, Double> modelled,
      List<String> differences) {
    Map<String, Object> folded = all.get(row);
    if (folded == null || modelled == null) {
      if (closedSooner && folded != null && rowEnds.containsKey(row)) {
        return;
      }
      boolean isFormer = madeAgain && !rowEnds.containsKey(row);
      if (folded == null || (isFinal(folded) && !isFormer) || isLeft(row, all)) {
        differences.add("seed %d: %s: row is %s, not %s".formatted(seed, row, folded, modelled));
      }
      return;
    }
    rows++;
    Object reach = folded.get(FigureNames.REACH);
    double whole = (rowEnds.getOrDefault(row, 0L) - startOf(row)) / 1e9;
    if (isFinal(folded) && reach != null && !reach.equals(whole)) {
      differences.add("seed %d: %s: it reaches %s".formatted(seed, row, reach));
    }
    Set<String> names = new TreeSet<>(folded.keySet());
    names.addAll(modelled.keySet());
    names.removeAll(OF_WRITING);
    names.removeAll(OF_ORDERS);
    for (String field : names) {
      fields++;
      Double mine = (Double) folded.get(field);
      Double other = modelled.get(field);
      if (mine == null && other != null && Math.abs(other) < 1e-6 && BELOW_0.contains(field)) {
        continue; // a rounding above or below 0, where it is absent
      }
      if (mine == null
          || other == null
          || !(Math.abs(mine - other) <= tolerance(field, other, modelled))) {
        differences.add("seed %d: %s: %s is %s, not %s".formatted(seed, row, field, mine, other));
      }
    }
  }

  /**
   * Whether it stands although the last configuration has no such row. That of a machine or an
   * order may, until what is in its place has ended, also where it is final; that of a line, an
   * area or a site as long as one of its machines has it.
   */
  private boolean isLeft(String row, Map<String, Map<String, Object>> all) {
    if (!madeAgain || rowEnds.containsKey(row) || !stands(all.get(row))) {
      return false;
    }
    return row.contains(OF_MACHINE) || row.startsWith(BY_ORDER)
        ? isReplaced(row, lastOf(row, all))
        : all.entrySet().stream()
            .noneMatch(each -> isOfMachineIn(row, each.getKey()) && stands(each.getValue()));
  }

  private static boolean stands(Map<String, Object> row) {
    return !Double.valueOf(0).equals(row.get("members"));
  }

  /** Whether a row is that of a machine for the same time as that of its line, area or site. */
  private static boolean isOfMachineIn(String level, String row) {
    return row.startsWith(level.substring(0, level.indexOf(" {")) + "/")
        && row.contains(OF_MACHINE)
        && row.substring(row.indexOf(" {"))
            .equals(level.substring(level.indexOf(" {")).replaceFirst("level=\\w+", OF_MACHINE));
  }

  private boolean isReplaced(String row, long last) {
    String likeIt = row.split("[,}]", 2)[0];
    return rowEnds.entrySet().stream()
        .filter(each -> each.getKey().startsWith(likeIt) && each.getValue() > last)
        .mapToLong(Map.Entry::getValue)
        .min()
        .stream()
        .allMatch(end -> end < closedTo);
  }

  /**
   * Up to where the time of a row of a machine or an order, or of the shift of a product, reaches
   * at least. It begins where the machine was first heard.
   */
  private static long lastOf(String row, Map<String, Map<String, Object>> all) {
    String ofShift = row.replace(BY_PRODUCT, "efficiency ").replaceAll(", product=[^,}]*", "");
    Map<String, Object> shift = all.getOrDefault(ofShift, Map.of());
    double seconds = (Double) shift.getOrDefault("calendar_s", 0.0);
    String minutes = "efficiency %s {bucket=minute,".formatted(row.split(" ")[1]);
    long heard =
        all.keySet().stream()
            .filter(name -> name.startsWith(minutes))
            .mapToLong(ModelComparison::startOf)
            .min()
            .orElse(Long.MIN_VALUE);
    return Math.max(startOf(row), heard) + (long) (seconds * ShiftCalendar.SECOND);
  }

  /**
   * The fold counts millionths of a piece: over a short time they are more. Each member rounds what
   * it made and what of it is good, so a ratio of few pieces is off by a millionth of each for each
   * member.
   */
  private double tolerance(String field, double value, Map<String, Double> row) {
    double time = row.getOrDefault("known_s", 1.0);
    double ran = row.getOrDefault("run_s", 0.0);
    time = PIECES_OVER_APT.contains(field) && ran > 0 ? Math.min(time, ran) : time;
    double least = PIECES_OVER_TIME.contains(field) && time > 0 ? Math.min(1, time) : 1;
    double usual = 1e-5 * Math.max(1, Math.abs(value)) / least;
    double pieces = pieces(row);
    return PIECES_OVER_PIECES.contains(field) && pieces > 0
        ? Math.max(usual, 1e-6 * row.get("members") * (1 + Math.abs(value)) / pieces)
        : usual;
  }

  /** At least so many: a row without their number still has their ideal time. */
  private double pieces(Map<String, Double> row) {
    Double total = row.get("total");
    return total != null ? total : row.getOrDefault("ideal_total_s", 0.0) / largestCycle;
  }

  private Map<String, Map<String, Object>> folded() {
    EfficiencyConfigBuilder config = FedPlant.config(generated.plant());
    FoldScenario scenario = new FoldScenario(config);
    LastWrites last = new LastWrites();
    List<PlantGenerator.Saying> sayings = generated.sayings();
    for (int i = 0; i < sayings.size(); i++) {
      scenario.fold.correct(FedCorrections.entry(i, sayings.get(i)));
    }
    for (PlantGenerator.Delivery delivery : generated.deliveries()) {
      if (delivery.restartBefore()) {
        scenario.fold.flush();
        scenario.fold.flushLines();
        last.write(scenario.fold.takeRows());
        scenario.fold = Fold.decode(scenario.fold.encode(), config.build());
        for (int i = 0; i < sayings.size(); i++) {
          scenario.fold.remember(FedCorrections.entry(i, sayings.get(i)));
        }
        scenario.fold.remembered();
      }
      List<Object> values = new ArrayList<>();
      delivery.told().values().forEach((metric, value) -> values.addAll(List.of(metric, value)));
      String asset = delivery.told().asset();
      long time = delivery.told().time();
      scenario.fold.accept(
          scenario.message(asset, time, delivery.arrival(), Quality.GOOD, values.toArray()));
      if (delivery.restartBefore() || delivery.arrival() % 40 == 0) {
        scenario.fold.flushLines();
      }
      last.write(scenario.fold.takeRows());
    }
    scenario.fold.correct(
        FedCorrections.nothing(
            sayings.size(), generated.told().get(0).time())); // then all rows are due
    scenario.fold.flush();
    scenario.fold.flushLines();
    last.write(scenario.fold.takeRows());
    return last.rows();
  }

  Map<String, Map<String, Object>> all() {
    return folded();
  }

  /**
   * Compares the plants of some seeds and prints what differs: {@code FIRST COUNT
   * [again|unasked|losses] [borders]}.
   */
  public static void main(String[] args) throws IOException {
    long first = Long.parseLong(args[0]);
    List<String> modes = List.of(args).subList(2, args.length);
    long different = 0;
    long rows = 0;
    long fields = 0;
    long end = first + Long.parseLong(args[1]);
    for (long seed = first; seed < end; seed++) {
      ModelComparison comparison =
          modes.contains("borders") ? atBorders(seed) : new ModelComparison(seed);
      List<String> differences =
          modes.contains("losses")
              ? comparison.differencesAfterLosses()
              : modes.contains("unasked")
                  ? comparison.differencesUnasked()
                  : modes.contains("again")
                      ? comparison.differencesMadeAgain()
                      : comparison.differences();
      rows += comparison.rows();
      fields += comparison.fields();
      different += differences.isEmpty() ? 0 : 1;
      differences.sort(
          Comparator.comparing((String text) -> !text.contains("level=machine"))
              .thenComparing(text -> !text.contains("level=line")));
      differences.stream().limit(20).forEach(System.out::println);
    }
    System.out.printf("%d rows, %d fields, %d seeds differ%n", rows, fields, different);
    System.exit(different == 0 ? 0 : 1);
  }
}
