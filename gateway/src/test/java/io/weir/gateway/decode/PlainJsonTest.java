package io.weir.gateway.decode;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.Case;
import io.weir.gateway.model.EventTime;
import io.weir.gateway.model.Rejected;
import io.weir.gateway.model.Sample;
import io.weir.gateway.model.Value;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The quick way through plain documents comes to the same as the way for all documents. */
class PlainJsonTest {

  private static final int DOCUMENTS = 25_000;

  private static final String[] NAMES = {
    "a",
    "b",
    "temperature",
    "state",
    "ts",
    "time",
    "Time",
    "site",
    "area",
    "line",
    "machine",
    "q",
    "größe",
    "0",
    "{",
    "}x",
    "[0",
    "]",
    "#",
    "#x",
    "a.b",
    "",
    "\\u0061",
    "x\\\\",
    "数",
    "\ud83d\ude00",
    "n".repeat(130),
    "a\tb"
  };

  private static final String[] VALUES = {
    "0",
    "-0",
    "1",
    "-17",
    "007",
    "+3",
    "-",
    "12345678901234567",
    "123456789012345678",
    "1234567890123456789",
    "-9223372036854775808",
    "9223372036854775808",
    "0.0",
    "-0.0",
    "61.42",
    "6.",
    ".5",
    "0.1",
    "0.30000000000000004",
    "9007199254740993.5",
    "9007199254740992.0",
    "1.7976931348623157e308",
    "1.8e308",
    "4.9e-324",
    "1e-400",
    "2.2250738585072012e-308",
    "1E5",
    "1e+5",
    "1e",
    "1e-",
    "123456789.123456789",
    "0.123456789012345678",
    "1.0e22",
    "1.0e23",
    "0.1234567890123456789012345678901234567890123456789012345678901234567890",
    "true",
    "false",
    "null",
    "tru",
    "nul",
    "truex",
    "NaN",
    "nan",
    "-Infinity",
    "-inf",
    "\"RUNNING\"",
    "\"\"",
    "\"NaN\"",
    "\"-Infinity\"",
    "\"a\\nb\"",
    "\"\\ud800\"",
    "\"grün\"",
    "\"\ud83d\ude00\"",
    "\"a\u0001b\"",
    "\"a\tb\"",
    "\"2026-03-01T12:00:00Z\"",
    "\"open",
    "{}",
    "[]",
    "{\"c\":1}",
    "[1,2]",
    "{\"ts\":1}",
    "1772366400123",
    "1772366400.123",
    "1 2",
    "'x'",
    "0x1F",
    "1_0",
    "\"\u007f\""
  };

  private static final String[] BLANKS = {"", "", "", "", " ", "\n", "\t", "\r\n", "   ", "\u00a0"};

  private static EventTime time(String from) {
    return new EventTime(from, null, null, Duration.ofMinutes(10));
  }

  /** As routes ask for it: a time where it is found or named, labels, limits. */
  private static List<JsonDecoder> decoders() {
    EventTime found = time(null);
    DecodeLimits few = new DecodeLimits(1, 3, 1 << 20);
    DecodeLimits flat = new DecodeLimits(0, 100, 1 << 20);
    List<JsonDecoder> all = new ArrayList<>();
    for (JsonDecoder each :
        List.of(
            new JsonDecoder(found, DecodeLimits.DEFAULT),
            new JsonDecoder(time("/q"), DecodeLimits.DEFAULT),
            new JsonDecoder(found, few),
            new JsonDecoder(found, flat))) {
      all.add(each);
      all.add((JsonDecoder) each.labelled(Set.of("state", "site", "größe")));
    }
    return all;
  }

  @Test
  void everyDocumentComesToTheSame() {
    List<JsonDecoder> decoders = decoders();
    int plain = 0;
    for (int seed = 0; seed < DOCUMENTS; seed++) {
      Random random = new Random(seed);
      byte[] document = mutatedNowAndThen(document(random).getBytes(UTF_8), random);
      JsonDecoder decoder =
          decoders.get(random.nextInt(random.nextInt(4) == 0 ? decoders.size() : 4));
      assertSame(decoder, document);
      plain += isPlain(decoder, document) ? 1 : 0;
    }
    assertThat(plain).as("documents that went the quick way").isGreaterThan(DOCUMENTS / 10);
  }

  @Test
  void everyPayloadOfTheCasesComesToTheSame() throws IOException {
    Random random = new Random(1);
    for (JsonDecoder decoder : decoders()) {
      for (byte[] payload : Case.payloads()) {
        assertSame(decoder, payload);
        assertSame(decoder, Arrays.copyOf(payload, random.nextInt(payload.length + 1)));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"ts\":1,\"motor\":{\"temp\":61.42,\"phase\":{\"u\":230.1}},\"current\":[1.32,2,true]}",
        "{\"a\":[\"x\",null],\"b\":{\"a\":1},\"c\":{\"ts\":2}}",
        " {\"site\":\"a\" , \"state\":\"b\" }\r\n",
      })
  void whatMachinesSendGoesTheQuickWay(String json) {
    for (JsonDecoder decoder : decoders().subList(0, 4)) {
      assertSame(decoder, json.getBytes(UTF_8));
      assertThat(isPlain(decoder, json.getBytes(UTF_8))).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\":{\"b\":1},\"a.b\":2}",
        "{\"a\":[1],\"a.0\":2}",
        "{\"a\":{\"b\":{}}}",
        "{\"a\":[]}",
        "{\"a\":[[1]]}",
        "{\"a\":[{\"ts\":1,\"b\":2}]}",
        "{\"a\":1,\"a\":1}",
        "{\"a\":1}\u0000",
        "{\"a\":[1,]}",
        "{\"a\":1]",
        "[1]",
      })
  void whatNeedsMoreDoesNot(String json) {
    JsonDecoder decoder = decoders().get(0);
    assertSame(decoder, json.getBytes(UTF_8));
    assertThat(isPlain(decoder, json.getBytes(UTF_8))).isFalse();
  }

  /** Bit for bit: whatever digits, point and exponent a number is written with. */
  @Test
  void everyNumberIsTheOneThatTheParserReads() {
    JsonDecoder decoder = decoders().get(0);
    for (int seed = 0; seed < DOCUMENTS; seed++) {
      Random random = new Random(seed);
      assertSame(decoder, ("{\"a\":" + number(random) + "}").getBytes(UTF_8));
    }
  }

  private static String number(Random random) {
    return switch (random.nextInt(6)) {
      case 0 -> Double.toString(Double.longBitsToDouble(random.nextLong()));
      case 1 -> Float.toString(Float.intBitsToFloat(random.nextInt()));
      case 2 -> Long.toString(random.nextLong() >> random.nextInt(64));
      case 3 -> "%.9f".formatted(random.nextGaussian() * Math.pow(10, random.nextInt(12)));
      case 4 -> digits(random, 22) + "." + digits(random, 22);
      default ->
          "-" + digits(random, 12) + "." + digits(random, 12) + "e" + (random.nextInt(90) - 45);
    };
  }

  private static String digits(Random random, int most) {
    StringBuilder digits = new StringBuilder();
    for (int i = random.nextInt(most); i >= 0; i--) {
      digits.append((char) ('0' + random.nextInt(10)));
    }
    return digits.toString();
  }

  /** What was learned of one document holds for no other: nothing is taken from the one before. */
  @Test
  void fieldsInEveryOrderAreForgottenAndLearnedAgain() {
    JsonDecoder decoder = decoders().get(0);
    Random random = new Random(1);
    for (int i = 0; i < 20_000; i++) {
      StringBuilder document = new StringBuilder("{");
      for (int j = random.nextInt(6); j >= 0; j--) {
        document.append("\"k").append(random.nextInt(40)).append("\":").append(j);
        document.append(j == 0 ? "}" : ",");
      }
      assertSame(decoder, document.toString().getBytes(UTF_8));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {255, 256, 257, 1_000})
  void aDocumentOfManyFieldsIsReadToo(int fields) {
    StringBuilder document = new StringBuilder("{");
    for (int i = 0; i < fields; i++) {
      document.append(i == 0 ? "" : ",").append("\"f").append(i).append("\":").append(i);
    }
    byte[] json = document.append("}").toString().getBytes(UTF_8);
    JsonDecoder decoder = decoders().get(0);
    assertSame(decoder, json);
    assertSame(decoder, json);
    assertThat(isPlain(decoder, json)).isEqualTo(fields <= FieldTree.LONGEST_PATH);
  }

  private static String document(Random random) {
    String text = blank(random) + object(random, 0) + blank(random);
    return random.nextInt(30) == 0 ? text + VALUES[random.nextInt(VALUES.length)] : text;
  }

  private static String object(Random random, int depth) {
    StringBuilder text = new StringBuilder("{");
    int fields = random.nextInt(7);
    for (int i = 0; i < fields; i++) {
      String name = NAMES[random.nextInt(random.nextInt(8) == 0 ? NAMES.length : 19)];
      text.append(blank(random)).append('"').append(name).append('"').append(blank(random));
      text.append(':').append(blank(random)).append(value(random, depth)).append(blank(random));
      text.append(i < fields - 1 || random.nextInt(20) == 0 ? "," : "");
    }
    return text.append('}').toString();
  }

  private static String array(Random random, int depth) {
    StringBuilder text = new StringBuilder("[");
    for (int i = random.nextInt(5); i > 0; i--) {
      text.append(blank(random)).append(value(random, depth)).append(blank(random));
      text.append(i > 1 || random.nextInt(20) == 0 ? "," : "");
    }
    return text.append(']').toString();
  }

  private static String value(Random random, int depth) {
    return switch (random.nextInt(10 + depth)) {
      case 0 -> VALUES[random.nextInt(VALUES.length)];
      case 1 -> object(random, depth + 2);
      case 2 -> array(random, depth + 2);
      default -> plain(random);
    };
  }

  private static String plain(Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> "\"RUNNING\"";
      case 1 -> String.valueOf(random.nextBoolean());
      case 2 -> Integer.toString(random.nextInt());
      default -> "%.3f".formatted(random.nextGaussian());
    };
  }

  private static String blank(Random random) {
    return random.nextInt(8) > 0 ? "" : BLANKS[random.nextInt(BLANKS.length)];
  }

  private static byte[] mutatedNowAndThen(byte[] document, Random random) {
    if (random.nextInt(3) > 0) {
      return document;
    }
    ByteArrayOutputStream changed = new ByteArrayOutputStream();
    int at = random.nextInt(document.length + 1);
    changed.write(document, 0, at);
    switch (random.nextInt(4)) {
      case 0 -> {} // it breaks off
      case 1 -> { // a byte more
        changed.write(random.nextInt(256));
        changed.write(document, at, document.length - at);
      }
      case 2 -> { // a part of it twice
        int from = random.nextInt(at + 1);
        changed.write(document, from, document.length - from);
      }
      default -> { // another byte
        changed.write(random.nextInt(256));
        changed.write(
            document, Math.min(document.length, at + 1), Math.max(0, document.length - at - 1));
      }
    }
    return changed.toByteArray();
  }

  private static boolean isPlain(JsonDecoder decoder, byte[] document) {
    return decoder.decodePlain(new Decoder.Payload("t", document, 1), new Heard());
  }

  private static void assertSame(JsonDecoder decoder, byte[] document) {
    Decoder.Payload payload = new Decoder.Payload("t", document, 1);
    Heard any = new Heard();
    decoder.decodeAny(payload, any);
    for (int i = 0; i < 2; i++) { // its fields are new, then known
      Heard quick = new Heard();
      decoder.decode(payload, quick);
      if (!quick.parts.equals(any.parts)) {
        assertThat(quick.parts).as(new String(document, UTF_8)).isEqualTo(any.parts);
      }
    }
  }

  /** All that a decoder says, in its order. */
  private static final class Heard implements Decoder.Output {
    final List<Object> parts = new ArrayList<>();

    @Override
    public void sample(Sample sample) {
      parts.add(sample);
      if (sample.value() instanceof Value.Real real) {
        parts.add(Double.doubleToRawLongBits(real.value()));
      }
    }

    @Override
    public void rejected(Rejected rejected) {
      parts.add(rejected);
    }

    @Override
    public void filtered(String part, String why) {
      parts.add(part + ": " + why);
    }
  }
}
