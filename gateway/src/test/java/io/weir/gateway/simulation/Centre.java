package io.weir.gateway.simulation;

import io.weir.gateway.Gateway;
import io.weir.gateway.GatewayParts;
import io.weir.gateway.SteppedParts;
import io.weir.gateway.api.LedgerResponse;
import io.weir.gateway.log.Time;
import io.weir.gateway.settings.Config;
import io.weir.gateway.sink.MemoryStores;
import io.weir.gateway.sink.Sink.Answer;
import io.weir.gateway.sink.weir.LinkedSinks;
import io.weir.gateway.source.weir.LinkedSource;
import io.weir.gateway.uplink.LinkAnswer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The gateway to which the one under test sends its readings and figures, with a disk and a store
 * of its own, and the line between the two.
 */
final class Centre implements LinkedSinks.Line {

  /** The sink that sends to it. */
  static final String SINK = "centre";

  private static final String SENDER = "simulated";
  static final String SOURCE = "gateways";

  /** The file, but for the source, which needs certificates. */
  static final String YAML =
      """
      gateway: { id: centre, data-dir: data }
      sources: [ { name: gateways, type: http } ]
      sinks:
        - name: store
          type: influxdb
          version: 1
          url: "http://store:8086"
          database: d
          precision: ms
      """;

  /** Of its disk, by the variant. */
  private static final List<FaultKind> DISK_KINDS =
      List.of(
          FaultKind.FORCE_FAILS,
          FaultKind.WRITE_FAILS,
          FaultKind.DISK_FULL,
          FaultKind.READ_FAILS,
          FaultKind.OPEN_FAILS,
          FaultKind.RENAME_FAILS,
          FaultKind.TRUNCATE_FAILS,
          FaultKind.DIRECTORY_FAILS,
          FaultKind.DELETE_FAILS,
          FaultKind.LIST_FAILS);

  /** What the line does to a request. */
  private enum Mishap {
    NONE,
    /** It does not arrive. */
    REFUSED,
    /** A part arrives, or all of it but the end of the connection. */
    CUT,
    /** Its answer does not come. */
    UNHEARD,
    /** Nothing is heard of it, and it arrives some time later. */
    LATE
  }

  /**
   * A sender that dies saves its position now and then, if its disk lets it, and sends again what
   * came since.
   */
  private static final long UNSAVED_NS = TimeUnit.SECONDS.toNanos(5);

  /** Within which it has done so, if the line lets it. */
  private static final long SENT_AGAIN_NS = TimeUnit.MINUTES.toNanos(2);

  private static final int MOST_OPERATIONS = 60;
  private static final int STEPS = 20;

  /** Steps of the gateway within which it answers, or nobody waits any more. */
  private static final int PATIENCE = 6;

  private final Faults faults;
  private final Faults diskFaults;
  private final SimulatedDisk disk;
  private final OneThread thread;
  private final Random random;
  private final Config config;
  private final StoreContent content;
  private final Time clock;
  private final List<Runnable> late = new ArrayList<>();

  /** Each row that it was given, with the number of its readings. */
  private final Map<String, Integer> rows = new HashMap<>();

  /**
   * Whether a row may be stored once more: one that came before its turn, or, where both gateways
   * died, one of a batch of which the segments of so small a log cannot hold all marks.
   */
  private boolean mayStoreAgain;

  /** Whether one place has other rows in the end, of which those before were perhaps not stored. */
  private final boolean placesAreGivenAgain;

  private long diedNs;
  private long senderDiedNs;
  private long struck;

  private Life life;

  /** The crash that is due in this turn, in the middle of what it does to the disk. */
  private @Nullable Fault dies;

  private @Nullable Gateway gateway;
  private @Nullable LinkedSource source;

  Centre(Scenario scenario, Faults faults, SimulatedTime time, OneThread thread) {
    this.faults = faults;
    this.thread = thread;
    config = SimulatedConfig.centre(scenario.isBulky());
    mayStoreAgain = scenario.isBulky();
    placesAreGivenAgain = faults.has(FaultKind.BROUGHT_BACK);
    random = scenario.random(SINK);
    Scenario ofDisk = new Scenario(scenario.seed() + 1, scenario.messages(), ofDisk(scenario));
    diskFaults = new Faults(ofDisk);
    disk = new SimulatedDisk(ofDisk, diskFaults, time, thread);
    clock =
        new Time() {
          @Override
          public long wallNs() {
            return time.trueNs();
          }

          @Override
          public long elapsedNs() {
            return time.elapsedNs();
          }
        };
    life = new Life(clock, disk.files());
    content = new StoreContent(1_000_000);
  }

  private static List<Fault> ofDisk(Scenario scenario) {
    return scenario.faults().stream()
        .filter(each -> each.kind() == FaultKind.CENTRE_DISK)
        .map(
            each ->
                new Fault(
                    DISK_KINDS.get(each.variant() % DISK_KINDS.size()),
                    each.at(),
                    each.turns(),
                    each.variant() / DISK_KINDS.size()))
        .toList();
  }

  /** What its store holds. */
  StoreContent content() {
    return content;
  }

  // ---- Its life

  void turn() throws Exception {
    boolean ended = faults.turn() == Integer.MAX_VALUE;
    diskFaults.turn(faults.turn());
    disk.turn();
    if (dies != null) {
      crash();
    }
    if (gateway == null) {
      start();
    }
    List<Runnable> arriving = new ArrayList<>(late);
    for (Runnable each : arriving) {
      if (ended || random.nextInt(4) == 0) {
        late.remove(each);
        alive(each);
      }
    }
    Fault crash = faults.now(FaultKind.CENTRE_CRASH);
    if (crash != null && crash.at() == faults.turn()) {
      faults.struck(FaultKind.CENTRE_CRASH);
      dies = crash;
      disk.crashAfter(random.nextInt(MOST_OPERATIONS), this::dead);
    }
    step(STEPS);
    long now = diskFaults.strikes().values().stream().mapToLong(Long::longValue).sum();
    if (now > struck) {
      struck = now;
      faults.struck(FaultKind.CENTRE_DISK);
    }
  }

  private void start() throws Exception {
    GatewayParts parts =
        new GatewayParts(
            life.time(),
            life.files(),
            SteppedParts.NO_THREADS,
            type -> LinkedSource.factory(rows, opened -> source = opened),
            type -> new MemoryStores(this::write),
            Runnable::run);
    disk.starting(true);
    try {
      gateway = Gateway.build(SimulatedConfig.CENTRE, config, "test", parts);
    } catch (IOException e) {
      if (!diskFaults.isAny()) {
        throw e;
      }
      end();
      life = new Life(clock, disk.files());
    } finally {
      disk.starting(false);
    }
  }

  private Answer write(String sink, List<String> lines) {
    thread.check();
    if (faults.now(FaultKind.CENTRE_STORE) != null) {
      faults.struck(FaultKind.CENTRE_STORE);
      return new Answer.Down("refused");
    }
    lines.forEach(content::store);
    return new Answer.Stored();
  }

  private void step(int steps) {
    alive(
        () -> {
          if (gateway != null) {
            gateway.step(Runnable::run, steps);
          }
        });
  }

  /** Lets the gateway do something, in which it may die. */
  private void alive(Runnable something) {
    try {
      if (!life.isOver()) {
        something.run();
      }
    } catch (Crash e) {
      // it is dead from then on
    }
  }

  private void dead() {
    disk.kill();
    life.end();
  }

  private void crash() {
    Fault due = dies;
    dies = null;
    end();
    if (due != null && due.variant() % 3 != 0) {
      disk.crash();
    }
    life = new Life(clock, disk.files());
  }

  /** The gateway that sends to it died. */
  void senderDied() {
    senderDiedNs = clock.elapsedNs();
    mayStoreAgain |= faults.mayRefuse() || senderDiedNs - diedNs <= UNSAVED_NS;
  }

  private void end() {
    diedNs = clock.elapsedNs();
    mayStoreAgain |= diedNs - senderDiedNs <= SENT_AGAIN_NS;
    dead();
    if (gateway != null) {
      gateway.close();
    }
    gateway = null;
    source = null;
  }

  void close() {
    end();
  }

  // ---- The line

  @Override
  public LinkAnswer state(String batch) throws IOException {
    return ask((to, reply) -> to.state(SENDER, batch, reply), (to, reply) -> {});
  }

  @Override
  public LinkAnswer post(String batch, byte[] bytes, int from, int count) throws IOException {
    int arriving = random.nextInt(3) == 0 ? count : random.nextInt(count + 1);
    return ask(
        (to, reply) -> post(to, batch, bytes, from, count, false, reply),
        (to, reply) -> post(to, batch, bytes, from, arriving, true, reply));
  }

  private static void post(
      LinkedSource to,
      String batch,
      byte[] bytes,
      int from,
      int count,
      boolean cut,
      Consumer<LinkAnswer> reply) {
    byte[] part = Arrays.copyOfRange(bytes, from, from + count);
    to.post(SENDER, batch, from, bytes.length, part, cut, reply);
  }

  private LinkAnswer ask(
      BiConsumer<LinkedSource, Consumer<LinkAnswer>> request,
      BiConsumer<LinkedSource, Consumer<LinkAnswer>> cut)
      throws IOException {
    thread.check();
    Mishap mishap = mishap();
    LinkedSource to = source;
    if (to == null || life.isOver() || mishap == Mishap.REFUSED) {
      throw new IOException("connection refused");
    }
    if (mishap == Mishap.LATE) {
      late.add(
          () -> {
            if (source != null) {
              request.accept(source, answer -> {});
            }
          });
      throw new IOException("timed out");
    }
    List<LinkAnswer> answers = new ArrayList<>();
    alive(() -> (mishap == Mishap.CUT ? cut : request).accept(to, answers::add));
    for (int i = 0; i < PATIENCE && answers.isEmpty() && mishap != Mishap.CUT; i++) {
      step(1);
    }
    if (answers.isEmpty() || life.isOver() || mishap != Mishap.NONE) {
      throw new IOException("timed out");
    }
    return answers.get(0);
  }

  private Mishap mishap() {
    Fault line = faults.now(FaultKind.LINE_FAILS);
    if (line == null || random.nextInt(4) == 0) {
      return Mishap.NONE;
    }
    faults.struck(FaultKind.LINE_FAILS);
    Mishap[] all = Mishap.values();
    boolean mixed = line.variant() % 2 == 0;
    return all[
        1 + (mixed ? random.nextInt(all.length - 1) : line.variant() / 2 % (all.length - 1))];
  }

  // ---- What it says

  /** Whether all that it has is stored. */
  boolean isQuiet() {
    Gateway running = gateway;
    return running != null
        && late.isEmpty()
        && running.view().ledger().sinks().stream().allMatch(sink -> sink.pending() == 0);
  }

  /** What is not done yet, for people. */
  String standing() {
    Gateway running = gateway;
    return running == null
        ? "it does not start"
        : running.view().status().log() + ", " + running.view().ledger();
  }

  /**
   * What is wrong with what it counts; what its sender sent is in its store.
   *
   * @param corrupt readings that damage destroyed at the sender, perhaps when they were on their
   *     way here
   */
  List<String> faults(long corrupt) {
    Gateway running = gateway;
    if (running == null) {
      return List.of("STANDSTILL: the other gateway does not start");
    }
    LedgerResponse ledger = running.view().ledger();
    if (!Verdict.isBalanced(ledger)) {
      return List.of("LEDGER of the other gateway does not add up: " + ledger);
    }
    long given = rows.values().stream().mapToLong(Integer::longValue).sum();
    long appended = ledger.sources().stream().mapToLong(LedgerResponse.Source::appended).sum();
    boolean isLost = appended < given - corrupt;
    boolean isTwice = appended > given && !mayStoreAgain;
    return placesAreGivenAgain || !isLost && !isTwice
        ? List.of()
        : List.of("TWICE or not at all: it was given " + given + " readings, and says " + ledger);
  }
}
