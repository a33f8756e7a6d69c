package io.weir.gateway.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.EventTime;
import io.weir.gateway.model.SequenceNumber;
import io.weir.gateway.normalize.Memory;
import io.weir.gateway.normalize.RouteConfig;
import io.weir.gateway.normalize.Types;
import io.weir.gateway.plugin.NoKeys;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.eclipse.tahu.protobuf.SparkplugBProto;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a message is counted as: by the field that its route names, or by its format. */
class SequenceNumbersTest {

  private static final long NOW = 1_772_366_400_000_000_000L;

  private RouteConfig.@Nullable AssetRule asset;
  private RouteConfig.Unlisted unlisted = RouteConfig.Unlisted.KEEP;

  private List<SequenceNumber> numbers(
      String format, @Nullable String from, String topic, byte[] payload, boolean retained)
      throws IOException {
    RouteConfig.Sequence sequence = from == null ? null : new RouteConfig.Sequence(from, 16);
    RouteConfig route =
        new RouteConfig(
            format.equals("json") ? "plant/{machine}" : "#",
            null,
            format,
            1,
            "telemetry",
            new EventTime(null, null, null, Duration.ofMinutes(10)),
            List.of(),
            unlisted,
            RouteConfig.Fields.METRICS,
            RouteConfig.Reporting.EVERY,
            asset,
            null,
            Duration.ZERO,
            RouteConfig.Retained.DROP,
            RouteConfig.Limits.DEFAULT,
            RouteConfig.Retention.DEFAULT,
            new RouteConfig.Devices(sequence, null, null),
            NoKeys.NONE);
    return new Decoding(List.of(route), Types.load(new Memory()))
        .decode("plant", topic, payload, retained, null, NOW)
        .numbers();
  }

  private List<SequenceNumber> ofJson(String from, String payload) throws IOException {
    return numbers("json", from, "plant/press", payload.getBytes(UTF_8), false);
  }

  private static SequenceNumber of(String machine, long number) {
    return new SequenceNumber(new Asset(null, null, null, machine), "", number, 16, false);
  }

  @Test
  void theFieldOfTheRouteIsTheNumber() throws IOException {
    assertThat(ofJson("seq", "{\"seq\": 7, \"t\": 1}")).containsExactly(of("press", 7));
    assertThat(ofJson("seq", "{\"seq\": \"7\"}")).containsExactly(of("press", 7));
    assertThat(ofJson("/h/n", "{\"h\": {\"n\": 7.0}}")).containsExactly(of("press", 7));
    assertThat(ofJson("seq", "{\"seq\": 7.5}")).isEmpty();
    assertThat(ofJson("seq", "{\"seq\": -7}")).isEmpty();
    assertThat(ofJson("seq", "{\"seq\": \"x7\"}")).isEmpty();
    assertThat(ofJson("seq", "{\"t\": 7}")).isEmpty();
  }

  @Test
  void itNeedNotBeStored() throws IOException {
    unlisted = RouteConfig.Unlisted.DROP;
    assertThat(ofJson("seq", "{\"seq\": 7, \"t\": 1}")).containsExactly(of("press", 7));
  }

  @Test
  void devicesInOneMessageHaveNumbersOfTheirOwn() throws IOException {
    asset = new RouteConfig.AssetRule(null, null, null, new RouteConfig.Label.Field("/id"), null);
    assertThat(ofJson("seq", "[{\"id\":\"a\",\"seq\":1},{\"id\":\"b\",\"seq\":9}]"))
        .containsExactly(of("a", 1), of("b", 9));
  }

  @Test
  void aRetainedMessageIsNotCounted() throws IOException {
    byte[] payload = "{\"seq\": 7, \"ts\": 1772366400}".getBytes(UTF_8);
    assertThat(numbers("json", "seq", "plant/press", payload, true)).isEmpty();
  }

  @Test
  void aWriterOfOpcUaCountsForItself() throws IOException {
    String payload =
        """
        {"MessageType":"ua-data","PublisherId":"plc-4","Messages":[
          {"DataSetWriterId":3,"SequenceNumber":12,"Payload":{"Speed":1}},
          {"DataSetWriterId":4,"SequenceNumber":70,"Payload":{"Load":1}}]}
        """;
    Asset plc = new Asset(null, null, null, "plc-4");
    assertThat(numbers("opcua-pubsub", null, "opcua/x", payload.getBytes(UTF_8), false))
        .containsExactly(
            new SequenceNumber(plc, "plc-4/3", 12, 0, false),
            new SequenceNumber(plc, "plc-4/4", 70, 0, false));
    String alone = "{\"DataSetWriterId\":3,\"SequenceNumber\":12,\"Payload\":{\"Speed\":1}}";
    assertThat(numbers("opcua-pubsub", null, "opcua/x", alone.getBytes(UTF_8), false))
        .as("without a publisher the topic tells writers apart")
        .containsExactly(new SequenceNumber(Asset.NONE, "opcua/x/3", 12, 0, false));
  }

  @Test
  void anEdgeNodeOfSparkplugCountsForAllItsDevices() throws IOException {
    byte[] birth = SparkplugBProto.Payload.newBuilder().setSeq(0).build().toByteArray();
    byte[] data = SparkplugBProto.Payload.newBuilder().setSeq(255).build().toByteArray();
    Asset node = new Asset("g", null, "n", null);
    assertThat(numbers("sparkplug-b", null, "spBv1.0/g/NBIRTH/n", birth, false))
        .containsExactly(new SequenceNumber(node, "g/n", 0, 8, true));
    assertThat(numbers("sparkplug-b", null, "spBv1.0/g/DDATA/n/d", data, false))
        .containsExactly(new SequenceNumber(node, "g/n", 255, 8, false));
    assertThat(numbers("sparkplug-b", null, "spBv1.0/g/NDEATH/n", data, false))
        .as("a will")
        .isEmpty();
  }
}
