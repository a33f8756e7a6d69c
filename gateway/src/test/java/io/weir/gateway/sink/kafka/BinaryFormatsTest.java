package io.weir.gateway.sink.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Value;
import io.weir.gateway.sink.Row;
import io.weir.gateway.sink.stream.Written;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.eclipse.tahu.protobuf.SparkplugBProto.DataType;
import org.eclipse.tahu.protobuf.SparkplugBProto.Payload;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The values that are no text, read by the libraries that others read them with. */
class BinaryFormatsTest {

  private static final Map<String, String> TAGS = Map.of("tool", "T7", "ö", "");

  private static GenericRecord avro(Written entry) throws IOException {
    try (InputStream in = AvroFormat.class.getResourceAsStream("reading-1.avsc")) {
      Schema schema = new Schema.Parser().parse(Objects.requireNonNull(in));
      byte[] bytes = new AvroFormat("plant-a-1").value(entry);
      BinaryDecoder decoder = DecoderFactory.get().binaryDecoder(bytes, null);
      GenericRecord read = new GenericDatumReader<GenericRecord>(schema).read(null, decoder);
      assertThat(decoder.isEnd()).as("nothing is behind it").isTrue();
      return read;
    }
  }

  private static Map<String, String> texts(Object map) {
    Map<String, String> texts = new TreeMap<>();
    ((Map<?, ?>) map).forEach((key, value) -> texts.put(key.toString(), value.toString()));
    return texts;
  }

  @ParameterizedTest
  @EnumSource(Quality.class)
  void avroIsReadByItsSchema(Quality quality) throws IOException {
    GenericRecord read = avro(Written.press(quality, TAGS, Written.ALL_TYPES));
    assertThat(read.get("gateway")).hasToString("plant-a-1");
    assertThat(read.get("measurement")).hasToString("telemetry");
    assertThat(read.get("site")).hasToString("plant-a");
    assertThat(read.get("area")).isNull();
    assertThat(read.get("line")).hasToString("line-1");
    assertThat(read.get("machine")).hasToString("press-02");
    assertThat(texts(read.get("tags"))).isEqualTo(TAGS);
    assertThat(read.get("timeNs")).isEqualTo(Written.TIME_NS);
    assertThat(read.get("quality")).hasToString(quality.name());
    Map<String, Object> values = new TreeMap<>();
    ((Map<?, ?>) read.get("values"))
        .forEach(
            (key, value) ->
                values.put(
                    key.toString(), value instanceof CharSequence ? value.toString() : value));
    assertThat(values)
        .isEqualTo(
            Map.of(
                "temperature",
                71.5,
                "round",
                3.0,
                "tiny",
                -1.25e-300,
                "count",
                Long.MIN_VALUE,
                "most",
                Long.MAX_VALUE,
                "running",
                true,
                "état \"x\"",
                "läuft\n压机 😀"));
  }

  @Test
  void avroWithoutAssetAndTags() throws IOException {
    GenericRecord read = avro(Written.of(Asset.NONE, "efficiency"));
    assertThat(read.get("site")).isNull();
    assertThat((Map<?, ?>) read.get("tags")).isEmpty();
    assertThat((Map<?, ?>) read.get("values")).hasSize(Written.ALL_TYPES.size());
  }

  @Test
  void avroOfLongTexts() throws IOException {
    String text = "x".repeat(100_000);
    GenericRecord read =
        avro(
            Written.press(
                Quality.GOOD, TAGS, List.of(new Row.Field("text", new Value.Text(text)))));
    assertThat(texts(read.get("values"))).containsEntry("text", text);
  }

  @ParameterizedTest
  @EnumSource(Quality.class)
  void sparkplugHasAMetricOfEachValueWithItsTypeTimeAndQuality(Quality quality) throws Exception {
    byte[] bytes = new SparkplugFormat().value(Written.press(quality, TAGS, Written.ALL_TYPES));
    Payload payload = Payload.parseFrom(bytes);
    assertThat(payload.getTimestamp()).isEqualTo(Written.TIME_NS / 1_000_000);
    assertThat(payload.hasSeq()).isFalse();
    assertThat(payload.getMetricsList())
        .extracting(Payload.Metric::getName)
        .containsExactly("temperature", "round", "tiny", "count", "most", "running", "état \"x\"");
    assertThat(payload.getMetricsList())
        .extracting(Payload.Metric::getDatatype)
        .containsExactly(
            DataType.Double_VALUE,
            DataType.Double_VALUE,
            DataType.Double_VALUE,
            DataType.Int64_VALUE,
            DataType.Int64_VALUE,
            DataType.Boolean_VALUE,
            DataType.String_VALUE);
    assertThat(payload.getMetrics(0).getDoubleValue()).isEqualTo(71.5);
    assertThat(payload.getMetrics(3).getLongValue()).isEqualTo(Long.MIN_VALUE);
    assertThat(payload.getMetrics(5).getBooleanValue()).isTrue();
    assertThat(payload.getMetrics(6).getStringValue()).isEqualTo("läuft\n压机 😀");
    assertThat(payload.getMetricsList())
        .allMatch(each -> each.getTimestamp() == payload.getTimestamp())
        .allMatch(each -> each.hasProperties() == (quality != Quality.GOOD));
    if (quality != Quality.GOOD) {
      Payload.PropertySet properties = payload.getMetrics(0).getProperties();
      assertThat(properties.getKeysList()).containsExactly("Quality");
      assertThat(properties.getValues(0).getIntValue()).isEqualTo(quality == Quality.BAD ? 0 : 64);
    }
  }
}
