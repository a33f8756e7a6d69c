package io.weir.gateway.sink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Value;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineTextsTest {

  private static final LineExport EXPORT = new LineExport();

  private static String body(LineTexts lines) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    lines.writeTo(out);
    assertThat(lines.bytes()).isEqualTo(out.size());
    return out.toString(UTF_8);
  }

  private static Reading reading(Random random, int number) {
    String machine = "prässe-" + random.nextInt(5);
    boolean isLong = random.nextInt(100) == 0; // longer than a block
    Value value = new Value.Text((isLong ? "long ".repeat(5_000) : "läuft\n") + number);
    Series series = new Series("press", new Asset(null, null, null, machine), Map.of());
    return new Reading(series, "text", value, number, Quality.GOOD, null);
  }

  /** Whatever was left out of them, or stands elsewhere: lanes, halves, lines tried apart. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void anyLinesAreSentAsTheyRead(long seed) throws IOException {
    Random random = new Random(seed);
    Sink.Dialect dialect = new Sink.Dialect(SinkConfig.Precision.NS, true, false);
    List<Outbound> encoded = new ArrayList<>();
    List<String> expected = new ArrayList<>();
    LineEncoder encoder = new LineEncoder(dialect, new LineProtocol(dialect));
    for (int i = 0; i < 2_000; i++) {
      List<Reading> readings = List.of(reading(random, i));
      encoder.write(readings, new Outbound.Origin(i, "t", 0), new Lines(encoded));
      EXPORT.write(readings, expected::add, unwritable -> {});
    }
    for (int i = 0; i < 50; i++) {
      int of = 1 + random.nextInt(4);
      List<Outbound> some = new ArrayList<>();
      List<String> texts = new ArrayList<>();
      for (int line = random.nextInt(1_000); line < encoded.size(); line++) {
        if (random.nextInt(of) == 0) {
          some.add(encoded.get(line));
          texts.add(expected.get(line));
        }
      }
      LineTexts lines = LineTexts.ofEncoded(some);
      assertThat(lines).isEqualTo(texts);
      assertThat(body(lines)).isEqualTo(String.join("\n", texts));
      assertThat(body(LineTexts.of(texts))).isEqualTo(String.join("\n", texts));
    }
  }

  private record Lines(List<Outbound> lines) implements ReadingEncoder.Out {

    @Override
    public void line(Outbound line) {
      lines.add(line);
    }

    @Override
    public void withheld(int readings) {
      throw new AssertionError("all types are written here");
    }

    @Override
    public void unwritable(String text, int readings, int index, Reason reason, String detail) {
      throw new AssertionError(detail);
    }
  }

  @Test
  void anEmptyLineIsAnEmptyBody() throws IOException {
    assertThat(body(LineTexts.of(List.of("")))).isEmpty();
  }

  @Test
  void aBeginningIsOfItsOwnLineAlone() {
    LineTexts lines = LineTexts.of(List.of("press,m=1 a=1", "press2 a=1", "p"));
    byte[] beginning = "press,".getBytes(UTF_8);
    assertThat(lines.startsWith(0, beginning)).isTrue();
    assertThat(lines.startsWith(1, beginning)).isFalse();
    assertThat(lines.startsWith(2, beginning)).isFalse();
  }
}
