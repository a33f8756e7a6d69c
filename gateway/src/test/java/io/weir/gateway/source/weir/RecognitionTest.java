package io.weir.gateway.source.weir;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.gateway.intake.Decoding;
import io.weir.gateway.intake.Intake;
import io.weir.gateway.intake.IntakeTotals;
import io.weir.gateway.intake.SomeTotals;
import io.weir.gateway.log.Feed;
import io.weir.gateway.log.LogOptions;
import io.weir.gateway.log.ManualTime;
import io.weir.gateway.log.MemoryDisk;
import io.weir.gateway.log.OffsetRange;
import io.weir.gateway.log.SegmentLog;
import io.weir.gateway.log.Soak;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.MessageCodec;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Value;
import io.weir.gateway.normalize.Memory;
import io.weir.gateway.normalize.NormalizerMemory;
import io.weir.gateway.normalize.ReceiveClock;
import io.weir.gateway.normalize.Types;
import io.weir.gateway.settings.Config;
import io.weir.gateway.settings.ConfigLoader;
import io.weir.gateway.uplink.LinkBatch;
import io.weir.gateway.uplink.LinkCodec;
import io.weir.gateway.uplink.LinkRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A sender and a receiver in steps: requests and answers are lost, old requests come late, new rows
 * go before their turn, both are killed at any moment, and the sender's folder is brought back from
 * a backup or from a plain copy of it. Whatever the sender was told to be stored is in the
 * receiver's log, and nothing of it was taken for something that came before.
 */
class RecognitionTest {

  private static final int SEEDS = Soak.count(2, 40);
  private static final int LARGE_SEEDS = Soak.count(1, 60);
  private static final Series SERIES = new Series("telemetry", Asset.NONE, Map.of());

  @TempDir Path folder;
  private Config config;

  @BeforeEach
  void configure() throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("weir.yaml"),
            "gateway: { id: plant }\nsources: [ { name: in, type: http } ]\n");
    config = ConfigLoader.load(file, Map.of());
  }

  /** The receiving side on a disk that keeps of a crash what was forced. */
  private final class Receiver {
    final Random random;
    final MemoryDisk disk;
    final ManualTime time = new ManualTime();
    SegmentLog log;
    Storing storing;

    Receiver(Random random) throws Exception {
      this.random = random;
      disk = new MemoryDisk(random);
      open();
    }

    void open() throws Exception {
      IntakeTotals ledger = SomeTotals.of(10);
      LogOptions options =
          new LogOptions(
              Path.of("log"),
              64 << 10,
              256 << 20,
              LogOptions.WhenFull.BLOCK,
              Duration.ZERO,
              32 << 10);
      SimpleMeterRegistry meters = new SimpleMeterRegistry();
      log = SegmentLog.open("readings", options, disk, time, ledger, meters);
      Decoding decoding =
          new Decoding(config.routes(), Types.load(new Memory()), new NormalizerMemory());
      ReceiveClock clock = new ReceiveClock(time, 1, ledger.receiveTimes());
      Intake intake = new Intake(decoding, log, ledger, clock, time, meters, 32 << 10, null);
      storing = new Storing("gateways", null, intake.passage());
    }

    void crash() throws Exception {
      disk.kill();
      disk.crash();
      open();
    }

    /** How often each value is in the log. */
    Map<Long, Integer> values() throws IOException {
      Map<Long, Integer> values = new HashMap<>();
      for (Reading each : readings()) {
        values.merge(((Value.Whole) each.value()).value(), 1, Integer::sum);
      }
      return values;
    }

    /** Of each instant the value that a store keeps. */
    Map<Long, Long> lastValues() throws IOException {
      Map<Long, Long> values = new HashMap<>();
      for (Reading each : readings()) {
        values.put(each.timeNs(), ((Value.Whole) each.value()).value());
      }
      return values;
    }

    private List<Reading> readings() throws IOException {
      MessageCodec codec = new MessageCodec();
      List<Reading> readings = new ArrayList<>();
      log.step();
      try (Feed all = log.scan(0)) {
        for (Feed.Entry entry = all.next(); entry != null; entry = all.next()) {
          readings.addAll(codec.decode(entry.payload()).readings());
        }
      }
      return readings;
    }
  }

  /** What a request came to. */
  private static final class Answered implements Storing.Result {
    boolean stored;
    Refused refused;

    @Override
    public void stored(int rows, int repeated) {
      stored = true;
    }

    @Override
    public void refused(Refused why) {
      refused = refused == null ? why : refused;
    }
  }

  /** Rows on their way, the same ones until there is an answer. */
  private record Sent(List<LinkRow> rows, int upTo) {}

  /** New rows that go before their turn. */
  private static final class Ahead {
    final long since;
    long sentTo;
    int next;
    Sent sent;

    Ahead(long since, int next) {
      this.since = since;
      this.sentTo = since;
      this.next = next;
    }
  }

  private record Cursor(int position, List<OffsetRange> ahead, long latestNs) {}

  /**
   * The sending side: a log, of which it sends from its cursor on, and sometimes what is new before
   * its turn. It knows of that what was answered, and since when rows may have been replaced.
   */
  private static final class Sender {
    List<LinkRow> log = new ArrayList<>();
    Cursor committed = new Cursor(0, List.of(), Long.MIN_VALUE);
    int position;
    List<OffsetRange> ranges = new ArrayList<>();
    long latestNs = Long.MIN_VALUE;
    Sent sent;
    Ahead ahead;
    String incarnation = "i0";
    int incarnations = 1;
    long offset;
    int index;
    boolean isRecordSent;

    /** How many times larger batches are than usual. */
    int scale = 1;

    void append(Random random, long value) {
      boolean sameRecord = !isRecordSent && !log.isEmpty() && random.nextInt(3) == 0;
      isRecordSent = false;
      offset += sameRecord ? 0 : 1 + random.nextInt(2);
      index = sameRecord ? index + 1 + random.nextInt(2) : 0;
      long revised = random.nextInt(4) == 0 ? Math.max(0, value - random.nextInt(60)) : value;
      log.add(
          new LinkRow(
              offset,
              index,
              "t",
              1_000 + offset / 7,
              SERIES,
              Quality.GOOD,
              null,
              revised / 5 * 1_000_000_000L,
              List.of(new LinkRow.Field("v", new Value.Whole(value)))));
    }

    void rename() {
      incarnation = "i" + incarnations++;
    }

    void commit() {
      committed = new Cursor(position, List.copyOf(ranges), latestNs);
    }

    void start(Cursor from) {
      committed = from;
      position = from.position();
      ranges = new ArrayList<>(from.ahead());
      latestNs = from.latestNs();
      sent = null;
      ahead = null;
    }

    /** What comes from now on goes first. */
    void part() {
      isRecordSent = true;
      ahead = new Ahead(offset + 1, log.size());
    }

    Sent nextInTurn(Random random) {
      List<LinkRow> rows = new ArrayList<>();
      int most = scale == 1 ? 1 + random.nextInt(30) : 100 * scale; // all there is, as a gateway
      int upTo = Math.min(log.size(), position + most);
      for (LinkRow row : log.subList(position, upTo)) {
        boolean isReplaced = row.timeNs() <= latestNs;
        if (isReplaced || ranges.stream().noneMatch(range -> range.holds(row.offset()))) {
          latestNs = Math.max(latestNs, row.timeNs());
          rows.add(isReplaced ? toStand(row) : row);
        }
      }
      return new Sent(rows, upTo);
    }

    private static LinkRow toStand(LinkRow row) {
      return new LinkRow(
          row.offset(),
          row.index(),
          row.topic(),
          row.receivedMs(),
          row.series(),
          row.quality(),
          row.reason(),
          row.timeNs(),
          row.fields(),
          true);
    }

    Sent nextAhead(Random random) {
      int upTo = Math.min(log.size(), ahead.next + 1 + random.nextInt(10));
      while (upTo < log.size() && log.get(upTo).offset() == log.get(upTo - 1).offset()) {
        upTo++; // whole records
      }
      isRecordSent = true;
      return new Sent(List.copyOf(log.subList(ahead.next, upTo)), upTo);
    }

    void storedAhead() {
      long to = log.get(ahead.sent.upTo() - 1).offset() + 1;
      ranges.add(new OffsetRange(ahead.sentTo, to));
      ahead.sentTo = to;
      ahead.next = ahead.sent.upTo();
      ahead.sent = null;
    }
  }

  private record Copy(
      List<LinkRow> log, Cursor committed, long offset, int index, String incarnation) {}

  private enum Trouble {
    NONE,
    BACKUP,
    PLAIN_COPY
  }

  /** One play of a seed. */
  private final class Play {
    final int seed;
    final Random random;
    final boolean liveFirst;
    final Receiver receiver;
    final Sender sender = new Sender();
    final Set<Long> told = new TreeSet<>();
    final Set<Long> toStand = new TreeSet<>();
    final List<byte[]> late = new ArrayList<>();
    Copy copy;
    int storedAhead;

    Play(int seed, boolean liveFirst, int scale) throws Exception {
      this(seed, liveFirst);
      sender.scale = scale;
    }

    Play(int seed, boolean liveFirst) throws Exception {
      this.seed = seed;
      this.random = new Random(seed);
      this.liveFirst = liveFirst;
      this.receiver = new Receiver(random);
    }

    Map<Long, Integer> run(Trouble trouble) throws Exception {
      long value = 0;
      for (int turn = 0; turn < 400; turn++) {
        switch (random.nextInt(liveFirst ? 16 : 12)) {
          case 0, 1, 2, 3 -> {
            for (int i = random.nextInt(8 * sender.scale); i >= 0; i--) {
              sender.append(random, value++);
            }
          }
          case 4 -> sender.commit();
          case 5 -> {
            sender.start(sender.committed); // killed
            if (sender.scale > 1 && random.nextInt(3) == 0) {
              receiver.crash(); // as in a power failure
            }
          }
          case 6 -> receiver.crash();
          case 7 -> {
            if (!late.isEmpty()) { // an old request, of which nobody waits for the answer
              byte[] old = late.get(random.nextInt(late.size()));
              receiver.storing.store("edge", old, new Answered());
            }
          }
          case 8 -> copied(trouble);
          case 12 -> {
            if (random.nextInt(2) == 0) {
              sender.part();
            }
          }
          case 13, 14, 15 -> sendAhead();
          default -> sendInTurn();
        }
      }
      while (sender.position < sender.log.size()) {
        sendInTurn();
      }
      Map<Long, Integer> values = receiver.values();
      assertThat(values.keySet()).as("seed %d", seed).containsAll(told);
      sender.log.forEach(row -> assertThat(values).as("seed %d", seed).containsKey(valueOf(row)));
      return values;
    }

    private void copied(Trouble trouble) {
      if (trouble != Trouble.NONE && copy == null && random.nextInt(4) == 0) {
        copy =
            new Copy(
                List.copyOf(sender.log),
                sender.committed,
                sender.offset,
                sender.index,
                sender.incarnation);
        sender.isRecordSent = true;
      } else if (copy != null && random.nextInt(4) == 0) {
        sender.log = new ArrayList<>(copy.log());
        sender.offset = copy.offset();
        sender.index = copy.index();
        sender.incarnation = copy.incarnation();
        sender.isRecordSent = true;
        sender.start(copy.committed());
        if (trouble == Trouble.BACKUP) {
          sender.rename();
        }
        copy = null;
      }
    }

    private void sendInTurn() throws Exception {
      if (sender.ahead != null && sender.position >= sender.ahead.next) {
        sender.ahead = null; // the backlog has come up to it
      }
      if (sender.sent == null && sender.position < sender.log.size()) {
        sender.sent = sender.nextInTurn(random);
      }
      Sent sent = sender.sent;
      if (sent == null) {
        return;
      }
      if (sent.rows().isEmpty() || send(sent.rows(), LinkBatch.IN_TURN)) {
        sender.position = sent.upTo();
        sender.sent = null;
      }
    }

    private void sendAhead() throws Exception {
      Ahead ahead = sender.ahead;
      if (ahead == null || ahead.sent == null && ahead.next == sender.log.size()) {
        return;
      }
      if (ahead.sent == null) {
        ahead.sent = sender.nextAhead(random);
      }
      if (send(ahead.sent.rows(), ahead.since)) {
        storedAhead += ahead.sent.rows().size();
        sender.storedAhead();
      }
    }

    /** Whether the sender is told that they are stored. */
    private boolean send(List<LinkRow> rows, long since) throws Exception {
      byte[] bytes =
          LinkCodec.encode(
              new LinkBatch("edge", sender.incarnation, "readings", false, since, rows));
      if (random.nextInt(6) == 0) {
        late.add(bytes);
        return false; // lost on its way, for now
      }
      rows.stream().filter(LinkRow::mustStand).forEach(row -> toStand.add(valueOf(row)));
      Answered answer = new Answered();
      receiver.storing.store("edge", bytes, answer);
      if (random.nextInt(5) == 0) {
        receiver.crash(); // perhaps before it is on the disk
      } else {
        receiver.log.step();
      }
      if (random.nextInt(5) == 0) {
        return false; // the answer is lost
      }
      if (answer.refused != null && answer.refused.members.containsKey("incarnation")) {
        sender.rename();
      }
      if (answer.refused != null && answer.refused.members.containsKey("inOrder")) {
        sender.ahead = null;
      }
      if (answer.stored) {
        rows.forEach(row -> told.add(valueOf(row)));
      }
      return answer.stored;
    }

    /** Of each instant, the receiver's last value is the sender's last one. */
    void theLastValuesStand() throws Exception {
      Map<Long, Long> wanted = new HashMap<>();
      sender.log.forEach(row -> wanted.put(row.timeNs(), valueOf(row)));
      assertThat(receiver.lastValues()).as("seed %d", seed).isEqualTo(wanted);
    }
  }

  private Map<Long, Integer> play(int seed, Trouble trouble) throws Exception {
    return new Play(seed, false).run(trouble);
  }

  private static long valueOf(LinkRow row) {
    return ((Value.Whole) row.fields().get(0).value()).value();
  }

  @Test
  void withoutARestoreEachRowIsStoredOnce() throws Exception {
    for (int seed = 0; seed < SEEDS; seed++) {
      assertThat(play(seed, Trouble.NONE).values()).as("seed %d", seed).containsOnly(1);
    }
  }

  /** Many rows come again, of which the receiver had to forget some when it was killed. */
  @Test
  void whereBothDieAtOnceWhatComesAgainIsStoredOnce() throws Exception {
    for (int seed = 0; seed < LARGE_SEEDS; seed++) {
      Play play = new Play(seed, false, 20);
      assertThat(play.run(Trouble.NONE).values()).as("seed %d", seed).containsOnly(1);
      assertThat(play.sender.incarnations).as("seed %d: nothing is in doubt", seed).isEqualTo(1);
    }
  }

  @Test
  void whereBothDieAtOnceNothingNewIsTakenForARepeat() throws Exception {
    for (int seed = 0; seed < LARGE_SEEDS; seed++) {
      new Play(seed, true, 20).run(Trouble.PLAIN_COPY);
      if (Soak.ON) {
        new Play(seed, false, 20).run(Trouble.PLAIN_COPY);
      }
    }
  }

  @Test
  void afterARestoreFromABackupNothingIsLost() throws Exception {
    for (int seed = 0; seed < SEEDS; seed++) {
      play(seed, Trouble.BACKUP);
    }
  }

  @Test
  void afterAFolderWasCopiedBackNothingNewIsTakenForARepeat() throws Exception {
    for (int seed = 0; seed < 2 * SEEDS; seed++) {
      play(seed, Trouble.PLAIN_COPY);
    }
  }

  @Test
  void whatGoesFirstIsStoredOnceUnlessItMayHaveBeenReplaced() throws Exception {
    int ahead = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      Play play = new Play(seed, true);
      Map<Long, Integer> values = play.run(Trouble.NONE);
      values.keySet().removeAll(play.toStand);
      assertThat(values.values()).as("seed %d", seed).containsOnly(1);
      play.theLastValuesStand();
      assertThat(play.sender.incarnations).as("seed %d: nothing is in doubt", seed).isEqualTo(1);
      ahead += play.storedAhead;
    }
    assertThat(ahead).as("rows before their turn").isGreaterThan(Soak.count(15, 30) * SEEDS);
  }

  @Test
  void whereNewRowsGoFirstNothingIsLostByARestoreOrACopy() throws Exception {
    for (int seed = 0; seed < SEEDS; seed++) {
      new Play(seed, true).run(Trouble.BACKUP);
      new Play(seed, true).run(Trouble.PLAIN_COPY);
    }
  }

  /** The log takes a part of the batch each time, and the receiver is killed each time. */
  @Test
  void aBatchOfSeveralSegmentsIsStoredOncePartByPart() throws Exception {
    Receiver receiver = new Receiver(new Random(1));
    List<LinkRow> rows = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) {
      List<LinkRow.Field> fields = List.of(new LinkRow.Field("v", new Value.Whole(i)));
      rows.add(
          new LinkRow(i / 2_000, i % 2_000, "t", i, SERIES, Quality.GOOD, null, i, fields, false));
    }
    byte[] batch =
        LinkCodec.encode(new LinkBatch("edge", "i0", "readings", false, LinkBatch.IN_TURN, rows));

    int kills = 0;
    Answered answer = new Answered();
    while (!answer.stored) {
      answer = new Answered();
      receiver.storing.store("edge", batch, answer);
      receiver.log.step();
      assertThat(answer.refused == null || !answer.refused.members.containsKey("incarnation"))
          .as("after %d kills: %s", kills, answer.refused)
          .isTrue();
      receiver.crash();
      kills++;
    }

    assertThat(kills).isGreaterThan(4);
    assertThat(receiver.values()).hasSize(3_000);
    assertThat(receiver.values().values()).containsOnly(1);
  }
}
