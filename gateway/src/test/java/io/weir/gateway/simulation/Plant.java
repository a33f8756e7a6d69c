package io.weir.gateway.simulation;

import io.weir.gateway.Gateway;
import io.weir.gateway.GatewayParts;
import io.weir.gateway.SteppedParts;
import io.weir.gateway.api.GatewayView;
import io.weir.gateway.api.Health;
import io.weir.gateway.api.Status;
import io.weir.gateway.config.ConfigException;
import io.weir.gateway.config.Section;
import io.weir.gateway.datadir.Backup;
import io.weir.gateway.datadir.DataDirectory;
import io.weir.gateway.plugin.ReadContext;
import io.weir.gateway.quarantine.QuarantineBook.Selection;
import io.weir.gateway.sink.SinkFactory;
import io.weir.gateway.sink.weir.LinkedSinks;
import io.weir.gateway.source.Source;
import io.weir.gateway.source.SourceConfig;
import io.weir.gateway.source.SourceContext;
import io.weir.gateway.source.SourceFactory;
import io.weir.gateway.source.http.HttpSource;
import io.weir.gateway.source.http.HttpSourceFactory;
import io.weir.gateway.source.mqtt.MqttFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The gateway under test, and the simulated parts that it is built from, again after each crash.
 */
final class Plant {

  /** A turn of a busy gateway has about as many operations on the disk. */
  private static final int MOST_OPERATIONS = 60;

  /** Of what is replayed. */
  private static final List<String> ORIGINS =
      List.of("", "", "plant", "history", "archive", "replay");

  final OneThread thread = new OneThread();
  final Faults faults;
  final SimulatedTime time = new SimulatedTime(thread);
  final SimulatedDisk disk;
  final SimulatedStore stores;
  final SimulatedBroker broker;
  final Trace trace = new Trace();
  final Oracle oracle = new Oracle(trace);
  final Posts posts = new Posts(oracle);
  final Nodes nodes;

  /** The gateway to which this one sends; only in scenarios with one. */
  final @Nullable Centre centre;

  /** How many messages had come when each sink was there; of those that are there. */
  final Map<String, Integer> since = new LinkedHashMap<>();

  private final Random random;
  private final SimulatedConfig config;
  private final Writes writes;
  private Life life;

  /** The replay that is due in this turn. */
  private @Nullable Fault replay;

  /** The change of the configuration that is due in this turn. */
  private @Nullable Fault reload;

  /** The copy of the folder that is due in this turn. */
  private @Nullable Fault copies;

  /** Brings a copy back, by the turn in which that is due. */
  private final Map<Integer, Runnable> copied = new HashMap<>();

  /** Whether somebody has the gateway started again at the end of this turn. */
  private boolean restarts;

  /** What the gateway was started with. */
  private Edition started = Edition.FIRST;

  /** The crash that is due in this turn. */
  private @Nullable Fault dies;

  private @Nullable Gateway gateway;
  private @Nullable HttpSource http;
  private @Nullable Source mqtt;

  Plant(Scenario scenario) {
    faults = new Faults(scenario);
    disk = new SimulatedDisk(scenario, faults, time, thread);
    stores = new SimulatedStore(scenario, faults, time, thread, trace, oracle);
    broker = new SimulatedBroker(scenario, faults, time, thread, oracle);
    random = scenario.random("crashes");
    nodes = new Nodes(scenario, time, broker, faults);
    config = new SimulatedConfig(scenario);
    writes = new Writes(scenario.random("writes"));
    centre = scenario.hasCentre() ? new Centre(scenario, faults, time, thread) : null;
    life = new Life(time, disk.files());
  }

  /**
   * One turn of all: the broker, the gateway, the posts.
   *
   * @param steps of the gateway at most, as long as it has writes under way
   */
  void turn(int steps) throws Exception {
    disk.turn();
    Runnable back = copied.remove(faults.turn());
    if (back != null) {
      back.run();
    }
    try {
      if (gateway == null) {
        start();
      }
      if (centre != null) {
        centre.turn();
      }
      nodes.answer();
      broker.turn();
      writes.turn();
      Fault change = reload;
      if (change != null) {
        reload = null;
        change(change);
      }
      Fault toCopy = copies;
      if (toCopy != null) {
        copies = null;
        copyNow(toCopy);
      }
      if (gateway != null) {
        Fault wanted = replay;
        if (wanted != null) {
          replay = null;
          replayNow(gateway, wanted);
        }
        if (http != null) {
          posts.turn(http, life);
        }
        gateway.step(writes, steps);
      }
      for (int i = 1; i < steps && gateway != null && !writes.isEmpty(); i++) {
        writes.turn();
        gateway.step(writes, steps);
      }
    } catch (Crash e) {
      // seen below, as one that the gateway caught is
    }
    if (restarts) {
      restarts = false;
      crash(false);
    }
    Fault due = dies;
    if (due != null) {
      dies = null;
      crash(due.isPowerFailure());
    }
  }

  /** The gateway dies now, or in this turn in the middle of what it does to the disk. */
  void crash(Fault crash) {
    if (crash.variant() % 4 == 0) {
      crash(crash.isPowerFailure());
    } else {
      dies = crash;
      disk.crashAfter(random.nextInt(MOST_OPERATIONS), this::dead);
    }
  }

  /** Somebody copies the folder of the gateway in this turn, to bring it back later. */
  void copy(Fault wanted) {
    copies = wanted;
  }

  /**
   * A backup; or a plain copy, without what it must not have: what is known of the sessions of
   * brokers, which go on.
   */
  private void copyNow(Fault wanted) {
    Path folder = config.read().gateway().dataDir();
    Set<SentMessage> answered = oracle.answered();
    try {
      Map<Path, byte[]> files;
      if (wanted.variant() % 3 == 0) {
        files = disk.copy(folder, false);
        files.keySet().removeIf(file -> file.startsWith("sessions"));
      } else {
        Path to = folder.resolveSibling("backup");
        try {
          Backup.take(
              new DataDirectory(folder), to, life.files(), "simulated", "test", Instant.EPOCH);
        } finally {
          files = disk.copy(to, true);
        }
        files.remove(Path.of("weir-backup.txt"));
      }
      copied.put(
          Math.min(wanted.at() + wanted.turns(), Scenario.TURNS - 1),
          () -> {
            faults.struck(FaultKind.BROUGHT_BACK);
            copied.clear(); // a later copy says that the stores have what is sent again only now
            crash(false);
            disk.bringBack(folder, files);
            oracle.broughtBack(answered);
          });
    } catch (IOException e) {
      trace.note("no copy", faults.turn());
    }
  }

  /** Somebody has the quarantine replayed in this turn. */
  void replay(Fault wanted) {
    replay = wanted;
  }

  /** All of it, what a source brought, or what a sink refused; now and then once more. */
  private void replayNow(Gateway running, Fault wanted) {
    String origin = ORIGINS.get(wanted.variant() % ORIGINS.size());
    boolean again = wanted.variant() / ORIGINS.size() % 3 == 0;
    oracle.replayed();
    faults.struck(FaultKind.REPLAY);
    try {
      running
          .replay()
          .run(
              new Selection(null, null, origin.isEmpty() ? null : origin, null, Long.MIN_VALUE),
              again);
    } catch (IOException e) {
      trace.note("replay refused", faults.turn()); // whoever wanted it tries again, or does not
    }
  }

  /**
   * Somebody has all replayed that was not replayed yet; false where the log has no room for it.
   */
  boolean replayAll() {
    Gateway running = gateway;
    if (running == null) {
      return false;
    }
    oracle.replayed();
    try {
      running.replay().run(Selection.ALL, false);
      return true;
    } catch (IOException e) {
      if (String.valueOf(e.getMessage()).contains("the log is full")) {
        return false;
      }
      throw new AssertionError("no fault strikes, and a replay ends early", e);
    }
  }

  /** Somebody changes the configuration in this turn. */
  void reload(Fault wanted) {
    reload = wanted;
  }

  private void change(Fault change) {
    faults.struck(FaultKind.RELOAD);
    if (Edition.isBroken(change)) {
      mistake(change);
    } else {
      use(config.edition().changed(change));
      restarts = Edition.restarts(change) && !config.edition().hasPartsOf(started);
    }
  }

  /** Whoever makes it takes it back when it is refused. */
  private void mistake(Fault change) {
    config.write(config.edition().brokenYaml(change));
    try {
      takeOver();
      if (gateway != null) {
        throw new AssertionError("a configuration with a mistake is taken over");
      }
    } catch (ConfigException e) {
      trace.note("refused", faults.turn());
    }
    config.edit(config.edition());
  }

  private void use(Edition next) {
    config.edit(next);
    try {
      takeOver();
    } catch (ConfigException e) {
      throw new AssertionError("a good configuration is refused: " + e.problems(), e);
    }
    if (gateway != null) {
      oracle.routes(next.routing());
    }
  }

  /** A gateway that does not run reads the file when it starts. */
  private void takeOver() throws ConfigException {
    if (gateway != null) {
      gateway.reload().begin("a change");
    }
  }

  /** After the last fault somebody lets all come again, and be read. */
  void mendConfiguration() {
    Edition mended = config.edition().mended();
    if (!mended.equals(config.edition())) {
      use(mended);
    }
    if (gateway != null && !mended.hasPartsOf(started)) {
      crash(false);
    }
  }

  /** Starts the gateway. If the disk fails meanwhile, it ends, and is started again later. */
  private void start() throws Exception {
    GatewayParts parts =
        new GatewayParts(
            life.time(),
            life.files(),
            SteppedParts.NO_THREADS,
            type ->
                type.equals("mqtt")
                    ? new Noted<>(new MqttFactory(broker), opened -> mqtt = opened)
                    : new Noted<>(new HttpSourceFactory(), opened -> http = (HttpSource) opened),
            this::sinks,
            this::evaluate);
    disk.starting(true);
    started = config.edition();
    since.keySet().retainAll(started.sinks());
    try {
      gateway = Gateway.build(config.file(), config.read(), "test", parts);
      oracle.routes(started.routing());
      started.sinks().forEach(sink -> since.putIfAbsent(sink, oracle.count()));
    } catch (IOException e) {
      if (!faults.isAny()) {
        throw e;
      }
      crash(false);
    } finally {
      disk.starting(false);
    }
  }

  private SinkFactory<?> sinks(String type) {
    return centre != null && type.equals("weir") ? new LinkedSinks(centre) : stores;
  }

  /** Runs an expression of JSONata; here a defect of a decoder strikes, for a while or for good. */
  private void evaluate(Runnable expression) {
    Fault defect = faults.begun(FaultKind.DEFECT);
    if (defect != null && (defect.isAt(faults.turn()) || defect.variant() % 2 == 0)) {
      faults.struck(FaultKind.DEFECT);
      throw new AssertionError("a defect of a decoder, simulated");
    }
    expression.run();
  }

  private void crash(boolean powerFails) {
    end();
    if (powerFails) {
      disk.crash();
    }
    life = new Life(time, disk.files());
  }

  /** From one moment to the next nothing that the gateway does has an effect. */
  private void dead() {
    disk.kill();
    life.end();
    if (centre != null) {
      centre.senderDied();
    }
    broker.clientDied();
    oracle.gatewayDied();
    posts.gatewayDied();
    writes.gatewayDied();
  }

  /** The simulation is over. */
  void close() {
    end();
    if (centre != null) {
      centre.close();
    }
    config.end();
  }

  /** The gateway is gone, and its memory is free again. */
  private void end() {
    dead();
    if (gateway != null) {
      gateway.close();
    }
    gateway = null;
    http = null;
    mqtt = null;
  }

  /** What the gateway answers about itself; {@code null} while it does not run. */
  @Nullable GatewayView view() {
    return gateway == null ? null : gateway.view();
  }

  /** Whether all that was sent has gone its way, and every part is well. */
  boolean isQuiet() {
    GatewayView now = view();
    return now != null
        && broker.isQuiet()
        && posts.isQuiet()
        && now.ledger().sinks().stream().allMatch(sink -> sink.pending() == 0)
        && (centre == null || centre.isQuiet())
        && unwell(now).isEmpty();
  }

  /** Whether the quarantine does not have all yet that the sources rejected. */
  boolean isCopying() {
    GatewayView now = view();
    return now != null && Objects.requireNonNull(now.ledger().quarantine()).pending() > 0;
  }

  /** The parts that are not ready. The source of posts is not: no server was started for it. */
  private static List<Health.Part> unwell(GatewayView now) {
    return now.health().parts().stream()
        .filter(part -> !part.ready() && !part.name().equals("posts"))
        .toList();
  }

  /**
   * Compares the size of the log with its bound.
   *
   * @throws AssertionError if it is larger
   */
  static void checkBounds(GatewayView now) {
    Status.LogStatus log = now.status().log();
    if (log.bytes() > log.maxBytes()) {
      throw new AssertionError("the log is larger than it may be: " + log);
    }
  }

  /** What is not done yet, for people. */
  String standing() {
    GatewayView now = view();
    return now == null
        ? "the gateway does not start"
        : "broker quiet: %s, posts quiet: %s, not ready: %s, %s%s"
            .formatted(
                broker.isQuiet(),
                posts.isQuiet(),
                unwell(now),
                now.ledger(),
                centre == null ? "" : ", centre: " + centre.standing());
  }

  /** Lost sessions that the gateway has noticed since it was started. */
  long sessionsLost() {
    return mqtt == null ? 0 : mqtt.status().sessionsLost();
  }

  /** A factory that says what it opened. */
  private record Noted<C extends SourceConfig>(SourceFactory<C> real, Consumer<Source> opened)
      implements SourceFactory<C> {

    @Override
    public String name() {
      return real.name();
    }

    @Override
    public String summary() {
      return real.summary();
    }

    @Override
    public Class<C> configType() {
      return real.configType();
    }

    @Override
    public C read(Section section, ReadContext context) {
      return real.read(section, context);
    }

    @Override
    public Source open(C config, SourceContext context) {
      Source source = real.open(config, context);
      opened.accept(source);
      return source;
    }
  }
}
