package io.weir.gateway.efficiency.model;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Has what happens in a seeded plant happen where times meet: where the clocks change, a shift, a
 * break, an hour or a day ends, exactly there or a little beside, and of corrections and orders
 * where another one begins or ends.
 */
final class Borders {

  private static final long SECOND = WorkCalendar.SECOND;
  private static final long MINUTE = WorkCalendar.MINUTE;
  private static final long MILLISECOND = SECOND / 1000;

  /** Beside a border. */
  private static final long[] BESIDE = {0, 0, 0, 0, MILLISECOND, -MILLISECOND, SECOND, -SECOND};

  /** Where clocks are put back or forward, some around midnight or by half an hour or two hours. */
  private static final String[][] NIGHTS = {
    {"Europe/Berlin", "2026-03-29"},
    {"Europe/Berlin", "2026-10-25"},
    {"Australia/Lord_Howe", "2026-04-04"},
    {"Australia/Lord_Howe", "2026-10-03"},
    {"America/Santiago", "2026-04-05"},
    {"America/Santiago", "2026-09-06"},
    {"Asia/Beirut", "2026-03-28"},
    {"Asia/Beirut", "2026-10-24"},
    {"America/Havana", "2026-03-08"},
    {"America/Havana", "2026-11-01"},
    {"Atlantic/Azores", "2026-03-29"},
    {"Atlantic/Azores", "2026-10-25"},
    {"Pacific/Chatham", "2026-04-04"},
    {"Antarctica/Troll", "2026-03-29"},
    {"Antarctica/Troll", "2026-10-25"},
    {"Asia/Kathmandu", "2026-05-04"},
    {"UTC", "2026-12-31"},
  };

  private final Random random;
  final ZoneId zone;

  /** The local time at which the clocks change, or a day ends. */
  private final LocalDateTime local;

  /** The instant of it. */
  final long centre;

  private final TreeSet<Long> borders = new TreeSet<>();

  Borders(Random random) {
    this.random = random;
    String[] night = NIGHTS[random.nextInt(NIGHTS.length)];
    zone = ZoneId.of(night[0]);
    Instant before = Instant.parse(night[1] + "T00:00:00Z");
    ZoneOffsetTransition change = zone.getRules().nextTransition(before);
    if (change == null) {
      local = LocalDate.parse(night[1]).plusDays(1).atStartOfDay();
      centre = local.atZone(zone).toEpochSecond() * SECOND;
    } else {
      local = change.getDateTimeBefore();
      centre = change.toEpochSecond() * SECOND;
    }
  }

  private boolean one(int of) {
    return random.nextInt(of) == 0;
  }

  LocalDate date() {
    return local.toLocalDate().minusDays(random.nextInt(3) - 1);
  }

  LocalTime productionDay() {
    return one(2) ? LocalTime.MIDNIGHT : near();
  }

  /** On the clock, some quarters of an hour from where it changes. */
  private LocalTime near() {
    int minutes = 15 * (random.nextInt(17) - 8) + (one(4) ? random.nextInt(3) - 1 : 0);
    return local.toLocalTime().plusMinutes(minutes);
  }

  /** One after another, with a break in some; none is where the clock is in none of them. */
  List<Plant.Shift> shifts() {
    TreeSet<LocalTime> cuts = new TreeSet<>();
    for (int i = one(5) ? 0 : 1 + random.nextInt(4); i > 0; i--) {
      cuts.add(near());
    }
    Set<DayOfWeek> days = EnumSet.allOf(DayOfWeek.class);
    if (one(4)) {
      days.remove(date().getDayOfWeek());
    }
    List<Plant.Shift> shifts = new ArrayList<>();
    for (LocalTime start : cuts) {
      LocalTime next = cuts.higher(start);
      LocalTime end = next == null ? cuts.first() : next;
      int minutes = minutes(start, end);
      if (cuts.size() > 1 && minutes > 600 && one(3)) {
        end = start.plusHours(8);
        minutes = 480;
      }
      if (minutes >= 10 && !(cuts.size() > 1 && one(5))) {
        String name = "" + (char) ('a' + shifts.size());
        shifts.add(new Plant.Shift(name, days, start, end, breaks(start, minutes)));
      }
    }
    return shifts;
  }

  private static int minutes(LocalTime start, LocalTime end) {
    int minutes = (end.toSecondOfDay() - start.toSecondOfDay()) / 60;
    return minutes > 0 ? minutes : minutes + 24 * 60;
  }

  private List<Plant.Break> breaks(LocalTime start, int minutes) {
    LocalTime at = one(3) ? start : near();
    int behind = minutes(start, at) % (24 * 60);
    if (one(3) || behind >= minutes) {
      return List.of();
    }
    int longest = Math.min(90, minutes - behind);
    return List.of(new Plant.Break(at, one(4) ? longest : 1 + random.nextInt(longest)));
  }

  Set<LocalDate> holidays() {
    return one(4) ? Set.of(date()) : Set.of();
  }

  long start() {
    return centre - (1 + random.nextInt(150)) * MINUTE;
  }

  /** From here on it is known where times meet. */
  void of(Plant plant, long start, long end) {
    WorkCalendar calendar = new WorkCalendar(plant, start, end);
    borders.addAll(calendar.borders());
    borders.addAll(calendar.starts("hour", start, end));
    borders.add(centre);
  }

  /** One near an instant, or beside it. */
  private long near(long instant) {
    Long floor = borders.floor(instant);
    Long higher = borders.higher(instant);
    boolean isUp = floor == null || higher != null && higher - instant < instant - floor;
    long border = isUp && higher != null ? higher : floor == null ? instant : floor;
    return border + BESIDE[random.nextInt(BESIDE.length)];
  }

  /** Readings are of a border, where they are not far from one; some counters begin there again. */
  List<Told> told(Plant plant, List<Told> all) {
    List<Told> told = new ArrayList<>();
    Map<String, Map<String, Long>> bases = new TreeMap<>();
    for (int i = 0; i < all.size(); i++) {
      Told each = all.get(i);
      boolean first = i == 0 || !all.get(i - 1).asset().equals(each.asset());
      boolean last = i + 1 == all.size() || !all.get(i + 1).asset().equals(each.asset());
      long time = each.time();
      if (!first && !last) {
        long before = told.get(told.size() - 1).time();
        long border = near(time);
        boolean fits = border > before && border < all.get(i + 1).time();
        if (fits && !one(4)) {
          time = border;
          beginsAgain(plant, each, bases);
        }
      }
      forget(each, bases);
      told.add(new Told(each.asset(), time, since(each, bases)));
    }
    return told;
  }

  private void beginsAgain(Plant plant, Told each, Map<String, Map<String, Long>> bases) {
    boolean cumulative =
        plant.machines().stream()
            .anyMatch(
                machine ->
                    machine.asset().equals(each.asset())
                        && machine.kind() == Plant.Kind.CUMULATIVE
                        && machine.rollover() == 0);
    if (cumulative && one(3) && each.values().get(Told.TOTAL) instanceof Long total) {
      long scrap = each.values().get(Told.SCRAP) instanceof Long bad ? bad : -1;
      long base = bases.getOrDefault(each.asset(), Map.of()).getOrDefault(Told.TOTAL, 0L);
      if (total - base > 100 && scrap >= 0) {
        bases.put(
            each.asset(), Map.of(Told.TOTAL, total, Told.SCRAP, scrap, Told.GOOD, total - scrap));
      }
    }
  }

  /** The simulated counter has begun again itself. */
  private static void forget(Told each, Map<String, Map<String, Long>> bases) {
    long base = bases.getOrDefault(each.asset(), Map.of()).getOrDefault(Told.TOTAL, 0L);
    if (each.values().get(Told.TOTAL) instanceof Long total && total < base) {
      bases.remove(each.asset());
    }
  }

  /** What was counted since the counter began again. */
  private static Map<String, Object> since(Told each, Map<String, Map<String, Long>> bases) {
    Map<String, Object> values = new TreeMap<>(each.values());
    bases
        .getOrDefault(each.asset(), Map.of())
        .forEach(
            (metric, base) -> {
              if (values.get(metric) instanceof Long value) {
                values.put(metric, value - base);
              }
            });
    return values;
  }

  /** From or to a border, or where another one begins or ends. */
  List<Said> said(List<Said> all, List<Told> told) {
    List<Said> said = new ArrayList<>();
    for (Said each : all) {
      long from = edge(each.from(), said, told);
      long to = edge(each.to(), said, told);
      long least = each.booksPieces() ? 1 : 3 * MILLISECOND;
      if (to < from + least) {
        to = from + (one(2) ? least : MINUTE);
      }
      List<Said.Part> parts = new ArrayList<>();
      for (int i = 0; i < each.parts().size(); i++) {
        Said.Part part = each.parts().get(i);
        long begin = from + (to - from) * i / each.parts().size();
        parts.add(new Said.Part(begin, part.state(), part.why()));
      }
      said.add(
          new Said(
              each.id(),
              each.asset(),
              from,
              to,
              each.toEndOfStop(),
              each.kind(),
              each.state(),
              each.why(),
              parts,
              each.amount()));
    }
    return said;
  }

  private long edge(long instant, List<Said> said, List<Told> told) {
    return switch (random.nextInt(6)) {
      case 0 -> instant;
      case 1 -> told.get(random.nextInt(told.size())).time();
      case 2 -> {
        if (said.isEmpty()) {
          yield near(instant);
        }
        Said other = said.get(random.nextInt(said.size()));
        yield one(2) ? other.from() : other.to();
      }
      default -> near(instant);
    };
  }

  /** At a border, with a reading, or with another one. */
  List<PlantGenerator.Saying> orders(List<PlantGenerator.Saying> all, List<Told> told) {
    List<PlantGenerator.Saying> said = new ArrayList<>();
    Set<Long> instants = new HashSet<>();
    for (PlantGenerator.Saying each : all) {
      SaidOrder order = each.order();
      long later = each.at() - order.at();
      long at = order.at();
      switch (random.nextInt(5)) {
        case 0 -> at = told.get(random.nextInt(told.size())).time();
        case 1 ->
            at = instants.isEmpty() ? near(at) : new TreeSet<>(instants).floor(Long.MAX_VALUE);
        case 2, 3 -> at = near(at);
        default -> {
          // as it was
        }
      }
      instants.add(at);
      said.add(
          new PlantGenerator.Saying(
              at + later,
              0,
              null,
              new SaidOrder(
                  order.asset(),
                  at,
                  order.step(),
                  order.order(),
                  order.product(),
                  order.quantity()),
              false));
    }
    return said;
  }
}
