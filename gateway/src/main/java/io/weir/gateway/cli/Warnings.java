package io.weir.gateway.cli;

import io.weir.gateway.config.Hosts;
import io.weir.gateway.decode.Decoders;
import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.fleet.FleetConfig;
import io.weir.gateway.model.Derived;
import io.weir.gateway.normalize.RouteConfig;
import io.weir.gateway.notify.NotifyConfig;
import io.weir.gateway.notify.OutletConfig;
import io.weir.gateway.settings.Config;
import io.weir.gateway.settings.HeapNeed;
import io.weir.gateway.settings.Site;
import io.weir.gateway.sink.SinkConfig;
import io.weir.gateway.source.SourceConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Warns of settings that are allowed but probably not intended. */
final class Warnings {

  private Warnings() {}

  static List<String> of(Config config) {
    return of(config, Files::isExecutable);
  }

  /**
   * @param mayEnter whether who asks may enter a directory
   */
  static List<String> of(Config config, Predicate<Path> mayEnter) {
    List<String> warnings = new ArrayList<>();
    Path data = config.gateway().dataDir();
    if (!Files.notExists(data) && !mayEnter.test(data)) {
      warnings.add(
          Site.NAME
              + ": not read, because this user may not enter "
              + data
              + "; what people changed on the page is not checked");
    }
    for (SourceConfig source : config.sources()) {
      source.warnings().forEach(each -> warnings.add("source " + source.name() + ": " + each));
      if (config.gateway().group() != null && !source.isWhole()) {
        warnings.add(
            "source "
                + source.name()
                + ": brings its messages to this gateway alone, so no other of the group can take"
                + " them over");
      }
    }
    for (RouteConfig route : config.routes()) {
      if (route.qos() == 0) {
        warnings.add("route " + route.topic() + ": qos 0 is best effort, messages can be lost");
      }
      if (Derived.is(route.measurement())) {
        warnings.add(
            "route "
                + route.topic()
                + ": gateways write their figures to measurement "
                + route.measurement()
                + ", so its readings are in no figure and not on the page; choose another name");
      }
      Decoders.warnings(route.format(), route.options())
          .forEach(each -> warnings.add("route " + route.topic() + ": " + each));
      if (hidesSteadyMachines(route, config.efficiency())) {
        warnings.add(
            "route "
                + route.topic()
                + ": with a deadband, a machine whose values stay the same for longer than"
                + " efficiency.silent-after becomes unknown; give the route a shorter max-silence");
      }
    }
    String machines = HeapNeed.machinesProblem(config, Runtime.getRuntime().maxMemory());
    if (machines != null) {
      warnings.add("efficiency: " + machines);
    }
    for (SinkConfig sink : config.sinks()) {
      sink.warnings().forEach(each -> warnings.add("sink " + sink.name() + ": " + each));
    }
    NotifyConfig notifications = config.notifications();
    if (notifications != null) {
      for (OutletConfig outlet : notifications.outlets()) {
        outlet.warnings().forEach(each -> warnings.add("outlet " + outlet.name() + ": " + each));
      }
    }
    if (!Hosts.isLoopback(config.http().bind()) && config.http().tls() == null) {
      warnings.add("http: its token crosses the network unencrypted");
    }
    FleetConfig.Follow follow = config.fleet().follow();
    if (follow != null
        && !follow.headers().isEmpty()
        && follow.url() != null
        && follow.url().getScheme().equals("http")) {
      warnings.add("fleet.follow: its headers cross the network unencrypted");
    }
    if (config.buffer().whenFull() == Config.WhenFull.DROP_OLDEST) {
      warnings.add("buffer: when full, the oldest readings are lost");
    }
    return warnings;
  }

  /** Whether the deadband suppresses all readings of an unchanged machine until it seems silent. */
  private static boolean hidesSteadyMachines(
      RouteConfig route, @Nullable EfficiencyConfig efficiency) {
    RouteConfig.Reporting usual = route.reporting();
    if (efficiency == null || usual.deadband() == null) {
      return false;
    }
    Duration least =
        Stream.concat(Stream.of(efficiency.defaults()), efficiency.machines().stream())
            .map(EfficiencyConfig.Machine::silentAfter)
            .filter(Objects::nonNull)
            .min(Comparator.naturalOrder())
            .orElse(Duration.ZERO);
    return usual.maxSilence() == null || usual.maxSilence().compareTo(least) >= 0;
  }
}
