package io.weir.gateway.bench.scale;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The tables of docs/scale.md: how many of each are needed, by arithmetic from figures of two
 * cores, and what an hour without one level does to the largest plan.
 *
 * <pre>ScaleTable</pre>
 */
public final class ScaleTable {

  /**
   * What a machine of two cores carries, in rows a second; see docs/scale.md for where it is from.
   */
  private static final double GATEWAY = 15_000;

  private static final double KAFKA_SINK = 20_000;
  private static final double BROKER = 40_000;
  private static final double KAFKA_SOURCE = 15_000;
  private static final double STORE = 30_000;

  private static final double BYTES_IN_LOG = 18;
  private static final double BYTES_IN_BROKER = 40;

  /** So much more than is sent, so that a backlog shrinks. */
  private static final double SPARE = 1.5;

  private static final int DEVICES_OF_A_PLANT = 10_000;
  private static final int PARTITIONS_OF_A_CENTRAL = 2;

  private static final Duration FROM = Duration.ofMinutes(10);
  private static final Duration OUTAGE = Duration.ofHours(1);
  private static final Duration END = Duration.ofHours(4);
  private static final long SEED = 1;

  private ScaleTable() {}

  public static void main(String[] args) {
    sizes().forEach(System.out::println);
    System.out.println();
    outages(END).forEach(System.out::println);
  }

  private static int machines(double rows, double each) {
    return (int) Math.ceil(SPARE * rows / each);
  }

  static Plan plan(int devices) {
    double rows = devices;
    return new Plan(
        devices,
        1,
        Math.max(1, devices / DEVICES_OF_A_PLANT),
        KAFKA_SINK,
        machines(rows, BROKER),
        BROKER,
        machines(rows, KAFKA_SOURCE),
        KAFKA_SOURCE,
        machines(rows, STORE),
        STORE,
        BYTES_IN_LOG,
        BYTES_IN_BROKER);
  }

  /** The rows of the first table. */
  static List<String> sizes() {
    List<String> rows = new ArrayList<>();
    for (int devices : new int[] {100, 10_000}) {
      rows.add(
          row(
              devices,
              machines(devices, GATEWAY),
              "-",
              "-",
              "-",
              machines(devices, STORE),
              gigabytesADay(devices)));
    }
    Plan large = plan(1_000_000);
    rows.add(
        row(
            large.devices(),
            large.edges(),
            large.brokers(),
            PARTITIONS_OF_A_CENTRAL * large.centrals(),
            large.centrals(),
            large.stores(),
            gigabytesADay(large.rows() / large.edges())));
    return rows;
  }

  /** Of the log of one gateway, if nothing takes its rows. */
  private static String gigabytesADay(double rowsPerSecond) {
    double bytes = rowsPerSecond * BYTES_IN_LOG * Duration.ofDays(1).toSeconds();
    return "%.1f GB".formatted(bytes / 1e9);
  }

  private static String row(Object... cells) {
    StringBuilder row = new StringBuilder("|");
    for (Object cell : cells) {
      String text =
          cell instanceof Integer number ? String.format(Locale.ROOT, "%,d", number) : "" + cell;
      row.append(' ').append(text).append(" |");
    }
    return row.toString();
  }

  /** The rows of the second table: an hour without one level. */
  static List<String> outages(Duration end) {
    List<String> rows = new ArrayList<>();
    for (Level level : Level.values()) {
      Plan plan = plan(1_000_000);
      PlantSimulation.Result result =
          new PlantSimulation(plan, level, FROM, OUTAGE, end, SEED).run();
      if (result.stored() + result.held() != result.sent()) {
        throw new IllegalStateException("rows were lost or made: " + result);
      }
      double rowBytes = level == Level.BROKER ? plan.bytesInBroker() : plan.bytesInLog();
      rows.add(
          row(
              away(level),
              held(level),
              "%.1f GB".formatted(result.most()[level.ordinal()] * rowBytes / 1e9),
              minutes(result.behindMost()),
              minutes(result.current()),
              String.format(Locale.ROOT, "%,d", result.sent())));
    }
    return rows;
  }

  private static String away(Level level) {
    return switch (level) {
      case EDGE -> "brokers";
      case BROKER -> "central gateways";
      case CENTRAL -> "stores";
    };
  }

  private static String held(Level level) {
    return switch (level) {
      case EDGE -> "the log of each gateway at a plant";
      case BROKER -> "the partitions of each central gateway";
      case CENTRAL -> "the logs in front of each store";
    };
  }

  private static String minutes(@Nullable Duration time) {
    return time == null ? "not in this run" : time.plusSeconds(30).toMinutes() + " min";
  }
}
