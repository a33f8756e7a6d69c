package io.weir.gateway.sink.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.weir.gateway.log.Time;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Value;
import io.weir.gateway.sink.Row;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The JSON of a record, against the schema that readers get. */
class JsonFormatTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static Schema schema() throws IOException {
    try (InputStream in = JsonFormat.class.getResourceAsStream("reading-1.schema.json")) {
      return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
          .getSchema(JSON.readTree(Objects.requireNonNull(in)));
    }
  }

  private static JsonNode json(Written entry) throws IOException {
    return JSON.readTree(new JsonFormat("plant-a-1").value(entry));
  }

  private static void assertValid(Written entry) throws IOException {
    JsonNode json = json(entry);
    assertThat(schema().validate(json)).as("%s", json).isEmpty();
    for (String member : (Iterable<String>) json::fieldNames) {
      assertThat(schemaText().at("/properties").has(member)).as(member).isTrue();
    }
  }

  private static JsonNode schemaText() throws IOException {
    try (InputStream in = JsonFormat.class.getResourceAsStream("reading-1.schema.json")) {
      return JSON.readTree(Objects.requireNonNull(in));
    }
  }

  @Test
  void aRecordOfVersionOneIsThisText() {
    Written entry =
        Written.press(
            Quality.GOOD,
            Map.of("tool", "T7"),
            List.of(
                new Row.Field("temperature", new Value.Real(71.5)),
                new Row.Field("count", new Value.Whole(42)),
                new Row.Field("running", new Value.Flag(true)),
                new Row.Field("state", new Value.Text("RUN"))));
    assertThat(new String(new JsonFormat("plant-a-1").value(entry), UTF_8))
        .isEqualTo(
            "{\"version\":1,\"gateway\":\"plant-a-1\",\"measurement\":\"telemetry\","
                + "\"site\":\"plant-a\",\"line\":\"line-1\",\"machine\":\"press-02\","
                + "\"tags\":{\"tool\":\"T7\"},\"time\":\"2026-03-01T06:00:00.125000001Z\","
                + "\"quality\":\"good\",\"values\":{\"temperature\":71.5,\"count\":42,"
                + "\"running\":true,\"state\":\"RUN\"}}");
    assertThat(JsonFormat.NAME).isEqualTo("json;version=1");
  }

  @ParameterizedTest
  @EnumSource(Quality.class)
  void whateverIsWrittenIsValid(Quality quality) throws IOException {
    assertValid(Written.press(quality, Map.of("tool", "", "a b", "ö"), Written.ALL_TYPES));
    assertValid(Written.press(quality, Map.of(), Written.ALL_TYPES));
    assertValid(Written.of(Asset.NONE, "efficiency"));
  }

  @Test
  void noValueIsChangedOnTheWay() throws IOException {
    JsonNode values = json(Written.press(Quality.GOOD, Map.of(), Written.ALL_TYPES)).at("/values");
    assertThat(values.size()).isEqualTo(Written.ALL_TYPES.size());
    assertThat(values.path("temperature").doubleValue()).isEqualTo(71.5);
    assertThat(values.path("round").isDouble()).as("a real number stays one").isTrue();
    assertThat(values.path("tiny").doubleValue()).isEqualTo(-1.25e-300);
    assertThat(values.path("count").longValue()).isEqualTo(Long.MIN_VALUE);
    assertThat(values.path("most").longValue()).isEqualTo(Long.MAX_VALUE);
    assertThat(values.path("running").booleanValue()).isTrue();
    assertThat(values.path("état \"x\"").textValue()).isEqualTo("läuft\n压机 😀");
  }

  @Test
  void aTimeIsWrittenAsAnInstant() throws IOException {
    JsonFormat format = new JsonFormat("plant-a-1");
    Random random = new Random(7);
    for (int i = 0; i < 2_000; i++) {
      long unit = List.of(1L, 1_000L, 1_000_000L, 1_000_000_000L, 60_000_000_000L).get(i % 5);
      long spanNs = i % 2 == 0 ? 2_000_000_000L : Long.MAX_VALUE / 2;
      long timeNs = random.nextLong(-spanNs, spanNs) / unit * unit;
      assertThat(JSON.readTree(format.value(Written.at(timeNs))).path("time").textValue())
          .isEqualTo(Time.instant(timeNs).toString());
    }
  }

  @Test
  void seriesAndNamesThatWereSeenBeforeAreNotMixedUp() throws IOException {
    JsonFormat one = new JsonFormat("plant-a-1");
    List<Written> entries =
        List.of(
            Written.press(Quality.GOOD, Map.of("tool", "T7"), Written.ALL_TYPES),
            Written.of(Asset.NONE, "efficiency"),
            Written.press(Quality.BAD, Map.of("tool", "T8"), Written.ALL_TYPES));
    for (int round = 0; round < 2; round++) {
      for (Written each : entries) {
        assertThat(JSON.readTree(one.value(each))).isEqualTo(json(each));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/version, 2",
    "/quality, '\"GOOD\"'",
    "/time, '\"yesterday\"'",
    "/values, '{}'",
    "/measurement, '\"\"'",
    "/values/x, null",
    "/tags, '{}'"
  })
  void whatIsNotOfTheFormatIsNotValid(String pointer, String wrong) throws IOException {
    ObjectNode json = (ObjectNode) json(Written.of(new Asset("s", "a", "l", "m"), "telemetry"));
    int slash = pointer.lastIndexOf('/');
    ((ObjectNode) json.at(pointer.substring(0, slash)))
        .set(pointer.substring(slash + 1), JSON.readTree(wrong));
    assertThat(schema().validate(json)).as("%s", json).isNotEmpty();
  }
}
