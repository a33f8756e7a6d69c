package io.weir.gateway.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Value;
import io.weir.gateway.sink.SinkConfig.Precision;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A row and a line of the same readings say the same. */
class RowTest {

  private static final String[] SCRAPS = {
    " ", ",", "=", "\"", "'", "\\", "\\\\", "\n", "\r", "ö", "压机", "😀", "#", "_", "a", "Z", "7",
    ".", "i", "-"
  };

  private static final Outbound.Origin ORIGIN = new Outbound.Origin(1, "t", 1);

  /** What was passed on, in order: a line or row, or a mark of what was not written. */
  private static final class Collected implements ReadingEncoder.Out {
    final List<Outbound> written = new ArrayList<>();
    final List<String> marks = new ArrayList<>();

    @Override
    public void line(Outbound line) {
      written.add(line);
      marks.add("written %s at %s of %s".formatted(line.readings(), line.index(), line.lane()));
      assertThat(line.bytes()).isPositive();
    }

    @Override
    public void withheld(int readings) {
      marks.add("withheld " + readings);
    }

    @Override
    public void unwritable(String text, int readings, int index, Reason reason, String detail) {
      marks.add(text + " " + readings + " at " + index + " " + reason + " " + detail);
    }
  }

  @ParameterizedTest
  @CsvSource({"NS,true,false", "MS,true,false", "S,false,false", "NS,true,true", "US,true,true"})
  void aRowSaysWhatItsLineSays(Precision precision, boolean text, boolean table) {
    Sink.Dialect dialect = new Sink.Dialect(precision, text, table);
    LineProtocol syntax = new LineProtocol(dialect);
    ReadingEncoder toLines = new LineEncoder(dialect, syntax);
    ReadingEncoder toRows = new RowEncoder(dialect, syntax, null);
    int compared = 0;
    for (int seed = 0; seed < 2_000; seed++) {
      List<Reading> readings = readings(new Random(seed));
      Collected lines = new Collected();
      Collected rows = new Collected();
      toLines.write(readings, ORIGIN, lines);
      toRows.write(readings, ORIGIN, rows);

      assertThat(rows.marks).as("seed %d", seed).isEqualTo(lines.marks);
      assertThat(rows.written).hasSameSizeAs(lines.written);
      for (int i = 0; i < rows.written.size(); i++) {
        OutboundRow outbound = (OutboundRow) rows.written.get(i);
        Row row = outbound.row();
        String line = lines.written.get(i).line();
        assertThat(new ParsedLine(line, table).asRow(precision))
            .as(line)
            .isEqualTo(table ? numbersForFlags(row) : sayable(row));
        assertThat(syntax.line(row)).as("as evidence").isEqualTo(line);
        if (new ParsedLine(line, table).asRow(precision).equals(row)) {
          assertLoseTheSameFields((OutboundLine) lines.written.get(i), outbound);
        }
        compared++;
      }
    }
    assertThat(compared).isGreaterThan(2_000);
  }

  /** A line in pieces is found in its text; what is taken out and what is left are the whole. */
  private static void assertLoseTheSameFields(OutboundLine line, OutboundRow row) {
    for (int keep = 0; keep < row.row().fields().size(); keep++) {
      String kept = row.row().fields().get(keep).key();
      List<String> taken = new ArrayList<>();
      List<String> expected = new ArrayList<>();
      int[] readings = new int[1];
      Outbound rest =
          line.without(
              field -> !field.field().equals(kept),
              (field, alone) -> {
                taken.add(field + " " + alone.index() + " " + alone.line());
                readings[0] += alone.readings();
              });
      Outbound expectedRest =
          row.without(
              field -> !field.field().equals(kept),
              (field, alone) -> expected.add(field + " " + alone.index() + " " + alone.line()));
      assertThat(taken).isEqualTo(expected);
      assertThat(rest).isNotNull();
      assertThat(expectedRest).isNotNull();
      if (rest != null && expectedRest != null) {
        assertThat(rest.line()).isEqualTo(expectedRest.line());
        assertThat(rest.readings() + readings[0]).isEqualTo(line.readings());
      }
    }
  }

  @Test
  void aRowIsImmutableAndGivesItsTagsAndInstant() {
    List<Row.Tag> tags = new ArrayList<>(List.of(new Row.Tag("machine", "press-02")));
    Row row =
        new Row(
            "telemetry",
            tags,
            List.of(new Row.Field("temperature", new Value.Real(71.5))),
            1_700_000_000_123_456_789L,
            null);
    tags.clear();
    assertThat(row.tag("machine")).isEqualTo("press-02");
    assertThat(row.tag("site")).isNull();
    assertThat(row.instant()).hasToString("2023-11-14T22:13:20.123456789Z");
  }

  private static List<Reading> readings(Random random) {
    List<Reading> readings = new ArrayList<>();
    for (int group = random.nextInt(3); group >= 0; group--) {
      Map<String, String> tags = new TreeMap<>();
      for (int i = random.nextInt(3); i > 0; i--) {
        tags.put(scraps(random), scraps(random));
      }
      Asset asset = new Asset(scraps(random), null, scraps(random), random.nextInt(2) + "m");
      Series series = new Series("m" + scraps(random), asset, tags);
      long timeNs = random.nextLong() / 4;
      Quality quality = Quality.values()[random.nextInt(3)];
      for (int i = random.nextInt(5); i >= 0; i--) {
        String metric = random.nextInt(3) == 0 ? "t" : scraps(random);
        readings.add(new Reading(series, metric, value(random), timeNs, quality, null));
      }
    }
    return readings;
  }

  private static Value value(Random random) {
    return switch (random.nextInt(5)) {
      case 0 -> new Value.Real(random.nextInt(100_000) / 1_000.0);
      case 1 -> new Value.Real(Double.longBitsToDouble(random.nextLong()));
      case 2 -> new Value.Whole(random.nextLong());
      case 3 -> new Value.Flag(random.nextBoolean());
      default -> new Value.Text(scraps(random));
    };
  }

  private static String scraps(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(5); i > 0; i--) {
      text.append(SCRAPS[random.nextInt(SCRAPS.length)]);
    }
    return text.toString();
  }

  /** The row with the names that a line can say. */
  private static Row sayable(Row row) {
    return new Row(
        near(row.measurement()),
        row.tags().stream().map(tag -> new Row.Tag(near(tag.key()), near(tag.value()))).toList(),
        row.fields().stream().map(f -> new Row.Field(near(f.key()), f.value())).toList(),
        row.timeNs(),
        row.point());
  }

  private static String near(String text) {
    return text.replace("\n", "\\n")
        .replace("\r", "\\r")
        .replaceAll("\\\\(?=\\\\*([ ,=\"]|\\z))", "/");
  }

  /** The row with 1 and 0 for its flags, as lines of tables have them. */
  private static Row numbersForFlags(Row row) {
    return new Row(
        row.measurement(),
        row.tags().stream()
            .map(tag -> new Row.Tag(tag.key(), tag.value().replace("\r", "\\r")))
            .toList(),
        row.fields().stream()
            .map(
                field ->
                    field.value() instanceof Value.Flag flag
                        ? new Row.Field(field.key(), new Value.Whole(flag.value() ? 1 : 0))
                        : field)
            .toList(),
        row.timeNs(),
        row.point());
  }
}
