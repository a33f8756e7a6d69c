package io.weir.gateway.sink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Value;
import io.weir.gateway.sink.SinkConfig.Precision;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LineProtocolTest {

  private static final Series PRESS =
      new Series("telemetry", new Asset("plant-a", "shop", "line-1", "press-02"), Map.of());

  private static final Outbound.Origin ORIGIN = new Outbound.Origin(1, "t", 1);

  private final List<String> lines = new ArrayList<>();
  private final List<String> unwritable = new ArrayList<>();
  private final List<Integer> indexes = new ArrayList<>();
  private int readings;
  private int withheld;

  private final ReadingEncoder.Out out =
      new ReadingEncoder.Out() {
        @Override
        public void line(Outbound line) {
          assertThat(line.bytes()).as(line.line()).isEqualTo(line.line().getBytes(UTF_8).length);
          lines.add(line.line());
          readings += line.readings();
          indexes.add(line.index());
        }

        @Override
        public void withheld(int count) {
          withheld += count;
        }

        @Override
        public void unwritable(String text, int count, int index, Reason reason, String detail) {
          unwritable.add(reason + " " + detail);
          readings += count;
          indexes.add(index);
        }
      };

  private void write(Sink.Dialect dialect, Reading... some) {
    new LineEncoder(dialect, new LineProtocol(dialect)).write(List.of(some), ORIGIN, out);
  }

  private void write(Reading... some) {
    write(new Sink.Dialect(Precision.NS, true, false), some);
  }

  /** A store of tables tells rows apart by their point: a revised row must keep it. */
  @ParameterizedTest
  @ValueSource(strings = {"efficiency", "efficiency_product", "efficiency_order", "stops"})
  void aRevisedRowOfFiguresReplacesTheOneBeforeInAStoreOfTables(String measurement) {
    Series series = tagged(measurement, Map.of("level", "machine"));
    Sink.Dialect tables = new Sink.Dialect(Precision.NS, true, true);
    write(tables, real(series, "total", 1, 5));
    write(tables, real(series, "total", 2, 5), real(series, "changeover_s", 2, 5));
    assertThat(lines.stream().map(line -> line.replaceAll(".*(point=[^ ,]*).*", "$1")).distinct())
        .hasSize(1);
  }

  private static Reading good(Series series, String metric, Value value, long timeNs) {
    return new Reading(series, metric, value, timeNs, Quality.GOOD, null);
  }

  private static Reading real(Series series, String metric, double value, long timeNs) {
    return good(series, metric, new Value.Real(value), timeNs);
  }

  private static Series tagged(String measurement, Map<String, String> tags) {
    return new Series(measurement, Asset.NONE, new TreeMap<>(tags));
  }

  @Test
  void readingsOfOneInstantAndSeriesShareALine() {
    write(
        real(PRESS, "temperature", 71.5, 5),
        good(PRESS, "good", new Value.Whole(-3), 5),
        good(PRESS, "running", new Value.Flag(true), 5),
        good(PRESS, "state", new Value.Text("a \"b\" c\\"), 5),
        real(PRESS, "temperature", 72, 6));
    String head = "telemetry,site=plant-a,area=shop,line=line-1,machine=press-02 ";
    assertThat(lines)
        .containsExactly(
            head + "temperature=71.5,good=-3i,running=true,state=\"a \\\"b\\\" c\\\\\" 5",
            head + "temperature=72.0 6");
    assertThat(readings).isEqualTo(5);
    assertThat(indexes).containsExactly(0, 4);
  }

  @Test
  void missingLevelsAndEmptyTagsAreLeftOut() {
    Series series =
        new Series(
            "telemetry",
            new Asset("a", null, null, "m"),
            new TreeMap<>(Map.of("zone", "", "order", "7", "batch", "x")));
    write(real(series, "t", 1, 1));
    assertThat(lines).containsExactly("telemetry,site=a,machine=m,batch=x,order=7 t=1.0 1");
  }

  @Test
  void badReadingsGoToAMeasurementOfTheirOwnAndUncertainOnesCarryATag() {
    Series series = tagged("telemetry", Map.of("a", "b", "quality", "claimed"));
    write(
        new Reading(series, "t", new Value.Real(1), 1, Quality.BAD, "sensor"),
        new Reading(series, "t", new Value.Real(2), 1, Quality.UNCERTAIN, "skew"),
        real(series, "t", 3, 1));
    assertThat(lines)
        .containsExactly(
            "telemetry_bad,a=b,quality=claimed t=1.0 1",
            "telemetry,quality=uncertain,a=b t=2.0 1",
            "telemetry,a=b,quality=claimed t=3.0 1");
  }

  @Test
  void namesAreEscapedAndWhatTheProtocolCannotSayIsWrittenAsNearAsItCanBe() {
    write(real(tagged("m, =x\\", Map.of("k, =", "v, =\\")), "f, =", 1, 1));
    write(real(tagged("m", Map.of("k", "two\nlines\r")), "a\nb\\\\", 1, 1));
    write(real(tagged("a\\ b\\c\\=", Map.of("k\\ ", "v\\,")), "f\\ ", 1, 1));
    assertThat(lines)
        .containsExactly(
            "m\\,\\ =x/,k\\,\\ \\==v\\,\\ \\=/ f\\,\\ \\==1.0 1",
            "m,k=two\\nlines\\r a\\nb//=1.0 1",
            "a/\\ b\\c/=,k/\\ =v/\\, f/\\ =1.0 1");
  }

  @ParameterizedTest
  @CsvSource({"NS,-1", "US,-1", "MS,-1", "S,-1"})
  void timesAreCutToThePrecisionAlsoBefore1970(Precision precision, long timeNs) {
    long positive = 1_999_999_999_999_999_999L;
    write(
        new Sink.Dialect(precision, true, false),
        real(PRESS, "t", 1, timeNs),
        real(PRESS, "t", 1, positive));
    assertThat(lines.get(0)).endsWith(" -1");
    assertThat(lines.get(1)).endsWith(" " + positive / precision.nanos());
  }

  @Test
  void timesOfEveryLengthAreWrittenWhole() {
    List<Long> times = new ArrayList<>(List.of(0L, Long.MAX_VALUE, Long.MIN_VALUE));
    for (long power = 1; power <= Long.MAX_VALUE / 10; power *= 10) {
      times.addAll(List.of(power, power - 1, 2 * power + 1, -power));
    }
    for (long time : times) {
      write(real(PRESS, "t", 1, time));
    }
    assertThat(lines.stream().map(line -> line.substring(line.lastIndexOf(' ') + 1)))
        .containsExactlyElementsOf(times.stream().map(String::valueOf).toList());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatASeriesSentBeforeChangesNoLine(boolean table) {
    Random random = new Random(11);
    Sink.Dialect dialect = new Sink.Dialect(Precision.NS, table, table);
    ReadingEncoder one = new LineEncoder(dialect, new LineProtocol(dialect));
    for (int i = 0; i < 2_000; i++) {
      List<Reading> some = someReadings(random);
      one.write(some, ORIGIN, out);
      List<String> got = List.copyOf(lines);
      List<String> aside = List.copyOf(unwritable);
      int[] counts = {readings, withheld};
      forget();
      write(dialect, some.toArray(Reading[]::new));
      assertThat(got).as("line %d", i).isEqualTo(lines);
      assertThat(aside).as("line %d", i).isEqualTo(unwritable);
      assertThat(counts).as("line %d", i).containsExactly(readings, withheld);
      forget();
    }
  }

  /** Mostly the same fields, sometimes others, twice, in another order, or with odd values. */
  private static List<Reading> someReadings(Random random) {
    Series series = random.nextBoolean() ? PRESS : tagged("m", Map.of("k", "ä"));
    List<String> metrics = new ArrayList<>(List.of("a", "b", "größe", "c-d"));
    if (random.nextInt(4) == 0) {
      metrics.set(random.nextInt(4), List.of("a", "A", "", "timestamp").get(random.nextInt(4)));
    }
    if (random.nextInt(4) == 0) {
      Collections.shuffle(metrics, random);
    }
    List<Reading> some = new ArrayList<>();
    for (String metric : metrics.subList(0, random.nextInt(6) == 0 ? 2 : 4)) {
      Value value =
          switch (random.nextInt(12)) {
            case 0 -> new Value.Real(Double.NaN);
            case 1 -> new Value.Text("\"läuft\" \u20ac");
            case 2 -> new Value.Whole(random.nextLong());
            case 3 -> new Value.Flag(random.nextBoolean());
            default -> new Value.Real(random.nextInt(100_000) / 1_000.0);
          };
      some.add(good(series, metric, value, 1_700_000_000_000_000_000L));
    }
    return some;
  }

  private void forget() {
    lines.clear();
    unwritable.clear();
    indexes.clear();
    readings = 0;
    withheld = 0;
  }

  @Test
  void everyNumberReadsBackAsItselfToTheLastBit() {
    Random random = new Random(5);
    List<Double> values =
        new ArrayList<>(
            List.of(
                0.0,
                -0.0,
                1.0,
                -1.5,
                0.1,
                0.0001,
                0.00001,
                100.0,
                1e15,
                9e15,
                1e16,
                5e-324,
                1e308,
                900719925474.0993,
                -0.3,
                123456.7891));
    for (int i = 0; i < 100_000; i++) {
      values.add(random.nextInt(2_000_000) / Math.pow(10, random.nextInt(7)) - 100);
      values.add(Double.longBitsToDouble(random.nextLong()));
    }
    values.removeIf(value -> !Double.isFinite(value));
    for (int i = 0; i < values.size(); i++) {
      write(real(PRESS, "t", values.get(i), 1));
      String line = lines.remove(lines.size() - 1);
      String text = line.substring(line.indexOf(" t=") + 3, line.length() - 2);
      assertThat(Double.doubleToRawLongBits(Double.parseDouble(text)))
          .as(text)
          .isEqualTo(Double.doubleToRawLongBits(values.get(i)));
    }
  }

  @Test
  void theLaterOfTwoValuesOfAMetricIsWrittenAndBothCount() {
    write(real(PRESS, "a", 1, 1), real(PRESS, "b", 2, 1), real(PRESS, "a", 3, 1));
    assertThat(lines).singleElement().asString().endsWith(" b=2.0,a=3.0 1");
    assertThat(readings).isEqualTo(3);
  }

  @Test
  void aMessageOfThousandsOfMetricsWithRepeatsIsOneLine() {
    Reading[] many = new Reading[6_000];
    for (int i = 0; i < many.length; i++) {
      many[i] = real(PRESS, "m" + i % 3_000, i, 1);
    }
    write(many);
    assertThat(lines).singleElement().asString().contains(" m0=3000.0,").contains(",m2999=5999.0 ");
    assertThat(readings).isEqualTo(6_000);
  }

  @Test
  void whatNoLineCanSayGoesAsideAndItsNeighboursGoOn() {
    write(
        real(PRESS, "nan", Double.NaN, 1),
        real(PRESS, "", 1, 1),
        real(PRESS, "t", 1, 1),
        real(tagged("#m", Map.of()), "t", 1, 1),
        real(tagged("", Map.of()), "t", 1, 1),
        real(tagged("m", Map.of("", "v")), "t", 1, 1));
    assertThat(lines).singleElement().asString().contains(" t=1.0 ");
    assertThat(unwritable)
        .containsExactly(
            "BAD_VALUE metric 'nan' is NaN, which no store keeps",
            "BAD_NAME the metric's name is empty",
            "BAD_NAME a line of measurement '#m' would be a comment",
            "BAD_NAME the measurement's name is empty",
            "BAD_NAME a tag with the value 'v' has no name");
    assertThat(indexes).doesNotHaveDuplicates();
    assertThat(readings).isEqualTo(6);
  }

  @Test
  void textIsWithheldFromAStoreThatKeepsNone() {
    Sink.Dialect dialect = new Sink.Dialect(Precision.MS, false, false);
    write(
        dialect,
        good(PRESS, "state", new Value.Text("RUNNING"), 1),
        real(PRESS, "t", 1, 1),
        good(PRESS, "note", new Value.Text("alone"), 2));
    assertThat(lines).singleElement().asString().endsWith(" t=1.0 0");
    assertThat(withheld).isEqualTo(2);
    assertThat(indexes).containsExactly(1);
  }

  /** Stored rows rest on these numbers: a change of them doubles rows. */
  @Test
  void thePointHashStaysWhatItIs() {
    Sink.Dialect table = new Sink.Dialect(Precision.NS, true, true);
    write(
        table,
        real(tagged("m", Map.of("machine2", "press")), "b", 1, 1),
        real(tagged("m", Map.of("machine2", "press")), "a", 1, 1),
        real(tagged("m", Map.of("machine2", "press")), "b", 1, 1));
    write(table, real(tagged("efficiency", Map.of("shift", "early")), "oee", 1, 1));
    write(table, real(tagged("efficiency", Map.of("shift", "early")), "final", 1, 1));
    assertThat(lines.get(0)).isEqualTo("m,machine2=press a=1.0,b=1.0,point=" + POINT_AB + "i 1");
    assertThat(lines.get(1))
        .isEqualTo("efficiency,shift=early oee=1.0,point=" + POINT_EFFICIENCY + "i 1");
    assertThat(lines.get(2))
        .isEqualTo("efficiency,shift=early final=1.0,point=" + POINT_EFFICIENCY + "i 1");
  }

  private static final long POINT_AB = -7984717752995304181L;
  private static final long POINT_EFFICIENCY = 3557950855691489620L;

  @Test
  void thePointDependsOnTagsAndFieldNamesButNotOnTheirOrderOrValues() {
    Sink.Dialect table = new Sink.Dialect(Precision.NS, true, true);
    write(table, real(PRESS, "a", 1, 1), real(PRESS, "b", 2, 1));
    write(table, real(PRESS, "b", 5, 9), real(PRESS, "a", 4, 9));
    write(table, real(PRESS, "a", 1, 1));
    write(table, real(tagged("telemetry", Map.of("x", "y")), "a", 1, 1));
    List<String> points =
        lines.stream().map(line -> line.replaceAll(".*point=(-?\\d+)i.*", "$1")).toList();
    assertThat(points.get(0)).isEqualTo(points.get(1));
    assertThat(List.of(points.get(0), points.get(2), points.get(3))).doesNotHaveDuplicates();
  }

  private void writeTable(Reading... some) {
    write(new Sink.Dialect(Precision.NS, true, true), some);
  }

  @Test
  void namesForTablesKeepToWhatColumnsMayHold() {
    writeTable(real(tagged("press.line/1", Map.of("a-b", "v-1.2")), "motor.temp", 1, 1));
    assertThat(lines)
        .singleElement()
        .asString()
        .startsWith("press_line_1,a_b=v-1.2 motor_temp=1.0");
  }

  @Test
  void whatWouldLoseItsColumnToAnotherGoesAside() {
    writeTable(
        real(PRESS, "timestamp", 1, 1),
        real(PRESS, "Point", 1, 1),
        real(PRESS, "Machine", 1, 1),
        real(PRESS, "a-b", 1, 1),
        real(PRESS, "A_b", 1, 1),
        real(PRESS, "kept", 1, 1),
        real(tagged("m", Map.of("x-y", "1", "x_y", "2")), "t", 1, 1));
    assertThat(lines).singleElement().asString().contains(" a_b=1.0,kept=1.0,point=");
    assertThat(unwritable)
        .containsExactly(
            "BAD_NAME metric 'timestamp' has the name of a tag or of a column of the gateway's own",
            "BAD_NAME metric 'Point' has the name of a tag or of a column of the gateway's own",
            "BAD_NAME metric 'Machine' has the name of a tag or of a column of the gateway's own",
            "BAD_NAME metric 'A_b' has the column of another metric of its line",
            "BAD_NAME tag 'x_y' has the column of tag 'x-y'");
  }

  @Test
  void aRowWithoutAFlagIsNotFalse() {
    writeTable(
        good(PRESS, "running", new Value.Flag(true), 1),
        good(PRESS, "jammed", new Value.Flag(false), 1));
    assertThat(lines).singleElement().asString().contains(" running=1i,jammed=0i,point=");
  }
}
