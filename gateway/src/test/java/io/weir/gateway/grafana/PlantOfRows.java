package io.weir.gateway.grafana;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/**
 * Rows of a plant of lines of ten machines in line protocol, as a gateway writes them, with numbers
 * of the right size and no meaning: for how long a query takes, not for what it finds.
 *
 * @param point whether each line has the field that tells rows of one instant apart in QuestDB
 */
record PlantOfRows(
    int machines, Instant from, int days, int minuteDays, Duration readings, boolean point) {

  private static final int LINES_OF_BATCH = 5000;
  private static final List<String> CATEGORIES =
      List.of("down", "micro_stop", "setup", "idle", "starved", "blocked", "unknown");
  private static final List<String> SHIFTS = List.of("night", "early", "late");

  /** Where something is written, and of how many machines it is made. */
  private record Asset(String tags, String level, int size) {}

  private List<Asset> assets() {
    List<Asset> assets = new ArrayList<>();
    String area = ",site=plant-a,area=hall-1";
    for (int i = 0; i < machines; i++) {
      assets.add(
          new Asset(
              "%s,line=line-%d,machine=press-%02d".formatted(area, i / 10 + 1, i + 1),
              "machine",
              1));
    }
    for (int i = 0; i * 10 < machines; i++) {
      assets.add(new Asset("%s,line=line-%d".formatted(area, i + 1), "line", 10));
    }
    assets.add(new Asset(area, "area", machines));
    assets.add(new Asset(",site=plant-a", "site", machines));
    return assets;
  }

  /** All rows, day after day, in batches. */
  void write(Consumer<List<String>> batches) {
    Batches to = new Batches(batches);
    Random random = new Random(20261127);
    for (int day = 0; day < days; day++) {
      Instant begin = from.plus(Duration.ofDays(day));
      for (Asset asset : assets()) {
        figures(to, asset, begin, random, day >= days - minuteDays);
        if (asset.level().equals("machine")) {
          machine(to, asset, begin, random, day >= days - minuteDays);
        }
        if (!asset.level().equals("area") && !asset.level().equals("site")) {
          orders(to, asset, begin, random);
        }
        note(to, asset, begin);
      }
    }
    to.flush();
  }

  /** Somebody writes something each noon. */
  private static void note(Batches to, Asset asset, Instant day) {
    Instant noon = day.plus(Duration.ofHours(12));
    to.line(
        "annotations" + asset.tags() + ",level=" + asset.level(),
        "text=\"lunch\",who=\"anna\",id=1i,until_ms=%di,count=1,revision=0i"
            .formatted(noon.toEpochMilli()),
        noon);
  }

  private void figures(Batches to, Asset asset, Instant day, Random random, boolean minutes) {
    figures(to, asset, day, Duration.ofDays(1), "day", "all", random);
    for (int i = 0; i < 3; i++) {
      Instant shift = day.plus(Duration.ofHours(8L * i));
      figures(to, asset, shift, Duration.ofHours(8), "shift", SHIFTS.get(i), random);
    }
    for (int i = 0; i < 24; i++) {
      Instant hour = day.plus(Duration.ofHours(i));
      figures(to, asset, hour, Duration.ofHours(1), "hour", "all", random);
    }
    for (int i = 0; minutes && i < 1440; i++) {
      Instant minute = day.plus(Duration.ofMinutes(i));
      figures(to, asset, minute, Duration.ofMinutes(1), "minute", SHIFTS.get(i / 480), random);
    }
  }

  private void figures(
      Batches to,
      Asset asset,
      Instant at,
      Duration length,
      String bucket,
      String shift,
      Random random) {
    String head = ",bucket=" + bucket + ",level=" + asset.level() + ",shift=" + shift;
    String more =
        asset.level().equals("machine")
            ? ""
            : ",members=" + asset.size() + ",expected=" + asset.size();
    to.line(
        "efficiency" + asset.tags() + head,
        sums(length.toSeconds() * (asset.level().equals("line") ? 1 : asset.size()), random) + more,
        at);
    boolean hasProducts = bucket.equals("shift") || bucket.equals("day");
    if (hasProducts && asset.level().equals("machine")) {
      Random ofProducts = bucket.equals("day") ? new Random(at.getEpochSecond()) : random;
      for (String product : List.of("red", "blue")) {
        to.line(
            "efficiency_product" + asset.tags() + head + ",product=" + product,
            sums(length.toSeconds() / 2, ofProducts),
            at);
      }
    }
    if (bucket.equals("shift") && asset.level().equals("machine")) {
      to.line(
          "defects" + asset.tags() + ",shift=" + shift + ",reason=scratch", "scrap=3,rework=1", at);
    }
  }

  /** Fields of a row of this many seconds. */
  private static String sums(long seconds, Random random) {
    double run = seconds * (0.6 + 0.3 * random.nextDouble());
    double rest = (seconds - run) / 7;
    long pieces = (long) (run / 3);
    return ("run_s=%f,setup_s=%f,micro_stop_s=%f,starved_s=%f,blocked_s=%f,down_s=%f,idle_s=%f,unknown_s=%f"
            + ",planned_busy_s=%d,known_s=%f,planned_stop_s=0,calendar_s=%d,repair_s=%f,uncoded_s=%f"
            + ",total=%d,good=%d,scrap=%d,rework=0,gap_total=0,ideal_total_s=%f,ideal_good_s=%f,target_ideal_s=%f"
            + ",failures=%d,micro_stops=1,implausible=0,contradictory=0,availability=%f,effectiveness=0.9"
            + ",energy_kwh=%f,energy_run_kwh=%f,energy_setup_kwh=1,energy_stop_kwh=1,energy_unknown_kwh=0"
            + ",energy_planned_stop_kwh=1,revision=1i,final=true")
        .formatted(
            run,
            rest,
            rest,
            rest,
            rest,
            rest,
            rest,
            rest,
            seconds,
            seconds - rest,
            seconds,
            rest,
            rest,
            pieces,
            pieces - pieces / 50,
            pieces / 50,
            run * 0.9,
            run * 0.88,
            seconds * 0.75,
            random.nextInt(2),
            run / (seconds - rest),
            run / 600,
            run / 700);
  }

  private void machine(Batches to, Asset asset, Instant day, Random random, boolean minutes) {
    for (int i = 0; minutes && i < 1440; i++) {
      int code = 1 + (i / 7 % 8);
      to.line(
          "machine_state" + asset.tags(),
          "state=\"s" + code + "\",code=" + code + "i",
          day.plus(Duration.ofMinutes(i)));
    }
    for (int i = 0; i < 40; i++) {
      int reason = random.nextInt(30);
      to.line(
          "stops"
              + asset.tags()
              + ",category=%s,reason=reason-%d,shift=%s"
                  .formatted(
                      CATEGORIES.get(reason % CATEGORIES.size()), reason, SHIFTS.get(i * 36 / 480)),
          "duration_s=" + (30 + random.nextInt(900)) + ",count=1",
          day.plus(Duration.ofMinutes(36L * i)));
    }
    for (int i = 0; i < 24; i++) {
      to.line(
          "signal_quality" + asset.tags() + ",metric=temperature",
          "n=360i,mean=%f,s=1,min=60,max=80,cp=1.3,cpk=1.2,outside=1i,center=70,sigma=1,rule_1=0i,rule_2=1i,rule_3=0i,rule_4=0i,late=0i,final=true"
              .formatted(70 + random.nextDouble()),
          day.plus(Duration.ofHours(i)));
    }
    long samples = Duration.ofDays(1).dividedBy(readings);
    for (int i = 0; i < samples; i++) {
      to.line(
          "telemetry" + asset.tags(),
          "temperature=%f,speed=20,power_kw=7.5".formatted(60 + 10 * random.nextDouble()),
          day.plus(readings.multipliedBy(i)));
    }
  }

  private void orders(Batches to, Asset asset, Instant day, Random random) {
    for (int i = 0; i < 4; i++) {
      to.line(
          "efficiency_order" + asset.tags() + ",level=" + asset.level(),
          "order=\"%d\",product=\"red\",product_before=\"blue\",planned_quantity=500,progress=0.9,changeover_s=%d,changeover_target_s=600,%s"
              .formatted(4711 + i, 300 + random.nextInt(900), sums(21_600, random)),
          day.plus(Duration.ofHours(6L * i)));
    }
  }

  private final class Batches {

    private final Consumer<List<String>> batches;
    private final List<String> waiting = new ArrayList<>();

    Batches(Consumer<List<String>> batches) {
      this.batches = batches;
    }

    private void line(String series, String fields, Instant at) {
      String key = point ? ",point=" + (series.hashCode() & 0xffff_ffffL) + "i" : "";
      waiting.add(series + " " + fields + key + " " + at.toEpochMilli() + "000000");
      if (waiting.size() == LINES_OF_BATCH) {
        flush();
      }
    }

    void flush() {
      batches.accept(List.copyOf(waiting));
      waiting.clear();
    }
  }
}
