package io.weir.gateway.bench;

import io.weir.gateway.grafana.QueryTimes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Prints how long the queries of the dashboards take over a long range, in InfluxDB and in the
 * embedded store. Arguments: machines (50), days (90), the last days that have rows of minutes
 * (all), seconds between readings (60), how many panels are printed, the slowest first (20), how
 * much time InfluxDB keeps in a shard (7d).
 */
public final class DashboardBench {

  private DashboardBench() {}

  public static void main(String[] args) throws Exception {
    int machines = argument(args, 0, 50);
    int days = argument(args, 1, 90);
    int minuteDays = argument(args, 2, days);
    int seconds = argument(args, 3, 60);
    String shard = args.length > 5 ? args[5] : "7d";
    Path folder = Files.createTempDirectory("weir-dashboards");
    List<QueryTimes.Panel> panels =
        QueryTimes.measure(folder, machines, days, minuteDays, seconds, shard);
    System.out.printf(
        "%d machines, %d days, minutes of %d days, a reading every %d s, shards of %s%n",
        machines, days, minuteDays, seconds, shard);
    panels.stream()
        .limit(argument(args, 4, 20))
        .forEach(
            panel ->
                System.out.printf(
                    "%8.0f ms %8.0f ms of cpu  %-8s  %-24s  %s%n",
                    panel.ms(), panel.cpuMs(), panel.store(), panel.dashboard(), panel.title()));
    Map<String, Double> dashboards =
        panels.stream()
            .collect(
                Collectors.groupingBy(
                    QueryTimes.Panel::dashboard,
                    TreeMap::new,
                    Collectors.summingDouble(QueryTimes.Panel::ms)));
    System.out.println("all queries of a dashboard, one after the other");
    dashboards.forEach((name, ms) -> System.out.printf("%8.0f ms  %s%n", ms, name));
    System.out.printf(
        "panels over a second               %8d of %d%n",
        panels.stream().filter(panel -> panel.ms() > 1000).count(), panels.size());
    System.out.printf(
        "panels over a second of cpu        %8d of %d%n",
        panels.stream().filter(panel -> panel.cpuMs() > 1000).count(), panels.size());
  }

  private static int argument(String[] args, int index, int otherwise) {
    return args.length > index ? Integer.parseInt(args[index]) : otherwise;
  }
}
