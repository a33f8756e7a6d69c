package io.weir.gateway.cli;

import io.weir.gateway.config.Quantities;
import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.fleet.FleetConfig;
import io.weir.gateway.group.GroupConfig;
import io.weir.gateway.normalize.RouteConfig;
import io.weir.gateway.notify.NotifyConfig;
import io.weir.gateway.notify.OutletConfig;
import io.weir.gateway.settings.Config;
import io.weir.gateway.sink.SinkConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a configuration runs, in a few lines. */
final class Summary {

  private Summary() {}

  static List<String> of(Config config) {
    List<String> lines = new ArrayList<>();
    lines.add(line("gateway", config.gateway().id() + ", data in " + config.gateway().dataDir()));
    GroupConfig group = config.gateway().group();
    if (group != null) {
      lines.add(line("group " + group.name(), group.summary()));
    }
    config
        .sources()
        .forEach(source -> lines.add(line("source " + source.name(), source.summary())));
    for (RouteConfig route : config.routes()) {
      lines.add(line("route", route.topic() + " as " + route.format() + of(route.retention())));
    }
    Config.Buffer buffer = config.buffer();
    lines.add(
        line(
            "buffer",
            (buffer.maxSize() >> 20)
                + " MiB, then "
                + (buffer.whenFull() == Config.WhenFull.BLOCK
                    ? "no more is acknowledged"
                    : "the oldest is dropped")));
    EfficiencyConfig efficiency = config.efficiency();
    if (efficiency != null) {
      lines.add(line("efficiency", of(efficiency)));
      lines.addAll(CalendarSummary.of(efficiency));
    }
    config
        .sinks()
        .forEach(sink -> lines.add(line("sink " + sink.name(), sink.summary() + thinned(sink))));
    NotifyConfig notifications = config.notifications();
    if (notifications != null) {
      for (OutletConfig outlet : notifications.outlets()) {
        lines.add(line("outlet " + outlet.name(), outlet.summary()));
      }
    }
    lines.add(line("http", config.http().bind() + ":" + config.http().port()));
    Config.LogFile log = config.logging().file();
    if (log != null) {
      String size = Quantities.show(log.maxBytes());
      lines.add(line("log", log.path() + " and " + log.keep() + " older files, together " + size));
    }
    lines.addAll(of(config.fleet()));
    Config.Otlp otlp = config.otlp();
    if (otlp != null) {
      String interval = Quantities.show(otlp.interval());
      lines.add(line("meters", "sent to " + otlp.url() + " every " + interval));
    }
    return lines;
  }

  /** What may go of a route's readings when the log is nearly full; "" for what is usual. */
  private static String of(RouteConfig.Retention retention) {
    StringBuilder words = new StringBuilder();
    if (retention.whenFull() != null) {
      words.append(", when full ");
      words.append(retention.whenFull().name().toLowerCase(Locale.ROOT).replace('_', '-'));
    }
    if (retention.thinning() instanceof RouteConfig.Thinning.EveryNth every) {
      words.append(" to one of ").append(every.messages()).append(" messages");
    } else if (retention.thinning() instanceof RouteConfig.Thinning.WindowMean mean) {
      words.append(" to a mean for each ").append(Quantities.show(mean.window()));
    }
    if (retention.maxAge() != null) {
      words.append(", older than ").append(Quantities.show(retention.maxAge())).append(" first");
    }
    if (retention.keep() != RouteConfig.Retention.USUAL_KEEP) {
      words.append(", keep ").append(retention.keep());
    }
    return words.toString();
  }

  private static List<String> of(FleetConfig fleet) {
    List<String> lines = new ArrayList<>();
    if (fleet.report() != null) {
      lines.add(line("reports", "itself every " + Quantities.show(fleet.report().every())));
    }
    if (fleet.receive() != null) {
      lines.add(line("receives", "reports of other gateways"));
    }
    if (fleet.follow() != null) {
      FleetConfig.Follow follow = fleet.follow();
      String every = Quantities.show(follow.every());
      lines.add(line("follows", "the bundle of " + follow.origin() + ", asked for every " + every));
    }
    return lines;
  }

  private static String thinned(SinkConfig sink) {
    int rules = sink.thin().size();
    return rules == 0
        ? ""
        : "; thinned by %d %s, sent in the order of the log"
            .formatted(rules, rules == 1 ? "rule" : "rules");
  }

  private static String line(String subject, String text) {
    return "  %-18s %s".formatted(subject, text);
  }

  private static String of(EfficiencyConfig efficiency) {
    String shifts = CalendarSummary.shifts(efficiency.calendar());
    return shifts + " in " + efficiency.zone() + ", lines " + efficiency.lines().size();
  }
}
