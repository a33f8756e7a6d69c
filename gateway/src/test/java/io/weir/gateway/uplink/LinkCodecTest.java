package io.weir.gateway.uplink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.gateway.log.Soak;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Value;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read from a batch is what was written, and nothing that is no batch does harm. */
class LinkCodecTest {

  private static final double[] REALS = {
    0,
    -0.0,
    1,
    0.1,
    21.5,
    -273.15,
    1e-9,
    1e300,
    Double.MIN_VALUE,
    Double.MAX_VALUE,
    1.0 / 3,
    1e15,
    9007199254740993.0,
    123456.789,
    0.30000000000000004
  };

  private static LinkBatch batch(List<LinkRow> rows) {
    return new LinkBatch("edge-1", "6b2f", "readings", false, rows);
  }

  private static LinkRow row(long offset, int index, Value value) {
    return new LinkRow(
        offset,
        index,
        "t",
        1_700_000_000_000L,
        new Series("telemetry", Asset.NONE, Map.of()),
        Quality.GOOD,
        null,
        1_700_000_000_000_000_000L,
        List.of(new LinkRow.Field("v", value)));
  }

  private static List<LinkRow> random(Random random, int count) {
    List<Series> series = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      Map<String, String> tags = new TreeMap<>();
      for (int t = random.nextInt(3); t > 0; t--) {
        tags.put("k" + t, "ü" + random.nextInt(4));
      }
      Asset asset = new Asset(null, "a" + random.nextInt(2), null, "m" + i);
      series.add(new Series("m" + random.nextInt(2), asset, tags));
    }
    List<LinkRow> rows = new ArrayList<>();
    long offset = random.nextInt(1_000);
    int index = 0;
    for (int i = 0; i < count; i++) {
      if (random.nextBoolean()) {
        offset += 1 + random.nextInt(3);
        index = 0;
      } else {
        index += 1 + random.nextInt(3);
      }
      boolean same = i > 0 && rows.get(i - 1).offset() == offset;
      Quality quality = Quality.values()[random.nextInt(3)];
      List<LinkRow.Field> fields = new ArrayList<>();
      for (int f = 0; f <= random.nextInt(4); f++) {
        fields.add(new LinkRow.Field("f" + f, value(random)));
      }
      rows.add(
          new LinkRow(
              offset,
              index,
              "t/" + random.nextInt(3),
              same ? rows.get(i - 1).receivedMs() : random.nextLong(2_000_000_000_000L),
              series.get(random.nextInt(series.size())),
              quality,
              quality == Quality.GOOD ? null : "reason " + random.nextInt(2),
              random.nextBoolean() ? random.nextLong() : random.nextInt(1000) * 1_000_000_000L,
              fields));
    }
    return rows;
  }

  private static Value value(Random random) {
    return switch (random.nextInt(5)) {
      case 0 -> new Value.Whole(random.nextBoolean() ? random.nextLong() : random.nextInt(100));
      case 1 -> new Value.Flag(random.nextBoolean());
      case 2 -> new Value.Text("text " + random.nextInt(4));
      case 3 -> new Value.Real(REALS[random.nextInt(REALS.length)]);
      default -> new Value.Real(random.nextInt(1_000) / 10.0);
    };
  }

  @Test
  void whatIsReadIsWhatWasWritten() throws Exception {
    for (int seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      boolean isAhead = random.nextInt(3) == 0;
      List<LinkRow> rows = random(random, 1 + random.nextInt(80));
      LinkBatch batch =
          new LinkBatch(
              "edge-" + seed,
              "incarnation",
              "figures",
              !isAhead && random.nextBoolean(),
              isAhead ? random.nextLong(rows.get(0).offset() + 1) : LinkBatch.IN_TURN,
              random.nextBoolean() ? rows : toStand(random, rows));
      assertThat(LinkCodec.decode(LinkCodec.encode(batch))).as("seed %d", seed).isEqualTo(batch);
    }
  }

  private static List<LinkRow> toStand(Random random, List<LinkRow> rows) {
    return rows.stream()
        .map(
            row ->
                new LinkRow(
                    row.offset(),
                    row.index(),
                    row.topic(),
                    row.receivedMs(),
                    row.series(),
                    row.quality(),
                    row.reason(),
                    row.timeNs(),
                    row.fields(),
                    random.nextInt(4) == 0))
        .toList();
  }

  /** So that a receiver of an earlier version reads what it can know. */
  @Test
  void aBatchInTurnIsOfTheFirstVersion() throws Exception {
    List<LinkRow> rows = random(new Random(3), 20);
    assertThat(LinkCodec.encode(batch(rows))[0]).isEqualTo((byte) 1);
    List<LinkRow> some = toStand(new Random(3), rows);
    assertThat(LinkCodec.encode(batch(some))[0]).isEqualTo((byte) 2);
    LinkBatch ahead = new LinkBatch("edge-1", "6b2f", "readings", false, 0, rows);
    assertThat(LinkCodec.encode(ahead)[0]).isEqualTo((byte) 2);
    RowHash hash = new RowHash();
    for (int i = 0; i < rows.size(); i++) {
      assertThat(hash.of(some.get(i))).as("the same row").isEqualTo(hash.of(rows.get(i)));
    }
  }

  @Test
  void everyRealComesBackToTheBit() throws Exception {
    for (double real : REALS) {
      LinkBatch read =
          LinkCodec.decode(LinkCodec.encode(batch(List.of(row(0, 0, new Value.Real(real))))));
      Value value = read.rows().get(0).fields().get(0).value();
      assertThat(Double.doubleToRawLongBits(((Value.Real) value).value()))
          .isEqualTo(Double.doubleToRawLongBits(real));
    }
  }

  @Test
  void whatTheSimulatorSendsComesBack() throws Exception {
    SimulatedRows factory = new SimulatedRows("plant-a", 2, 3, 7, 10);
    for (List<LinkRow> rows : List.of(factory.readings(), factory.figures())) {
      assertThat(LinkCodec.decode(LinkCodec.encode(batch(rows))).rows()).isEqualTo(rows);
    }
  }

  @Test
  void aBatchWithAByteChangedIsReadOrRefusedAndNothingElse() {
    byte[] good = LinkCodec.encode(batch(random(new Random(1), 60)));
    int refused = 0;
    for (int at = 0; at < good.length; at++) {
      for (int bit = 0; bit < 8; bit++) {
        byte[] bad = good.clone();
        bad[at] ^= (byte) (1 << bit);
        try {
          LinkCodec.decode(bad);
        } catch (BadBatchException e) {
          refused++;
        }
      }
    }
    assertThat(refused).isGreaterThan(good.length);
  }

  @Test
  void aBodyOfAnyBytesIsReadOrRefusedAndNothingElse() throws Exception {
    byte[] plain = LinkCodec.plain(random(new Random(2), 40));
    Random random = new Random(3);
    int refused = 0;
    int bodies = Soak.count(4_000, 20_000);
    for (int i = 0; i < bodies; i++) {
      byte[] body = plain.clone();
      for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
        body[random.nextInt(body.length)] = (byte) random.nextInt(256);
      }
      try {
        LinkCodec.decode(framed(body, 40, 100));
      } catch (BadBatchException e) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(bodies / 2);
  }

  /** A batch of a body that nobody checked. */
  private static byte[] framed(byte[] body, long rows, long values) {
    return framed(body, rows, values, 0);
  }

  /** The same of a body whose rows are in one record each, with one value each. */
  private static byte[] ended(byte[] body, int rows) {
    return framed(body, rows, rows, rows - 1);
  }

  private static byte[] framed(byte[] body, long rows, long values, long lastOffset) {
    BytesOut out = new BytesOut(100);
    out.octet(1);
    out.text("edge-1");
    out.text("6b2f");
    out.text("readings");
    out.octet(0);
    out.number(0);
    out.number(0);
    out.number(lastOffset);
    out.number(0);
    out.number(rows);
    out.number(values);
    out.octet(Dictionary.NEWEST);
    out.number(body.length);
    out.add(Dictionary.of(Dictionary.NEWEST).compressed(body));
    return out.toBytes();
  }

  /** Rows of one series, in a body of few bytes, whose names and texts stand in it once. */
  private static byte[] folded(int rows, String topic, String tag, String metric, String text) {
    BytesOut out = new BytesOut(1 << 16);
    out.number(1);
    out.text(topic);
    out.number(1);
    out.text("telemetry");
    out.octet(0);
    out.number(1);
    out.text("tag");
    out.text(tag);
    out.number(1);
    out.number(1);
    out.text(metric);
    out.octet(3);
    out.number(0);
    out.number(1);
    out.text(text);
    out.number(1);
    for (int column = 0; column < 8; column++) { // from the offsets on
      for (int row = 0; row < rows; row++) {
        boolean isFirst = row == 0;
        switch (column) {
          case 0 -> out.number(isFirst ? 0 : 1);
          case 2 -> out.signed(isFirst ? 1_700_000_000_000L : 0);
          case 4, 5 -> out.number(isFirst ? 1 : 0);
          default -> out.number(0);
        }
      }
    }
    for (int row = 0; row < rows; row++) {
      out.number(0);
    }
    return out.toBytes();
  }

  /** A few hundred bytes would keep a receiver busy for minutes, and fill its log. */
  @ParameterizedTest
  @ValueSource(strings = {"tag", "metric", "text"})
  void whatUnfoldsToMuchIsRefusedBeforeItIsMade(String where) throws Exception {
    String large = "x".repeat(1_000_000);
    int rows = 1_000;
    byte[] body =
        folded(
            rows,
            "t",
            where.equals("tag") ? large : "v",
            where.equals("metric") ? large : "m",
            where.equals("text") ? large : "RUNNING");
    assertThat(framed(body, rows, rows)).hasSizeLessThan(1_000);
    assertThatThrownBy(() -> LinkCodec.decode(framed(body, rows, rows)))
        .isInstanceOf(BadBatchException.class)
        .hasMessageContaining("names and texts of more than");
    assertThatThrownBy(() -> LinkCodec.decode(framed(folded(1, large, "", "m", ""), 1, 1)))
        .isInstanceOf(BadBatchException.class)
        .hasMessageContaining("a topic has more than");
  }

  /** What a sender weighs is what a receiver does, so it never makes what is not taken. */
  @Test
  void aRowWeighsTheSameOnBothSides() throws Exception {
    List<LinkRow> rows = random(new Random(7), 60);
    long weight = rows.stream().mapToLong(LinkRow::weight).sum();
    assertThat(weight).isPositive();
    List<LinkRow> read = LinkCodec.decode(LinkCodec.encode(batch(rows))).rows();
    assertThat(read.stream().mapToLong(LinkRow::weight).sum()).isEqualTo(weight);

    LinkRow one = LinkCodec.decode(framed(folded(1, "t", "v", "m", "text"), 1, 1)).rows().get(0);
    assertThat(one.weight()).isEqualTo("t".length() + "telemetrytagv".length() + "mtext".length());
    int most = (int) (LinkCodec.MOST_WEIGHT / 8_000);
    String tag = "v".repeat(8_000 - (int) one.weight() + 1);
    byte[] body = folded(most, "t", tag, "m", "text");
    assertThat(LinkCodec.decode(ended(body, most)).rows()).hasSize(most);
    byte[] more = folded(most + 2, "t", tag, "m", "text");
    assertThatThrownBy(() -> LinkCodec.decode(ended(more, most + 2)))
        .isInstanceOf(BadBatchException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a/b", "a b", "ü", "../x", "a\n", "a\0"})
  void whatIsNoNameOfALogIsRefused(String name) {
    List<LinkRow> rows = List.of(row(0, 0, new Value.Whole(1)));
    for (String bad : List.of(name, name + "x".repeat(100))) {
      for (LinkBatch batch :
          List.of(
              new LinkBatch(bad, "i", "readings", false, rows),
              new LinkBatch("edge-1", bad, "readings", false, rows),
              new LinkBatch("edge-1", "i", bad, false, rows))) {
        assertThatThrownBy(() -> LinkCodec.decode(LinkCodec.encode(batch)))
            .isInstanceOf(BadBatchException.class)
            .hasMessageContaining("names of at most 64");
      }
    }
  }

  @Test
  void aBombIsRefusedBeforeItIsUnpacked() {
    byte[] bomb = new byte[64 << 20];
    assertThatThrownBy(() -> LinkCodec.decode(framed(bomb, 1, 1)))
        .isInstanceOf(BadBatchException.class)
        .hasMessageContaining("larger than a batch may be");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3, 255})
  void anotherVersionIsNotKnown(int version) {
    byte[] batch = LinkCodec.encode(batch(List.of(row(0, 0, new Value.Whole(1)))));
    batch[0] = (byte) version;
    assertThatThrownBy(() -> LinkCodec.decode(batch))
        .isInstanceOfSatisfying(BadBatchException.class, e -> assertThat(e.isUnknown()).isTrue())
        .hasMessageContaining("version " + version);
  }

  @Test
  void aHashIsOfAllThatARowSays() {
    Set<Long> hashes = new HashSet<>();
    List<LinkRow> rows = new ArrayList<>();
    for (int seed = 0; seed < 50; seed++) {
      rows.addAll(random(new Random(seed), 100));
    }
    Set<List<Object>> different = new HashSet<>();
    for (LinkRow row : rows) {
      hashes.add(new RowHash().of(row));
      different.add(
          List.of(
              row.topic(),
              row.receivedMs(),
              row.series(),
              row.quality(),
              String.valueOf(row.reason()),
              row.timeNs(),
              row.fields()));
    }
    assertThat(hashes).hasSameSizeAs(different);
  }

  @Test
  void aHashStandsInLogsAndNeverChanges() {
    assertThat(new RowHash().of(row(1, 2, new Value.Text("läuft")))).isEqualTo(979468696415723895L);
  }
}
