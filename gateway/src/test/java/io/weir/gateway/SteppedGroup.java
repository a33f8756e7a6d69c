package io.weir.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.api.GroupStatus;
import io.weir.gateway.api.LedgerResponse;
import io.weir.gateway.correction.CorrectionCodec;
import io.weir.gateway.correction.CorrectionLog;
import io.weir.gateway.correction.Entry;
import io.weir.gateway.correction.Origin;
import io.weir.gateway.correction.Sharing;
import io.weir.gateway.correction.Undo;
import io.weir.gateway.log.ManualTime;
import io.weir.gateway.log.MemoryDisk;
import io.weir.gateway.log.Time;
import io.weir.gateway.settings.ConfigFile;
import io.weir.gateway.sink.MemoryStores;
import io.weir.gateway.sink.Sink.Answer;
import io.weir.gateway.source.mqtt.MemoryBroker;
import io.weir.gateway.source.mqtt.MqttFactory;
import io.weir.peers.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A plant, a broker, a store, and the gateways of a group on one thread; beside them a gateway of
 * its own with a store of its own, to which nothing ever happens: what it stores is right.
 */
final class SteppedGroup {

  private static final Duration STEP = Duration.ofMillis(500);

  /** More than the shift and the day of the test have left. */
  private static final Duration LATER = Duration.ofHours(3);

  private static final int RECORDS = 200;
  private static final String ALONE = "alone";

  final ManualTime time = new ManualTime();
  final MemoryBroker broker = new MemoryBroker(time);
  final Map<String, Member> members = new TreeMap<>();
  final Content stored = new Content();
  final Content right = new Content();

  private final Path folder;
  private final Random random;
  private final String mode;
  private final Member alone;
  private final Map<String, Integer> totals = new LinkedHashMap<>();
  private int steps;
  private int published;
  private long playedToNs;

  /** What a store holds: by series and instant, the last value of each field. */
  static final class Content {
    final Map<String, Map<String, String>> rows = new TreeMap<>();
    int written;

    /** How often rows were written of a time up to {@link #olderNs}. */
    int writtenOfBefore;

    long olderNs = Long.MIN_VALUE;

    void write(String line) {
      written++;
      if (Long.parseLong(line.substring(line.lastIndexOf(' ') + 1)) <= olderNs) {
        writtenOfBefore++;
      }
      int end = line.lastIndexOf(' ');
      int begin = firstSpace(line);
      String key = line.substring(0, begin) + " @" + line.substring(end + 1);
      Map<String, String> row = rows.computeIfAbsent(key, absent -> new TreeMap<>());
      for (int from = begin + 1; from < end; ) {
        int equals = line.indexOf('=', from);
        int to = endOfValue(line, equals + 1, end);
        row.put(line.substring(from, equals), line.substring(equals + 1, to));
        from = to + 1;
      }
    }

    /** Up to the next comma that does not stand in a text. */
    private static int endOfValue(String line, int from, int end) {
      boolean isText = false;
      for (int at = from; at < end; at++) {
        if (line.charAt(at) == '"') {
          isText = !isText;
        } else if (line.charAt(at) == ',' && !isText) {
          return at;
        }
      }
      return end;
    }

    private static int firstSpace(String line) {
      int at = line.indexOf(' ');
      while (line.charAt(at - 1) == '\\') {
        at = line.indexOf(' ', at + 1);
      }
      return at;
    }

    /** A store removes no row: what was a stop until somebody said another reason, has no time. */
    private static boolean isTakenBack(String key, Map<String, String> row) {
      return key.startsWith("stops,")
          && "0.0".equals(row.get("duration_s"))
          && "0.0".equals(row.get("count"));
    }

    /** That a state goes on is said each full minute; a row between says it to nobody. */
    private static boolean saysNothing(
        String key, Map<String, String> row, String before, Map<String, String> rowBefore) {
      int instant = key.indexOf('@') + 1;
      return key.startsWith("machine_state,")
          && Long.parseLong(key.substring(instant)) % 60_000_000_000L != 0
          && before.startsWith(key.substring(0, instant))
          && row.equals(rowBefore);
    }

    /** What a reader sees: without what says how often a row was written. */
    Map<String, Map<String, String>> values() {
      Map<String, Map<String, String>> values = new TreeMap<>();
      String[] before = {""};
      rows.forEach(
          (key, row) -> {
            Map<String, String> plain = new TreeMap<>(row);
            plain.remove("revision");
            for (String gone : plain.getOrDefault("undefined", "").replace("\"", "").split(",")) {
              plain.remove(gone); // the store still has what it was when it was defined
            }
            Map<String, String> rowBefore = values.getOrDefault(before[0], Map.of());
            if (!isTakenBack(key, plain) && !saysNothing(key, plain, before[0], rowBefore)) {
              values.put(key, plain);
              before[0] = key;
            }
          });
      return values;
    }
  }

  /** A gateway, and what it has over its lives. */
  final class Member {
    final String id;
    private final ConfigFile file;
    private final MemoryDisk disk;
    private final Content store;

    /** How much its own clocks differ. */
    private final Duration ahead;

    @Nullable Gateway gateway;
    boolean storeIsUp = true;
    long written;

    Member(String id, String group, Content store, Duration ahead) throws IOException {
      this.id = id;
      this.store = store;
      this.ahead = ahead;
      disk = new MemoryDisk(new Random(random.nextLong()));
      Path yaml = folder.resolve(id + ".yaml");
      Files.writeString(
          yaml,
          """
          gateway: { id: %s, data-dir: data-%s%s }
          http: { port: %d }
          sources: [ { name: plant, type: mqtt, url: "tcp://broker:1883" } ]
          routes: [ { topic: "plant/{line}/{machine}", format: json } ]
          buffer: { segment-size: 1MiB, max-size: 16MiB, max-message-size: 16KiB }
          sinks:
            - { name: history, type: influxdb, version: 1, url: "http://store:8086", database: d }
          efficiency:
            zone: UTC
            shifts: [ { name: early, start: "00:00", end: "12:00" }, { name: late, start: "12:00", end: "00:00" } ]
            defaults:
              state: { metric: state, running: [RUNNING] }
              count: { total: total, good: good }
              ideal-cycle: 1s
          """
              .formatted(id, id, group, Ports.free()));
      file = new ConfigFile(yaml, Map.of(), List.of());
    }

    private Time clock() {
      return new Time() {
        @Override
        public long wallNs() {
          return time.wallNs() + ahead.toNanos();
        }

        @Override
        public long elapsedNs() {
          return time.elapsedNs() + ahead.toNanos();
        }
      };
    }

    private String client() {
      return "weir-" + id + "-plant";
    }

    void start() throws Exception {
      GatewayParts parts =
          new GatewayParts(
              clock(),
              disk,
              SteppedParts.NO_THREADS,
              type -> new MqttFactory(broker),
              type -> new MemoryStores(this::write),
              Runnable::run);
      gateway = Gateway.build(file, file.load(), "test", parts);
    }

    private Answer write(String sink, List<String> lines) {
      if (!storeIsUp) {
        return new Answer.Down("the store is down");
      }
      written += lines.size();
      lines.forEach(store::write);
      return new Answer.Stored();
    }

    /** The machine loses power. */
    void die() {
      broker.die(client());
      disk.crash();
      gateway = null;
    }

    void stop() {
      if (gateway != null) {
        gateway.close();
        gateway = null;
      }
    }

    /** Its network is gone, or back. */
    void isAway(boolean away) {
      if (away) {
        broker.away.add(client());
        broker.cut(client());
      } else {
        broker.away.remove(client());
      }
    }

    /** The group as its status shows it. */
    GroupStatus group() {
      return Objects.requireNonNull(Objects.requireNonNull(gateway).view().status().group());
    }

    /** Each member that this one knows, what it does, and how many machines it sends. */
    List<String> states() {
      return group().members().stream()
          .map(each -> each.id() + " " + each.state() + " " + each.machines())
          .toList();
    }

    /** What people said, as it has it. */
    CorrectionLog said() {
      return Objects.requireNonNull(Objects.requireNonNull(gateway).corrections());
    }

    /** Somebody says something here; it is answered once it is on the disk of this member. */
    CompletableFuture<Entry> say(Function<Origin, Entry> what) throws Exception {
      return said().append(what.apply(new Origin("anna", clock().wallNs(), "10.0.0.7")));
    }

    /** All that it knows, without its ids, in the order on which members agree. */
    List<String> knows() throws Exception {
      Map<Long, String> all = new TreeMap<>();
      Map<Long, Long> ranks = new HashMap<>();
      try (CorrectionLog.Entries entries = said().from(0)) {
        for (Entry each = entries.next(); each != null; each = entries.next()) {
          ranks.put(each.id(), each.rank());
          String text = CorrectionCodec.json(each).without(List.of("id", "of")).toString();
          all.merge(
              each.rank(),
              each instanceof Undo undo ? text + " of " + ranks.get(undo.of()) : text,
              (one, other) -> "twice " + one);
        }
      }
      return List.copyOf(all.values());
    }

    boolean sends() {
      return gateway != null
          && group().members().stream()
              .anyMatch(each -> each.id().equals(id) && each.view().contains(id));
    }
  }

  SteppedGroup(Path folder, long seed, String mode, String... ids) throws Exception {
    this.folder = folder;
    this.random = new Random(seed);
    alone = new Member(ALONE, "", right, Duration.ZERO);
    alone.start();
    this.mode = mode;
    for (String id : ids) {
      join(id);
    }
  }

  /** A member that has nothing on its disk. */
  Member join(String id) throws Exception {
    String group = ", group: { name: g, source: plant, mode: " + mode + " }";
    Duration ahead = Duration.ofMillis(random.nextInt(4_000) - 2_000);
    Member member = new Member(id, group, stored, ahead);
    members.put(id, member);
    member.start();
    return member;
  }

  /** Lets everything run, without a message of the plant. */
  void pass(Duration span) {
    for (long left = span.dividedBy(STEP); left > 0; left--) {
      step();
    }
  }

  private void step() {
    steps++;
    step(alone);
    members.values().forEach(this::step);
    broker.turn();
    time.advance(STEP);
    members.values().forEach(this::tellAlone);
  }

  /** The gateway alone is told the same, once it is answered. */
  private void tellAlone(Member by) {
    if (by.gateway == null) {
      return;
    }
    Sharing to = alone.said().sharing();
    try {
      for (long stream : by.said().sharing().kept().keySet()) {
        long has = to.kept().getOrDefault(stream, -1L);
        Sharing.Batch batch = by.said().sharing().after(stream, has, Integer.MAX_VALUE);
        if (batch != null) {
          to.take(batch.bytes());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void step(Member member) {
    if (member.gateway != null) {
      member.gateway.step(Runnable::run, RECORDS);
    }
  }

  /** The same while machines send. */
  void produce(Duration span) {
    for (long left = span.dividedBy(STEP); left > 0; left--) {
      if (steps % 2 == 0) {
        send();
      }
      step();
    }
  }

  private void send() {
    for (String machine : List.of("l1/a", "l1/b", "l2/a", "l3/a", "l4/a", "l7/a")) {
      boolean runs = random.nextInt(10) > 0;
      int total = totals.merge(machine, runs ? 1 : 0, Integer::sum);
      published++;
      broker.publish(
          "plant/" + machine,
          "{\"ts\": %d, \"state\": \"%s\", \"total\": %d, \"good\": %d, \"n\": %d}"
              .formatted(
                  time.wallNs() / 1_000_000 + random.nextInt(3),
                  runs ? "RUNNING" : "STOPPED",
                  total,
                  total - total / 10,
                  published));
    }
  }

  /** Who sends now. */
  Set<String> senders() {
    Set<String> senders = new TreeSet<>();
    members.forEach(
        (id, member) -> {
          if (member.sends()) {
            senders.add(id);
          }
        });
    return senders;
  }

  /** What is stored is what a gateway alone has stored, and every ledger adds up. */
  void assertRight() {
    assertThat(difference())
        .as("what differs from the store of a gateway alone; %s", state())
        .isEmpty();
    assertThat(right.rows.keySet().stream().filter(key -> key.startsWith("telemetry")))
        .isNotEmpty();
    for (Member each : members.values()) {
      if (each.gateway != null) {
        for (LedgerResponse.Sink sink : each.gateway.view().ledger().sinks()) {
          assertThat(sink.getUnexplained()).as("%s %s", each.id, sink).isZero();
        }
      }
    }
  }

  /**
   * Hours later the machines go on, so that all before is final; what was played is compared, not
   * what stands of the last minutes.
   */
  void settle() {
    settle(LATER);
  }

  /**
   * The same.
   *
   * @param later more than the day has left
   */
  void settle(Duration later) {
    playedToNs = time.wallNs();
    time.advance(later);
    pass(Duration.ofSeconds(20));
    produce(Duration.ofSeconds(90));
    pass(Duration.ofSeconds(150));
  }

  private boolean isPlayed(String key) {
    return Long.parseLong(key.substring(key.lastIndexOf('@') + 1)) <= playedToNs;
  }

  private List<String> difference() {
    Map<String, Map<String, String>> is = stored.values();
    Map<String, Map<String, String>> should = right.values();
    List<String> differ = new ArrayList<>();
    Set<String> keys = new HashSet<>(is.keySet());
    keys.addAll(should.keySet());
    keys.removeIf(key -> !isPlayed(key));
    for (String key : new TreeSet<>(keys)) {
      Map<String, String> one = is.get(key);
      Map<String, String> other = should.get(key);
      if (one == null || !one.equals(other)) {
        differ.add(
            key
                + (one == null
                    ? " is missing"
                    : other == null ? " is too much: " + one : apart(one, other)));
      }
    }
    return differ.subList(0, Math.min(5, differ.size()));
  }

  private static String apart(Map<String, String> one, Map<String, String> other) {
    StringBuilder text = new StringBuilder();
    Set<String> fields = new TreeSet<>(one.keySet());
    fields.addAll(other.keySet());
    for (String each : fields) {
      if (!Objects.equals(one.get(each), other.get(each))) {
        text.append(' ').append(each).append(' ').append(one.get(each));
        text.append(" not ").append(other.get(each));
      }
    }
    return text.substring(0, Math.min(200, text.length()));
  }

  /** How the group is, for who reads a failure. */
  private String state() {
    StringBuilder text = new StringBuilder();
    members.forEach(
        (id, member) -> {
          if (member.gateway != null) {
            text.append(member.group()).append(' ');
            member
                .gateway
                .view()
                .status()
                .sinks()
                .forEach(
                    sink ->
                        text.append(sink.log())
                            .append(' ')
                            .append(sink.state())
                            .append(' ')
                            .append(sink.lagBytes())
                            .append(' ')
                            .append(sink.ledger())
                            .append('\n'));
          }
        });
    return text.toString();
  }

  /** Up to which time all was played, once it is settled. */
  long playedToNs() {
    return playedToNs;
  }

  int published() {
    return published;
  }
}
