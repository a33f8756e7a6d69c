package io.weir.gateway.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.gateway.decode.Decoders;
import io.weir.gateway.model.EventTime;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Rejected;
import io.weir.gateway.normalize.Memory;
import io.weir.gateway.normalize.RouteConfig;
import io.weir.gateway.normalize.Types;
import io.weir.gateway.source.SourceConfig;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DecodingTest {

  private static final long NOW = 1_772_366_400_000_000_000L;
  private static final EventTime TIME = new EventTime(null, null, null, Duration.ofMinutes(10));

  private static RouteConfig route(String topic, String format) {
    return new RouteConfig(
        topic, null, format, 1, "telemetry", TIME, List.of(), RouteConfig.Unlisted.KEEP);
  }

  private static Decoding decoding(RouteConfig... routes) throws IOException {
    return new Decoding(List.of(routes), Types.load(new Memory()));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  @Test
  void aTopicOfNoRouteGoesToTheQuarantineWithItsPayload() throws IOException {
    Decoded decoded =
        decoding(route("a/b", "json")).decode("plant", "c", bytes("{}"), false, null, NOW);

    assertThat(decoded.received()).isEqualTo(1);
    assertThat(decoded.rejected()).extracting(Rejected::reason).containsExactly(Reason.NO_ROUTE);
    assertThat(decoded.payload()).isEqualTo(bytes("{}"));
  }

  /** What was rejected by a replay too has that as its source. */
  @Test
  void whatIsReplayedOnceMoreIsDecodedByTheRouteOfASource() throws IOException {
    RouteConfig ofPlant =
        new RouteConfig(
            "a/{machine}",
            "plant",
            "json",
            1,
            "telemetry",
            TIME,
            List.of(),
            RouteConfig.Unlisted.KEEP);
    Decoding decoding = decoding(ofPlant);
    byte[] payload = bytes("{\"v\":1}");

    assertThat(decoding.decode("other", "a/x", payload, false, null, NOW).rejected()).hasSize(1);
    assertThat(decoding.decode(SourceConfig.REPLAY, "a/x", payload, false, null, NOW).readings())
        .hasSize(1);
  }

  @Test
  void aTopicLetInOnlyByMergedFiltersIsFiltered() throws IOException {
    Decoding decoding = decoding(route("a/{machine}/c", "json"), route("a/b/{metric}", "json"));

    Decoded decoded = decoding.decode("plant", "a/x/y", bytes("1"), false, null, NOW);

    assertThat(decoded.filtered()).isEqualTo(1);
    assertThat(decoded.rejected()).isEmpty();
  }

  @Test
  void theFormatThatASourceNamesGoesBeforeTheRoutes() throws IOException {
    Decoding decoding = decoding(route("#", "json"));

    Decoded decoded =
        decoding.decode(
            "http-in", "/write", bytes("m v=1 1772366400123"), false, "influx-line:ms", NOW);

    assertThat(decoded.readings()).extracting(Reading::timeNs).containsExactly(NOW + 123_000_000L);
  }

  @Test
  void aSourceThatNamesItsFormatNeedsNoRoute() throws IOException {
    Decoded decoded =
        decoding()
            .decode(
                "http-in",
                "/api/v1/readings",
                bytes("{\"machine\":\"press-02\",\"temp\":21.5}"),
                false,
                "json",
                NOW);

    assertThat(decoded.readings()).hasSize(1);
    assertThat(decoded.readings().get(0).series().asset().machine()).isEqualTo("press-02");
    assertThat(decoded.readings().get(0).series().measurement()).isEqualTo("telemetry");
  }

  @Test
  void manySamplesRejectedFromOneLineKeepOneCopyOfIt() throws IOException {
    Decoding decoding = decoding(route("#", "influx-line"));
    StringBuilder line = new StringBuilder("m ok=1");
    for (int i = 0; i < 1_000; i++) {
      line.append(",_f").append(i).append("=1");
    }

    Decoded decoded = decoding.decode("plant", "a", bytes(line.toString()), false, null, NOW);

    assertThat(decoded.rejected()).hasSize(1_000);
    assertThat(decoded.rejected().stream().filter(r -> r.part() != null)).hasSize(1);
  }

  @Test
  void aMessageWithVeryManyFaultsExplainsTheFirstAndKeepsWhatIsGood() throws IOException {
    StringBuilder lines = new StringBuilder("m ok=1\n");
    for (int i = 0; i < 1_500; i++) {
      lines.append("m _f").append(i).append("=1\n");
    }

    Decoded decoded =
        decoding(route("#", "influx-line"))
            .decode("plant", "a", bytes(lines.toString()), false, null, NOW);

    assertThat(decoded.readings()).hasSize(1);
    assertThat(decoded.rejected()).hasSize(1_500);
    assertThat(decoded.rejected().stream().map(Rejected::detail).distinct()).hasSize(1_001);
  }

  @Test
  void aMessagePastTheLimitOfPartsIsCutOffAndSaid() throws IOException {
    Decoding decoding = decoding(route("json", "json"), route("line", "influx-line"));

    Decoded json =
        decoding.decode("plant", "json", bytes("[" + "1,".repeat(100_000) + "1]"), false, null, 1);
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i <= 100_000; i++) {
      lines.append("m v=1 ").append(NOW + i).append('\n');
    }
    Decoded line = decoding.decode("plant", "line", bytes(lines.toString()), false, null, NOW);

    assertThat(json.readings()).isEmpty();
    assertThat(json.rejected()).extracting(Rejected::reason).containsExactly(Reason.LIMIT);
    assertThat(line.readings()).hasSize(100_000);
    assertThat(line.rejected()).extracting(Rejected::reason).containsExactly(Reason.LIMIT);
  }

  @Test
  void aMessageIsNotTakenWhileItsTypesCannotBeSaved() throws IOException {
    Memory store = new Memory();
    Decoding decoding = new Decoding(List.of(route("#", "json")), Types.load(store));
    store.breakWith(new IOException("disk full"));

    assertThatThrownBy(() -> decoding.decode("plant", "a", bytes("{\"t\":1}"), false, null, NOW))
        .hasMessage("disk full");

    store.repair();
    Decoded again = decoding.decode("plant", "a", bytes("{\"t\":1}"), false, null, NOW);
    assertThat(again.readings()).hasSize(1);
    assertThat(store.text()).contains("telemetry\tt\tFLOAT");
  }

  @Test
  void anUnknownFormatIsRefusedWithTheOnesThereAre() {
    assertThatThrownBy(() -> decoding(route("#", "jsn")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no format 'jsn'")
        .hasMessageContaining("influx-line");
  }

  @Test
  void everyFormatThereIsMayStandInTheConfiguration() throws IOException {
    JsonNode schema = new ObjectMapper().readTree(Path.of("../config/weir.schema.json").toFile());
    List<String> allowed = new ArrayList<>();
    schema.at("/$defs/route/properties/format/enum").forEach(name -> allowed.add(name.asText()));
    assertThat(allowed).containsExactlyInAnyOrderElementsOf(Decoders.names());
  }

  @Test
  void readingsOfOneSeriesShareItAcrossMessages() throws IOException {
    Decoding decoding = decoding(route("f/{machine}/{metric}", "scalar"));

    Reading one = decoding.decode("p", "f/m/a", bytes("1"), false, null, NOW).readings().get(0);
    Reading other = decoding.decode("p", "f/m/b", bytes("2"), false, null, NOW).readings().get(0);

    assertThat(other.series()).isSameAs(one.series());
  }

  private static Decoded declaredAs(String contentType, byte[] payload) throws IOException {
    return decoding(route("a", "json"))
        .decode("plant", "a", payload, false, null, contentType, NOW);
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/gzip", "application/json+gzip; v=1", "text/plain", ""})
  void whatIsPackedIsExpandedWhetherItIsDeclaredOrNot(String contentType) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(bytes("{\"v\":1}"));
    }

    assertThat(declaredAs(contentType, packed.toByteArray()).readings())
        .extracting(Reading::metric)
        .containsExactly("v");
  }

  @Test
  void aDeclaredCompressionWithoutMagicBytesIsExpanded() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    Deflater smallWindow = new Deflater(Deflater.NO_COMPRESSION);
    try (OutputStream zlib = new DeflaterOutputStream(packed, smallWindow)) {
      zlib.write(bytes("{\"v\":1}"));
    }
    byte[] otherWindow = packed.toByteArray();
    otherWindow[0] = 0x68; // a window of 16 KiB, and the check bits that belong to it
    otherWindow[1] = (byte) (31 - (0x6800 % 31));

    assertThat(declaredAs("application/zlib", otherWindow).readings()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/gzip", "application/zstd", "application/zlib"})
  void whatIsDeclaredAsPackedAndIsNotIsQuarantined(String contentType) throws IOException {
    Decoded decoded = declaredAs(contentType, bytes("{\"v\":1}"));

    assertThat(decoded.readings()).isEmpty();
    assertThat(decoded.rejected())
        .singleElement()
        .satisfies(
            rejected -> {
              assertThat(rejected.reason()).isEqualTo(Reason.MALFORMED);
              assertThat(rejected.detail()).startsWith("declared as " + contentType);
            });
  }

  @Test
  void whatADatabusSaidOfItsIdsHoldsForEveryRouteAndAfterTheRoutesChange() throws IOException {
    Decoding before =
        decoding(route("ie/m/#", "siemens-databus"), route("ie/d/#", "siemens-databus"));
    String metadata =
        """
        {"connections":[{"name":"press-02","dataPoints":[{"name":"default","dataPointDefinitions":
          [{"id":"101","name":"Force","dataType":"Real"}]}]}]}\
        """;
    before
        .decode("plant", "ie/m/j/simatic/v1/s7c1/dp", bytes(metadata), true, null, NOW)
        .kept()
        .run();

    Decoding after =
        before.with(List.of(route("ie/+/j/simatic/v1/{plc}/#", "siemens-databus")), Map.of());

    String topic = "ie/d/j/simatic/v1/s7c1/dp/r/press-02/default";
    byte[] value = bytes("{\"vals\":[{\"id\":\"101\",\"val\":4.5}]}");
    for (Decoding each : List.of(before, after)) {
      assertThat(each.decode("plant", topic, value, false, null, NOW).readings())
          .extracting(Reading::metric)
          .containsExactly("Force");
    }
  }
}
