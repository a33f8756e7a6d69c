package io.weir.gateway.efficiency;

import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.efficiency.config.EfficiencyConfigBuilder;
import io.weir.gateway.model.MachineState;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The rules once more in the simplest way: second by second, with all readings known. Slow, and
 * without lateness; the fold must give the same figures.
 */
final class SecondBySecond {

  /** A reading of a whole second; absent values are {@code null}. */
  record Sample(
      long second, @Nullable String state, @Nullable Integer total, @Nullable Integer scrap) {}

  private record PlannedShift(
      String name, long start, long end, List<long[]> breaks, boolean holiday) {}

  private final EfficiencyConfig efficiency;
  private final ZoneId zone;
  private final long from;
  private final long to;
  private final List<PlannedShift> shifts = new ArrayList<>();

  /** By bucket and start: sums by field name. */
  final Map<String, Map<String, Double>> sums = new TreeMap<>();

  private long bucketsMinute = Long.MIN_VALUE;
  private @Nullable PlannedShift bucketsShift;
  private List<Map<String, Double>> buckets = List.of();

  SecondBySecond(EfficiencyConfig efficiency, List<Sample> samples) {
    this.efficiency = efficiency;
    zone = efficiency.zone();
    from = samples.get(0).second;
    to = samples.get(samples.size() - 1).second;
    findShifts();
    List<Stretch> episodes = withoutMicroStops(episodes(samples));
    MachineState[] reported = new MachineState[(int) (to - from)];
    for (Stretch episode : episodes) {
      for (long second = episode.start; second < episode.end; second++) {
        reported[(int) (second - from)] = episode.state;
        addSecond(second, episode.state);
      }
    }
    addEvents(episodes);
    addPieces(samples, reported);
  }

  // ---- the calendar, by walking through time

  private void findShifts() {
    LocalDate last = local(to).toLocalDate();
    for (LocalDate date = local(from).toLocalDate().minusDays(1);
        !date.isAfter(last);
        date = date.plusDays(1)) {
      for (EfficiencyConfig.Shift shift : efficiency.calendar().shifts()) {
        if (!shift.days().contains(date.getDayOfWeek())) {
          continue;
        }
        boolean over = !shift.end().isAfter(shift.start());
        long start = first(date.atTime(shift.start()));
        long end = first((over ? date.plusDays(1) : date).atTime(shift.end()));
        List<long[]> breaks = new ArrayList<>();
        for (EfficiencyConfig.Break pause : shift.breaks()) {
          LocalDate day = pause.start().isBefore(shift.start()) ? date.plusDays(1) : date;
          long begun = first(day.atTime(pause.start()));
          breaks.add(new long[] {begun, begun + pause.length().toSeconds()});
        }
        shifts.add(
            new PlannedShift(
                shift.name(), start, end, breaks, efficiency.calendar().holidays().contains(date)));
      }
    }
  }

  private LocalDateTime local(long second) {
    return LocalDateTime.ofInstant(Instant.ofEpochSecond(second), zone);
  }

  /** The first instant at which the clock on the wall shows this or later. */
  private long first(LocalDateTime wall) {
    long second = wall.toEpochSecond(ZoneOffset.UTC) - 16 * 3600;
    while (local(second).isBefore(wall)) {
      second += 60;
    }
    return second;
  }

  private @Nullable PlannedShift shift(long second) {
    for (PlannedShift shift : shifts) {
      if (shift.start <= second && second < shift.end) {
        return shift;
      }
    }
    return null;
  }

  private static boolean paused(PlannedShift shift, long second) {
    return shift.holiday
        || shift.breaks.stream().anyMatch(pause -> pause[0] <= second && second < pause[1]);
  }

  // ---- states

  private record Stretch(long start, long end, MachineState state) {}

  /** The states by the readings; a silence begins at the reading before it. */
  private List<Stretch> episodes(List<Sample> samples) {
    List<Stretch> episodes = new ArrayList<>();
    MachineState state = MachineState.UNKNOWN;
    for (int i = 0; i + 1 < samples.size(); i++) {
      Sample sample = samples.get(i);
      if (sample.state != null) {
        state = EfficiencyConfigBuilder.WORDS.getOrDefault(sample.state, MachineState.UNKNOWN);
      }
      long next = samples.get(i + 1).second;
      boolean silent = next - sample.second > efficiency.defaults().silentAfter().toSeconds();
      lengthen(episodes, sample.second, silent ? sample.second : next, state);
      if (silent) {
        lengthen(episodes, sample.second, next, MachineState.UNKNOWN);
      }
    }
    return episodes;
  }

  private static void lengthen(List<Stretch> episodes, long start, long end, MachineState state) {
    int last = episodes.size() - 1;
    if (last >= 0 && episodes.get(last).state == state) {
      episodes.set(last, new Stretch(episodes.get(last).start, end, state));
    } else {
      episodes.add(new Stretch(start, end, state));
    }
  }

  private static boolean mayBeShort(MachineState state) {
    return switch (state) {
      case DOWN, IDLE, STARVED, BLOCKED -> true;
      default -> false;
    };
  }

  private List<Stretch> withoutMicroStops(List<Stretch> episodes) {
    List<Stretch> reported = new ArrayList<>(episodes);
    for (int i = 1; i + 1 < episodes.size(); i++) {
      Stretch episode = episodes.get(i);
      boolean whole =
          episodes.get(i - 1).state != MachineState.UNKNOWN
              && episodes.get(i + 1).state != MachineState.UNKNOWN;
      long seconds = episode.end - episode.start;
      if (whole
          && mayBeShort(episode.state)
          && seconds < efficiency.defaults().microStop().toSeconds()) {
        reported.set(i, new Stretch(episode.start, episode.end, MachineState.MICRO_STOP));
      }
    }
    return reported;
  }

  private MachineState counted(long second, MachineState state) {
    PlannedShift shift = shift(second);
    boolean produces = state == MachineState.RUNNING || state == MachineState.SETUP;
    return shift != null && paused(shift, second) && !produces ? MachineState.PLANNED : state;
  }

  private void addSecond(long second, MachineState state) {
    add(second, "calendar_s", 1);
    if (shift(second) == null) {
      return;
    }
    MachineState counted = counted(second, state);
    add(second, counted == MachineState.PLANNED ? "planned_stop_s" : field(counted), 1);
    if (counted != MachineState.PLANNED) {
      add(second, "planned_busy_s", 1);
    }
    if (state == MachineState.DOWN) {
      add(second, "repair_s", 1);
    }
  }

  private static String field(MachineState state) {
    return state == MachineState.RUNNING ? "run_s" : state.word() + "_s";
  }

  private void addEvents(List<Stretch> episodes) {
    MachineState before = MachineState.RUNNING;
    MachineState lastKnown = MachineState.UNKNOWN;
    for (Stretch episode : episodes) {
      PlannedShift shift = shift(episode.start);
      if (episode.state == MachineState.MICRO_STOP
          && shift != null
          && !paused(shift, episode.start)) {
        add(episode.start, "micro_stops", 1);
      }
      boolean goesOn = before == MachineState.UNKNOWN && lastKnown == MachineState.DOWN;
      if (episode.state == MachineState.DOWN && shift != null && !goesOn) {
        add(episode.start, "failures", 1);
      }
      before = episode.state;
      lastKnown = before == MachineState.UNKNOWN ? lastKnown : before;
    }
  }

  // ---- pieces

  /** Pieces so far, those of them that bridge unknown time, and those made outside shifts. */
  private record Made(double all, double gap, double off) {}

  /** Seconds of unknown time and of running between two samples. */
  private record Times(double unknown, double run) {
    double gapOf(double pieces) {
      return unknown == 0 ? 0 : pieces * unknown / (unknown + run);
    }
  }

  private Times times(Sample before, Sample sample, MachineState[] reported) {
    double unknown = 0;
    double run = 0;
    for (long second = before.second; second < sample.second; second++) {
      MachineState state = reported[(int) (second - from)];
      unknown += state == MachineState.UNKNOWN ? 1 : 0;
      run += state == MachineState.RUNNING ? 1 : 0;
    }
    return new Times(unknown, run);
  }

  private void addPieces(List<Sample> samples, MachineState[] reported) {
    addScrap(samples, addTotal(samples, reported), reported);
  }

  /** Of the total, the part of unknown time bridges a gap; gives what was made by each sample. */
  private List<Made> addTotal(List<Sample> samples, MachineState[] reported) {
    List<Made> sofar = new ArrayList<>();
    Made so = new Made(0, 0, 0);
    Sample before = null;
    for (Sample sample : samples) {
      if (sample.total != null && before != null) {
        double made = sample.total >= before.total ? sample.total - before.total : sample.total;
        double gap = times(before, sample, reported).gapOf(made);
        double off = shift(sample.second - 1) == null ? made - gap : 0;
        add(sample.second - 1, "total", made);
        add(sample.second - 1, "gap_total", gap);
        add(sample.second - 1, "ideal_total_s", made - gap - off);
        so = new Made(so.all + made, so.gap + gap, so.off + off);
      }
      sofar.add(so);
      before = sample.total == null ? before : sample;
    }
    return sofar;
  }

  /** Of the scrap, the same part as of the pieces made since it was told last. */
  private void addScrap(List<Sample> samples, List<Made> sofar, MachineState[] reported) {
    int last = -1;
    boolean told = false;
    for (int i = 0; i < samples.size(); i++) {
      Sample sample = samples.get(i);
      told |= sample.total != null;
      if (sample.scrap == null) {
        continue;
      }
      if (last >= 0) {
        int was = samples.get(last).scrap;
        double scrap = sample.scrap >= was ? sample.scrap - was : sample.scrap;
        double made = sofar.get(i).all - sofar.get(last).all;
        Times times = times(samples.get(last), sample, reported);
        double untold = times.run == 0 ? 0 : times.gapOf(scrap);
        double gap = made == 0 ? untold : scrap * (sofar.get(i).gap - sofar.get(last).gap) / made;
        double ofItsOwn = told || shift(sample.second - 1) != null ? 0 : scrap - gap;
        double off = made == 0 ? ofItsOwn : scrap * (sofar.get(i).off - sofar.get(last).off) / made;
        add(sample.second - 1, "scrap", scrap);
        add(sample.second - 1, "gap_scrap", gap);
        add(sample.second - 1, "ideal_scrap_s", scrap - gap - off);
      }
      last = i;
    }
  }

  // ---- buckets

  private void add(long second, String field, double value) {
    buckets(second).forEach(sums -> sums.merge(field, value, Double::sum));
  }

  /** Those of the last second that was asked for are those of its whole minute. */
  private List<Map<String, Double>> buckets(long second) {
    long minute = second - Math.floorMod(second, 60);
    PlannedShift shift = shift(second);
    if (minute != bucketsMinute || shift != bucketsShift) {
      bucketsMinute = minute;
      bucketsShift = shift;
      buckets = new ArrayList<>();
      buckets.add(bucket("minute", shift == null ? "none" : shift.name, minute));
      buckets.add(bucket("hour", "all", hour(second)));
      long day = local(second).toLocalDate().atStartOfDay(zone).toEpochSecond();
      buckets.add(bucket("day", "all", day));
      if (shift != null) {
        buckets.add(bucket("shift", shift.name, shift.start));
      }
    }
    return buckets;
  }

  /** Back to where the wall clock showed another hour, or jumped. */
  private long hour(long second) {
    long start = second - Math.floorMod(second, 60);
    while (local(start - 60).getHour() == local(start).getHour()
        && local(start - 60).plusMinutes(1).equals(local(start))) {
      start -= 60;
    }
    return start;
  }

  private Map<String, Double> bucket(String bucket, String shift, long start) {
    return sums.computeIfAbsent(bucket + " " + shift + " " + start, key -> new TreeMap<>());
  }
}
