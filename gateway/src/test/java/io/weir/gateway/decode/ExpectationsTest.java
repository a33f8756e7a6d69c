package io.weir.gateway.decode;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.decode.Expectations.Field;
import io.weir.gateway.decode.Expectations.What;
import io.weir.gateway.model.EventTime;
import io.weir.gateway.model.Rejected;
import io.weir.gateway.model.Sample;
import io.weir.gateway.plugin.NoKeys;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ExpectationsTest {

  private static final FormatContext CONTEXT =
      new FormatContext(
          new EventTime(null, null, null, Duration.ZERO), Set.of(), DecodeLimits.DEFAULT);

  private static List<String> decoded(String format, byte[] payload, Field... expected) {
    List<String> said = new ArrayList<>();
    Object options =
        Decoders.options(UTF_8, new Expectations("it", List.of(expected)), NoKeys.NONE);
    Decoders.of(format, options, CONTEXT)
        .decode(
            new Decoder.Payload("t", payload, 0),
            new Decoder.Output() {
              @Override
              public void sample(Sample sample) {
                said.add(sample.name());
              }

              @Override
              public void filtered(String part, String why) {}

              @Override
              public void rejected(Rejected rejected) {
                said.add(rejected.reason().label() + ": " + rejected.detail());
              }
            });
    return said;
  }

  private static List<String> decoded(String json, Field... expected) {
    return decoded("json", json.getBytes(UTF_8), expected);
  }

  private static Field field(String name, What what) {
    return new Field(name, what, null);
  }

  @Test
  void whatIsThereIsRead() {
    assertThat(
            decoded(
                "{\"a\":{\"b\":1},\"c\":[true]}",
                field("/a/b", What.NUMBER),
                field("/c/0", What.BOOLEAN)))
        .containsExactly("a.b", "c.0");
  }

  @Test
  void eachDifferenceIsSaidWithItsPlace() {
    assertThat(
            decoded(
                "{\"a\":{\"b\":\"x\"},\"c\":null,\"d\":[1],\"e~/\":2}",
                field("/a/b", What.NUMBER),
                field("/c", What.TEXT),
                field("/c/d/e", What.ANY),
                field("/e~0~1", What.OBJECT)))
        .containsExactly(
            "malformed: it expects /a/b (number), found 'x'; /c (text), found null;"
                + " /c/d/e, found none; /e~0~1 (object), found 2");
  }

  @Test
  void manyDifferencesAreCounted() {
    Field[] fields = new Field[9];
    for (int i = 0; i < fields.length; i++) {
      fields[i] = field("/f/" + i, What.ANY);
    }
    assertThat(decoded("{}", fields).get(0)).endsWith("found none; and 5 more");
  }

  @Test
  void aStarIsEachKeyOrElement() {
    Field each = field("/*/v", What.NUMBER);
    assertThat(decoded("{\"a\":{\"v\":1},\"b\":{\"v\":2}}", each)).containsExactly("a.v", "b.v");
    assertThat(decoded("{\"a\":{\"v\":1},\"b\":[5]}", each))
        .containsExactly("malformed: it expects /b/v (number), found none");
    assertThat(decoded("{}", each))
        .containsExactly("malformed: it expects /*/v (number), found none");
    assertThat(decoded("{\"a\":{\"v\":1}}", each, field("/a/w", What.ANY)))
        .containsExactly("malformed: it expects /a/w, found none");
  }

  @Test
  void eachElementOfADocumentThatIsAnArrayIsCompared() {
    assertThat(decoded("[{\"a\":1},{\"b\":2}]", field("/a", What.NUMBER)))
        .containsExactly("malformed: it expects /1/a (number), found none");
  }

  @Test
  void whatIsNoDocumentIsSaidByTheFormat() {
    assertThat(decoded("{\"a\":", field("/a", What.NUMBER)).get(0))
        .startsWith("malformed: not JSON");
    assertThat(decoded("", field("/a", What.NUMBER)))
        .containsExactly("malformed: the payload is empty");
  }

  @Test
  void otherFormatsWithNamedFieldsAreCompared() {
    Field a = field("/a", What.NUMBER);
    String unmet = "malformed: it expects /a (number), found none";
    assertThat(decoded("ndjson", "{\"a\":1}\n{\"b\":1}".getBytes(UTF_8), a))
        .containsExactly("a", unmet.replace("it expects", "line 2: it expects"));
    assertThat(decoded("cbor", HexFormat.of().parseHex("a1616201"), a)).containsExactly(unmet);
    assertThat(decoded("msgpack", HexFormat.of().parseHex("81a16201"), a)).containsExactly(unmet);
    assertThat(decoded("msgpack", HexFormat.of().parseHex("81a16101"), a)).containsExactly("a");
    assertThat(decoded("xml", "<m><b>1</b></m>".getBytes(UTF_8), field("/a", What.ANY)))
        .containsExactly("malformed: it expects /a, found none");
    assertThat(decoded("opcua-pubsub", "{\"b\":1}".getBytes(UTF_8), a)).containsExactly(unmet);
  }

  @Test
  void rowsAreComparedByTheirHeader() {
    Field force = field("force", What.ANY);
    assertThat(decoded("csv", "ts,force\n1772366400,2".getBytes(UTF_8), force))
        .containsExactly("force");
    assertThat(decoded("csv", "ts,torque\n1772366400,2".getBytes(UTF_8), force))
        .containsExactly("malformed: it expects the column 'force', found none");
  }

  @ParameterizedTest
  @MethodSource("formats")
  void aFormatThatMayExpectComparesBeforeItReads(FormatFactory<?> format) {
    Decoder decoder = made(format);
    Expectations expectations = new Expectations("it", List.of(field("/a", What.ANY)));

    assertThat(decoder.expecting(expectations) != decoder)
        .isEqualTo(format.expects() != Expectations.Names.NONE);
  }

  private static <C> Decoder made(FormatFactory<C> format) {
    return format.decoder(format.unset(), CONTEXT);
  }

  /** All but protobuf, which reads nothing without the type that its route names. */
  static List<FormatFactory<?>> formats() {
    return Decoders.formats().stream().filter(each -> !each.name().equals("protobuf")).toList();
  }

  @ParameterizedTest
  @CsvSource({
    "abc,abc,true",
    "abc,abcd,false",
    "a*,abc,true",
    "*c,abc,true",
    "a*c,abc,true",
    "a*c,ac,true",
    "a*bc*c,abcc,true",
    "ab*bc,abc,false",
    "*,x,true",
    "*b*,abc,true",
    "*d*,abc,false",
    "a**c,abc,true"
  })
  void aStarInATextIsAnyCharacters(String wanted, String text, boolean matches) {
    assertThat(ExpectedFields.matches(wanted, text)).isEqualTo(matches);
  }
}
