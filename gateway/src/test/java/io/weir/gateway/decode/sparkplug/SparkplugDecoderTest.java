package io.weir.gateway.decode.sparkplug;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.weir.gateway.decode.DecodeLimits;
import io.weir.gateway.decode.Decoder;
import io.weir.gateway.decode.SessionDecoder.Command;
import io.weir.gateway.decode.Taken;
import io.weir.gateway.log.Time;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Rejected;
import io.weir.gateway.model.Sample;
import io.weir.gateway.model.Value;
import java.time.Duration;
import java.util.List;
import org.eclipse.tahu.protobuf.SparkplugBProto.DataType;
import org.eclipse.tahu.protobuf.SparkplugBProto.Payload;
import org.eclipse.tahu.protobuf.SparkplugBProto.Payload.Metric;
import org.eclipse.tahu.protobuf.SparkplugBProto.Payload.PropertySet;
import org.eclipse.tahu.protobuf.SparkplugBProto.Payload.PropertyValue;
import org.junit.jupiter.api.Test;

/** The sessions of edge nodes: what is known, what is missing, and when a node is asked again. */
class SparkplugDecoderTest {

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final SparkplugDecoder decoder = new SparkplugDecoder(DecodeLimits.DEFAULT);
  private final EdgeNode node = new EdgeNode("plant", "line1", 7);
  private final Taken taken = new Taken();
  private final List<Sample> samples = taken.samples();
  private final List<Rejected> rejected = taken.rejected();
  private long nowNs;

  /** One message that was kept. */
  private void came(String topic, byte[] payload) {
    decode("mqtt", topic, payload, true);
  }

  private void decode(String source, String topic, byte[] payload, boolean kept) {
    taken.clear();
    taken.isKept(kept);
    decoder.decode(new Decoder.Payload(source, topic, payload, 0), taken);
  }

  private List<Command> dueAfter(Duration more) {
    nowNs += more.toNanos();
    return decoder.due(
        "mqtt",
        PATIENCE,
        new Time() {
          @Override
          public long wallNs() {
            return 1_772_366_400_000_000_000L;
          }

          @Override
          public long elapsedNs() {
            return nowNs;
          }
        });
  }

  private List<Command> due() {
    return dueAfter(Duration.ofMillis(200));
  }

  private void born() {
    came(node.topic("NBIRTH"), node.birth());
    came(node.deviceTopic("DBIRTH"), node.deviceBirth());
  }

  private List<Value> values() {
    return samples.stream().map(Sample::value).toList();
  }

  @Test
  void aNodeThatIsBornAndInOrderIsNeverAsked() {
    born();
    for (int i = 0; i < 600; i++) {
      came(node.topic("NDATA"), node.data(-i));
      assertThat(values()).containsExactly(new Value.Whole(-i));
      assertThat(due()).isEmpty();
    }
  }

  @Test
  void dataBeforeItsBirthIsRejectedAndTheNodeIsAskedOnce() throws Exception {
    came(node.topic("NDATA"), node.data(1));

    assertThat(rejected)
        .extracting(Rejected::detail)
        .containsExactly("alias 1 means nothing yet: no birth was received");
    List<Command> commands = due();
    assertThat(commands).extracting(Command::topic).containsExactly("spBv1.0/plant/NCMD/line1");
    Payload request = Payload.parseFrom(commands.get(0).payload());
    assertThat(request.hasSeq()).isFalse();
    assertThat(request.getTimestamp()).isEqualTo(1_772_366_400_000L);
    assertThat(request.getMetrics(0).getName()).isEqualTo("Node Control/Rebirth");
    assertThat(request.getMetrics(0).getBooleanValue()).isTrue();
    assertThat(due()).isEmpty();
  }

  @Test
  void aNodeThatNeverAnswersIsAskedLessAndLess() {
    int asked = 0;
    for (int second = 0; second < 3600; second++) {
      came(node.topic("NDATA"), node.data(1));
      asked += dueAfter(Duration.ofSeconds(1)).size();
    }
    assertThat(asked).isBetween(8, 14);
  }

  @Test
  void aMessageThatWasNotKeptChangesNothing() {
    decode("mqtt", node.topic("NBIRTH"), node.birth(), false);
    assertThat(samples).hasSize(1);
    came(node.topic("NDATA"), node.data(1));
    assertThat(rejected).hasSize(1);

    born();
    byte[] data = node.data(5);
    for (int i = 0; i < 3; i++) {
      decode("mqtt", node.topic("NDATA"), data, false);
      assertThat(values()).containsExactly(new Value.Whole(5));
    }
    came(node.topic("NDATA"), data);
    due();
    assertThat(dueAfter(PATIENCE.plusMinutes(1))).isEmpty();
  }

  @Test
  void aGapIsWaitedForAndThenTheNodeIsAsked() {
    born();
    node.lose();
    came(node.topic("NDATA"), node.data(2));

    assertThat(values()).as("it is read all the same").containsExactly(new Value.Whole(2));
    assertThat(due()).isEmpty();
    assertThat(dueAfter(PATIENCE.minusSeconds(1))).isEmpty();
    assertThat(dueAfter(Duration.ofSeconds(2))).hasSize(1);
  }

  @Test
  void messagesThatOnlyChangedTheirOrderAreNoGap() {
    born();
    byte[] first = node.data(1);
    byte[] second = node.deviceData(2);
    byte[] third = node.data(3);
    came(node.topic("NDATA"), third);
    due();
    came(node.topic("NDATA"), first);
    came(node.deviceTopic("DDATA"), second);

    assertThat(dueAfter(PATIENCE.multipliedBy(2))).isEmpty();
  }

  @Test
  void aMessageSentTwiceIsNoGap() {
    born();
    byte[] data = node.data(1);
    came(node.topic("NDATA"), data);
    came(node.topic("NDATA"), data);
    came(node.topic("NDATA"), node.data(2));
    due();

    assertThat(dueAfter(PATIENCE.multipliedBy(2))).isEmpty();
  }

  @Test
  void aCounterThatRestartedWithoutABirthIsAsked() {
    born();
    for (int i = 0; i < 60; i++) {
      came(node.topic("NDATA"), node.data(i));
    }
    EdgeNode restarted = new EdgeNode("plant", "line1", 8);
    restarted.birth(); // lost
    restarted.later(Duration.ofMinutes(1));
    came(node.topic("NDATA"), restarted.data(1));

    assertThat(rejected).hasSize(1);
    assertThat(due()).hasSize(1);
  }

  @Test
  void theLastValuesOfADeadDeviceBecomeStale() {
    born();
    came(node.deviceTopic("DDATA"), node.deviceData(31.5));
    came(node.deviceTopic("DDEATH"), node.deviceDeath());

    assertThat(values()).containsExactly(new Value.Real(31.5));
    assertThat(samples).extracting(Sample::quality).containsExactly(Quality.BAD);
    assertThat(samples).extracting(Sample::reason).containsExactly("stale");
    assertThat(samples.get(0).time()).as("that of the death").isNotNull();
    came(node.deviceTopic("DDATA"), node.deviceData(1));
    assertThat(rejected).as("it must be born again").hasSize(1);
  }

  @Test
  void aDeadNodeTakesItsDevicesWithItAndIsNotAsked() {
    born();
    came(node.topic("NDEATH"), node.death());

    assertThat(values()).containsExactlyInAnyOrder(new Value.Whole(100), new Value.Real(20.5));
    assertThat(samples).extracting(Sample::time).as("when it was heard").containsOnlyNulls();
    came(node.topic("NDEATH"), node.death());
    assertThat(samples).as("once").isEmpty();
    assertThat(dueAfter(Duration.ofMinutes(1))).isEmpty();
  }

  @Test
  void theDeathOfADeviceWithoutAKnownValueIsToldToo() {
    node.birth(); // before anyone listened
    node.deviceBirth();
    came(node.deviceTopic("DDATA"), payload(number("temperature", 20)));
    assertThat(samples).extracting(Sample::quality).containsExactly(Quality.GOOD);

    came(node.topic("NDEATH"), node.death());
    assertThat(samples).extracting(Sample::name).containsExactly("Death");
    assertThat(samples).extracting(Sample::reason).containsExactly("stale");
    assertThat(samples).extracting(sample -> sample.asset().machine()).containsExactly("press");
    came(node.topic("NDEATH"), node.death());
    assertThat(samples).as("once").isEmpty();
  }

  @Test
  void aNodeThatDiesBeforeItsDevicesAreBornAgainTakesThemWithIt() {
    born();
    came(node.topic("NBIRTH"), node.birth());
    came(node.topic("NDEATH"), node.death());

    assertThat(samples)
        .filteredOn(sample -> "press".equals(sample.asset().machine()))
        .extracting(Sample::name, Sample::reason)
        .containsExactly(tuple("Death", "stale"));
  }

  @Test
  void aValueOfStaleQualityIsNoDeath() {
    came(node.topic("NBIRTH"), payload(judged("stale")));
    assertThat(samples).extracting(Sample::reason).containsExactly("'stale'");
  }

  @Test
  void theWillOfAConnectionBeforeSaysNothing() {
    born();
    came(node.topic("NDEATH"), new EdgeNode("plant", "line1", 6).death());
    assertThat(samples).isEmpty();

    came(node.topic("NDATA"), node.data(5));
    assertThat(values()).containsExactly(new Value.Whole(5));
  }

  @Test
  void aNodeBehindAnotherBrokerIsAnotherNode() {
    born();
    decode("other", node.topic("NDATA"), node.data(1), true);
    assertThat(rejected).hasSize(1);
  }

  @Test
  void aBirthThatTheBrokerRememberedNamesTheMetricsOfANodeThatWasNotHeard() {
    came("$sparkplug/certificates/" + node.topic("NBIRTH"), node.birth());
    came(node.topic("NDATA"), node.data(5));

    assertThat(samples).extracting(Sample::name).containsExactly("speed");
    assertThat(due()).isEmpty();
  }

  @Test
  void aPayloadThatCannotBeReadIsAReasonToAsk() {
    born();
    came(node.topic("NDATA"), new byte[] {0x12, 0x7F});

    assertThat(rejected).hasSize(1);
    assertThat(due()).hasSize(1);
  }

  @Test
  void aMessageOfMillionsOfEmptyMetricsIsRefusedWhole() {
    byte[] payload = new byte[8 << 20];
    for (int i = 0; i < payload.length; i += 2) {
      payload[i] = 0x12;
    }
    came(node.topic("NDATA"), payload);

    assertThat(rejected).extracting(Rejected::detail).containsExactly("more than 100000 metrics");
  }

  private static byte[] payload(Metric.Builder... metrics) {
    Payload.Builder payload = Payload.newBuilder().setTimestamp(1_772_366_399_000L).setSeq(0);
    for (Metric.Builder each : metrics) {
      payload.addMetrics(each);
    }
    return payload.build().toByteArray();
  }

  private static Metric.Builder number(String name, int value) {
    return Metric.newBuilder().setName(name).setDatatype(DataType.Int32_VALUE).setIntValue(value);
  }

  @Test
  void anAliasThatTheBirthGaveToTwoMetricsNamesNeither() {
    came(
        node.topic("NBIRTH"),
        payload(
            number("a", 1).setAlias(7), number("b", 2).setAlias(7), number("c", 3).setAlias(8)));
    came(
        node.topic("NDATA"),
        payload(
            Metric.newBuilder().setAlias(7).setIntValue(4),
            Metric.newBuilder().setAlias(8).setIntValue(5),
            Metric.newBuilder().setName("b").setAlias(7).setIntValue(6)));

    assertThat(samples).extracting(Sample::name).containsExactly("c", "b");
    assertThat(rejected)
        .extracting(Rejected::detail)
        .containsExactly("alias 7 is that of several metrics in the birth");
    assertThat(due()).isEmpty();
  }

  @Test
  void whatTheProtocolSaysByAliasIsNeitherRejectedNorAReasonToAsk() {
    came(
        node.topic("NBIRTH"),
        payload(
            Metric.newBuilder()
                .setName("Node Control/Rebirth")
                .setAlias(1)
                .setDatatype(DataType.Boolean_VALUE),
            Metric.newBuilder()
                .setName("bdSeq")
                .setAlias(2)
                .setDatatype(DataType.UInt64_VALUE)
                .setLongValue(7)));
    came(
        node.topic("NDATA"),
        payload(
            Metric.newBuilder().setAlias(1).setBooleanValue(false),
            Metric.newBuilder().setAlias(2).setLongValue(7)));

    assertThat(samples).isEmpty();
    assertThat(rejected).isEmpty();
    assertThat(due()).isEmpty();
    came(node.topic("NDEATH"), node.death());
    assertThat(samples).as("of no metric").extracting(Sample::name).containsExactly("Death");
  }

  @Test
  void aTextThatIsTooLongForAUnitIsNone() {
    came(node.topic("NBIRTH"), payload(inUnit("u".repeat(257)), inUnit("Cel")));

    assertThat(samples).extracting(Sample::unit).containsExactly(null, "Cel");
  }

  private static Metric.Builder inUnit(String unit) {
    return number("a", 1)
        .setProperties(
            PropertySet.newBuilder()
                .addKeys("engUnit")
                .addValues(
                    PropertyValue.newBuilder()
                        .setType(DataType.String_VALUE)
                        .setStringValue(unit)));
  }

  private static Metric.Builder judged(String quality) {
    return number("a", 1)
        .setProperties(
            PropertySet.newBuilder()
                .addKeys("Quality")
                .addValues(
                    PropertyValue.newBuilder()
                        .setType(DataType.String_VALUE)
                        .setStringValue(quality)));
  }

  @Test
  void aQualityInWordsIsReadByTheFirst() {
    came(
        node.topic("NBIRTH"),
        payload(
            judged("Good"),
            judged("192"),
            judged("Bad_Stale"),
            judged("0"),
            judged("Uncertain_LastKnownValue"),
            judged("no idea")));

    assertThat(samples)
        .extracting(Sample::quality)
        .containsExactly(
            Quality.GOOD,
            Quality.GOOD,
            Quality.BAD,
            Quality.BAD,
            Quality.UNCERTAIN,
            Quality.UNCERTAIN);
    assertThat(samples)
        .extracting(Sample::reason)
        .containsExactly(null, null, "Bad_Stale", "0 (bad)", "Uncertain_LastKnownValue", "no idea");
  }
}
