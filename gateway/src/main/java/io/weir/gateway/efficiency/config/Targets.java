package io.weir.gateway.efficiency.config;

import io.weir.gateway.model.Asset;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The OEE that each asset aims at, by product, shift and date: of the targets that fit, the most
 * specific. Immutable, so for any thread.
 */
public final class Targets {

  /**
   * The most specific first: by product, by place (more levels, then fewer stars), by shift, by how
   * late it began to hold.
   */
  private static final Comparator<Target> MOST_SPECIFIC =
      Comparator.comparing((Target target) -> target.product() == null)
          .thenComparing(Comparator.comparingInt(Target::levels).reversed())
          .thenComparingInt(Target::stars)
          .thenComparing(target -> target.shift() == null)
          .thenComparing(Comparator.comparing(Target::from).reversed());

  private record Placed(@Nullable Pattern assets, Target target) {}

  private record ProductionDay(Pattern lines, LocalTime begin) {}

  private final double usual;
  private final ZoneId zone;
  private final LocalTime usualDay;
  private final List<ProductionDay> days = new ArrayList<>();
  private final List<Placed> targets = new ArrayList<>();

  public Targets(EfficiencyConfig efficiency) {
    usual = efficiency.targetOee();
    zone = efficiency.zone();
    usualDay = efficiency.calendar().productionDay();
    for (LineCalendar each : efficiency.calendars()) {
      days.add(
          new ProductionDay(AssetPattern.below(each.asset()), each.calendar().productionDay()));
    }
    for (Target each : efficiency.targets().stream().sorted(MOST_SPECIFIC).toList()) {
      String asset = each.asset();
      targets.add(new Placed(asset == null ? null : AssetPattern.below(asset), each));
    }
  }

  /**
   * The OEE aimed at.
   *
   * @param product that is made, "" where none is known
   * @param shift name of the shift
   * @param start of it, nanoseconds since the epoch: its date of production decides
   */
  public double of(Asset asset, String product, String shift, long start) {
    if (targets.isEmpty()) {
      return usual;
    }
    String path = asset.path();
    LocalDate date = date(asset, start);
    for (Placed each : targets) {
      Target target = each.target;
      if ((each.assets == null || each.assets.matcher(path).matches())
          && (target.product() == null || target.product().equals(product))
          && (target.shift() == null || target.shift().equals(shift))
          && !date.isBefore(target.from())
          && !date.isAfter(target.to())) {
        return target.oee();
      }
    }
    return usual;
  }

  /** The same in {@link Target#PARTS}. */
  public long parts(Asset asset, String product, String shift, long start) {
    return Target.parts(of(asset, product, shift, start));
  }

  /** What holds where no other one does. */
  public long usualParts() {
    return Target.parts(usual);
  }

  /** As they were configured, the most specific first. */
  public List<Target> all() {
    return targets.stream().map(Placed::target).toList();
  }

  /** Whether none differs from the usual one. */
  public boolean isEmpty() {
    return targets.isEmpty();
  }

  private LocalDate date(Asset asset, long start) {
    String line = asset.toLine().path();
    LocalTime begin =
        days.stream()
            .filter(day -> day.lines.matcher(line).matches())
            .map(ProductionDay::begin)
            .findFirst()
            .orElse(usualDay);
    ZonedDateTime local = Instant.ofEpochSecond(0, start).atZone(zone);
    LocalDate date = local.toLocalDate();
    return local.toLocalTime().isBefore(begin) ? date.minusDays(1) : date;
  }
}
