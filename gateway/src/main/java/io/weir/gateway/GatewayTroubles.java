package io.weir.gateway;

import io.weir.gateway.alarm.AlarmKind;
import io.weir.gateway.alarm.Trouble;
import io.weir.gateway.devices.DeviceWatch;
import io.weir.gateway.log.Time;
import io.weir.gateway.normalize.KnownNames;
import io.weir.gateway.normalize.NameLimits;
import io.weir.gateway.normalize.ReceiveClock;
import io.weir.gateway.normalize.SourceNames;
import io.weir.gateway.retention.Losses;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** The conditions of the gateway as a whole that are reason for an alarm. Asked by one thread. */
final class GatewayTroubles implements Supplier<List<Trouble>> {

  /** How long what happened is news. */
  private static final long NEWS_NS = TimeUnit.HOURS.toNanos(1);

  /** The same for names beyond a limit: they come again while someone sends them. */
  private static final long REFUSED_NEWS_NS = TimeUnit.MINUTES.toNanos(10);

  private final WatchedThreads threads;
  private final DamagedFiles damaged;
  private final ReceiveClock clock;
  private final DeviceWatch devices;
  private final KnownNames names;
  private final List<Losses> losses;
  private final Supplier<List<Trouble>> server;
  private final Supplier<Map<String, Long>> own;
  private final Time time;
  private final Map<String, Rise> rises = new HashMap<>();

  /** A count, and when it rose last. */
  private record Rise(long count, long atNs) {}

  GatewayTroubles(
      WatchedThreads threads,
      DamagedFiles damaged,
      ReceiveClock clock,
      DeviceWatch devices,
      KnownNames names,
      List<Losses> losses,
      Supplier<List<Trouble>> server,
      Supplier<Map<String, Long>> own,
      Time time) {
    this.threads = threads;
    this.damaged = damaged;
    this.clock = clock;
    this.devices = devices;
    this.names = names;
    this.losses = losses;
    this.server = server;
    this.own = own;
    this.time = time;
  }

  @Override
  public List<Trouble> get() {
    List<Trouble> troubles = new ArrayList<>(threads.troubles());
    troubles.addAll(damaged.troubles());
    troubles.addAll(devices.troubles());
    troubles.addAll(server.get());
    if (isNews("clock", clock.rebases())) {
      troubles.add(
          new Trouble(
              AlarmKind.CLOCK_REBASED, "", "what came meanwhile has receive times in the future"));
    }
    for (Losses of : losses) {
      if (isNews(of.log(), of.lost()) || of.isOngoing()) {
        troubles.add(new Trouble(AlarmKind.READINGS_DROPPED, of.log(), of.inWords()));
      }
    }
    names.sources().forEach(source -> ofNames(source, troubles));
    own.get().forEach((source, count) -> ofOwn(source, count, troubles));
    return troubles;
  }

  private void ofOwn(String source, long count, List<Trouble> troubles) {
    if (isNews("own " + source, count, REFUSED_NEWS_NS)) {
      troubles.add(
          new Trouble(
              AlarmKind.OWN_MESSAGES,
              source,
              count + " messages were left out; a route takes the topics of a sink"));
    }
  }

  private void ofNames(SourceNames of, List<Trouble> troubles) {
    List<String> reached = new ArrayList<>();
    for (NameLimits.Key key : NameLimits.Key.values()) {
      long refused = of.refused(key);
      if (isNews("names " + of.source() + " " + key, refused, REFUSED_NEWS_NS)) {
        reached.add(
            "limits.%s is %d, %d refused".formatted(key.word(), of.limits().of(key), refused));
      }
    }
    if (!reached.isEmpty()) {
      troubles.add(new Trouble(AlarmKind.NAMES_LIMIT, of.source(), String.join("; ", reached)));
    }
  }

  /** Whether a count that starts at 0 rose within the last hour. */
  private boolean isNews(String what, long count) {
    return isNews(what, count, NEWS_NS);
  }

  private boolean isNews(String what, long count, long newsNs) {
    Rise before = rises.getOrDefault(what, new Rise(0, 0));
    if (count > before.count()) {
      before = new Rise(count, time.elapsedNs());
      rises.put(what, before);
    }
    return before.count() > 0 && time.elapsedNs() - before.atNs() < newsNs;
  }
}
