package io.weir.gateway.decode.sparkplug;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.decode.DecodeLimits;
import io.weir.gateway.decode.Decoder;
import io.weir.gateway.decode.Taken;
import io.weir.gateway.log.Time;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Rejected;
import io.weir.gateway.model.Sample;
import java.time.Duration;
import java.util.List;
import org.eclipse.tahu.protobuf.SparkplugBProto.DataType;
import org.eclipse.tahu.protobuf.SparkplugBProto.Payload;
import org.eclipse.tahu.protobuf.SparkplugBProto.Payload.Metric;
import org.junit.jupiter.api.Test;

/** An alias is read as the metric that it is for sure, also where births are lost or come late. */
class AliasesTest {

  private static final String NODE = "spBv1.0/plant/%s/line1";
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final SparkplugDecoder decoder = new SparkplugDecoder(DecodeLimits.DEFAULT);
  private final Taken taken = new Taken();
  private final List<Sample> samples = taken.samples();
  private final List<Rejected> rejected = taken.rejected();
  private long nowNs;
  private Decoder.Way way = new Decoder.Way(1, 1, 1, false, false, false);

  // ---- What a node sends

  private static Payload.Builder payload(long timeMs, int seq) {
    return Payload.newBuilder().setTimestamp(timeMs).setSeq(seq);
  }

  /** A birth that gives the aliases 0, 1, ... to these metrics. */
  private void birth(long timeMs, long session, String... names) {
    came("NBIRTH", birthPayload(timeMs, session, names));
  }

  private static Payload.Builder birthPayload(long timeMs, long session, String... names) {
    Payload.Builder birth =
        payload(timeMs, 0)
            .addMetrics(
                Metric.newBuilder()
                    .setName("bdSeq")
                    .setDatatype(DataType.Int64_VALUE)
                    .setLongValue(session));
    for (int alias = 0; alias < names.length; alias++) {
      birth.addMetrics(
          Metric.newBuilder()
              .setName(names[alias])
              .setAlias(alias)
              .setDatatype(DataType.Int32_VALUE)
              .setIntValue(0));
    }
    return birth;
  }

  private void data(long timeMs, int seq) {
    came("NDATA", payload(timeMs, seq).addMetrics(Metric.newBuilder().setAlias(0).setIntValue(5)));
  }

  private void came(String type, Payload.Builder payload) {
    taken.clear();
    taken.isKept(!way.replayed());
    decoder.decode(
        new Decoder.Payload(
            "mqtt",
            type.contains("/") ? "spBv1.0/plant/" + type : NODE.formatted(type),
            "value",
            payload.build().toByteArray(),
            0,
            null,
            way),
        taken);
  }

  private List<String> names() {
    return samples.stream().map(Sample::name).toList();
  }

  private int asked() {
    nowNs += Duration.ofMillis(200).toNanos();
    return decoder
        .due(
            "mqtt",
            PATIENCE,
            new Time() {
              @Override
              public long wallNs() {
                return nowNs;
              }

              @Override
              public long elapsedNs() {
                return nowNs;
              }
            })
        .size();
  }

  private void assertReadAs(String name) {
    assertThat(names()).containsExactly(name);
    assertThat(rejected).isEmpty();
  }

  private void assertSetAside(String words) {
    assertThat(samples).isEmpty();
    assertThat(rejected)
        .singleElement()
        .satisfies(each -> assertThat(each.detail()).contains(words));
  }

  // ---- Births of another time

  @Test
  void dataSentBeforeABirthAreNotReadByItIfItGivesTheAliasToAnotherMetric() {
    birth(100, 1, "a", "b");
    birth(200, 2, "b", "a");
    data(150, 7);
    assertSetAside("of another time");
    data(200, 1);
    assertReadAs("b");
  }

  @Test
  void dataSentBeforeABirthAreReadIfTheBirthBeforeSaysTheSame() {
    birth(100, 1, "a", "b");
    birth(200, 2, "a", "c");
    data(150, 7);
    assertReadAs("a");
    data(99, 6);
    assertSetAside("of another time");
  }

  @Test
  void whatABirthMeansIsNotKnownWhereSessionsOfTheNodeWereMissedInBetween() {
    birth(100, 1, "a", "b");
    birth(200, 3, "a", "b");
    data(150, 7);
    assertSetAside("of another time");
    data(201, 1);
    assertReadAs("a");
  }

  @Test
  void sessionsAreCountedAround() {
    birth(100, 255, "a");
    birth(200, 0, "a");
    data(150, 7);
    assertReadAs("a");
  }

  @Test
  void anOlderBirthThatComesAgainDoesNotReplaceTheNewerOne() {
    birth(100, 1, "a", "b");
    birth(200, 2, "b", "a");
    birth(100, 1, "a", "b");
    data(150, 1);
    assertReadAs("a");
    data(250, 2);
    assertSetAside("of another time");
    assertThat(asked()).isEqualTo(1);
    birth(300, 2, "b", "a");
    data(301, 1);
    assertReadAs("b");
    data(160, 5);
    assertSetAside("of another time");
  }

  @Test
  void aNodeWhoseClockGoesBackIsRead() {
    birth(1_000_000, 1, "a", "b");
    birth(5, 2, "a", "b");
    data(6, 1);
    assertReadAs("a");
    birth(3, 3, "b", "a");
    data(4, 1);
    assertReadAs("b");
    data(1_000_001, 2);
    assertSetAside("of another time");
    assertThat(asked()).isEqualTo(1);
    birth(1_000_002, 3, "b", "a");
    data(1_000_003, 1);
    assertReadAs("b");
  }

  @Test
  void aNodeThatWritesOtherTimesThanThoseOfSendingIsReadOnceThatIsClear() {
    birth(1_000_000, 1, "a", "b");
    for (int seq = 1; seq <= 32; seq++) {
      data(1_000 + seq, seq);
      assertSetAside("of another time");
    }
    data(1_050, 33);
    assertReadAs("a");
    birth(1_100_000, 2, "b", "a");
    data(1_051, 1);
    assertReadAs("b");
  }

  @Test
  void aNodeWithoutTimesIsReadByItsLastBirth() {
    birth(0, 1, "a", "b");
    birth(0, 2, "b", "a");
    data(0, 1);
    assertReadAs("b");
  }

  @Test
  void aDeviceLearnsFromItsBirthBeforeTheNodeWasBornAgain() {
    birth(100, 1, "n");
    device("DBIRTH", birthPayload(101, 1, "a", "b").setSeq(1));
    birth(200, 1, "n");
    device("DBIRTH", birthPayload(201, 1, "a", "c").setSeq(1));
    Metric.Builder both = Metric.newBuilder().setIntValue(5);
    device(
        "DDATA",
        payload(150, 2).addMetrics(both.clone().setAlias(0)).addMetrics(both.clone().setAlias(1)));
    assertThat(names()).containsExactly("a");
    assertThat(rejected).hasSize(1);
  }

  private void device(String type, Payload.Builder payload) {
    came(type + "/line1/press", payload);
  }

  // ---- Births that may be missing

  @Test
  void dataOfACounterThatBeganAgainWaitForTheBirth() {
    birth(100, 1, "a", "b");
    for (int seq = 1; seq <= 60; seq++) {
      data(100 + seq, seq);
    }
    data(200, 1);
    assertSetAside("a birth may be missing");
    assertThat(asked()).as("at once").isEqualTo(1);
    data(201, 2);
    assertSetAside("a birth may be missing");
    birth(300, 2, "b", "a");
    data(301, 1);
    assertReadAs("b");
  }

  @Test
  void aGapThatHides0MayHideABirth() {
    birth(100, 1, "a", "b");
    for (int seq = 1; seq <= 254; seq++) {
      data(100 + seq, seq);
    }
    data(400, 2);
    assertSetAside("a birth may be missing");
  }

  @Test
  void anOutageMayHideABirth() {
    birth(100, 1, "a", "b");
    data(101, 1);
    data(110, 11);
    assertSetAside("a birth may be missing");
  }

  @Test
  void fewMessagesMissingWithinARoundAreOnlyLost() {
    birth(100, 1, "a", "b");
    data(101, 1);
    data(110, 10);
    assertReadAs("a");
  }

  @Test
  void messagesThatComeAgainAreNoReasonForDoubt() {
    birth(100, 1, "a", "b");
    for (int seq = 1; seq <= 20; seq++) {
      data(100 + seq, seq);
    }
    way = new Decoder.Way(2, 1, 1, false, true, false);
    for (int seq = 3; seq <= 20; seq++) {
      data(100 + seq, seq);
      assertReadAs("a");
    }
    data(130, 21);
    assertReadAs("a");
    assertThat(asked()).isZero();
  }

  @Test
  void behindALostSessionAllBirthsAreInDoubt() {
    birth(100, 1, "a", "b");
    data(101, 1);
    way = new Decoder.Way(2, 2, 2, false, false, false);
    data(102, 2);
    assertSetAside("a birth may be missing");
    assertThat(asked()).isEqualTo(1);
    birth(200, 1, "a", "b");
    data(201, 1);
    assertReadAs("a");
    data(102, 2);
    assertReadAs("a");
  }

  @Test
  void whereMessagesMayBeMissingTheNumbersMustGoOn() {
    birth(100, 1, "a", "b");
    data(101, 1);
    way = new Decoder.Way(2, 1, 2, false, false, false);
    data(102, 2);
    assertReadAs("a");
    way = new Decoder.Way(3, 1, 3, false, false, false);
    data(104, 4);
    assertSetAside("a birth may be missing");
  }

  @Test
  void aDoubtBetweenTwoConnectionsLastsUntilTheNodeSpeaks() {
    birth(100, 1, "a", "b");
    data(101, 1);
    way = new Decoder.Way(4, 1, 3, false, false, false); // nothing came by the third
    data(104, 4);
    assertSetAside("a birth may be missing");
  }

  @Test
  void behindABrokerThatWentBackAllBirthsAreInDoubt() {
    birth(100, 1, "a", "b");
    data(101, 1);
    data(102, 2);
    way = new Decoder.Way(2, 1, 1, false, false, false);
    data(101, 1);
    data(200, 3);
    assertSetAside("a birth may be missing");
  }

  @Test
  void aBirthOfBeforeEndsNoDoubt() {
    birth(100, 1, "a", "b");
    data(150, 1);
    way = new Decoder.Way(2, 2, 2, false, false, false);
    data(300, 2);
    birth(100, 1, "a", "b");
    data(301, 1);
    assertSetAside("a birth may be missing");
  }

  @Test
  void namesAreReadWhateverIsInDoubt() {
    birth(100, 1, "a", "b");
    way = new Decoder.Way(2, 2, 2, false, false, false);
    came("NDATA", payload(102, 2).addMetrics(Metric.newBuilder().setName("a").setIntValue(5)));
    assertReadAs("a");
  }

  @Test
  void aDeviceThatIsBornAfterwardsIsNotInDoubt() {
    birth(100, 1, "n");
    way = new Decoder.Way(2, 2, 2, false, false, false);
    device("DBIRTH", birthPayload(101, 1, "a").setSeq(1));
    device("DDATA", payload(102, 2).addMetrics(Metric.newBuilder().setAlias(0).setIntValue(5)));
    assertReadAs("a");
    data(103, 3);
    assertSetAside("a birth may be missing");
  }

  /** A broker that was restored sends a birth once more, and then what it does not know it sent. */
  @Test
  void aBirthThatComesOnceMoreDoesNotHideThatWhatFollowsIsOld() {
    birth(100, 1, "a", "b");
    data(101, 1);
    birth(200, 1, "a", "b");
    data(201, 1);
    data(202, 2);
    way = new Decoder.Way(2, 1, 1, false, true, false);
    birth(100, 1, "a", "b");
    way = new Decoder.Way(2, 1, 1, false, false, false);
    data(101, 1);
    data(300, 3);
    assertSetAside("a birth may be missing");
  }

  @Test
  void aBirthThatIsOlderAndNewToTheGatewayIsInDoubtAfterANewConnection() {
    birth(200, 1, "a", "b");
    data(201, 1);
    way = new Decoder.Way(2, 1, 1, false, false, false);
    birth(100, 1, "a", "b");
    data(101, 1);
    assertSetAside("a birth may be missing");
    birth(102, 1, "a", "b");
    data(103, 1);
    assertReadAs("a");
  }

  /** The gateway has started in between: of the node only its device's birth is known. */
  @Test
  void numbersThatGoBackAreNoticedWithoutABirthOfTheNode() {
    device("DBIRTH", birthPayload(101, 1, "a").setSeq(70));
    device("DDATA", payload(102, 71).addMetrics(Metric.newBuilder().setAlias(0).setIntValue(5)));
    assertReadAs("a");
    device("DDATA", payload(103, 3).addMetrics(Metric.newBuilder().setAlias(0).setIntValue(5)));
    assertSetAside("a birth may be missing");
  }

  @Test
  void aNumberThatComesTwiceIsOfTwoMessagesIfTheirTimesDiffer() {
    birth(100, 1, "a", "b");
    data(101, 1);
    data(101, 1);
    assertReadAs("a");
    data(102, 1);
    assertSetAside("a birth may be missing");
  }

  @Test
  void aNodeThatDoesNotCountIsRead() {
    birth(100, 1, "a", "b");
    data(101, 0);
    data(102, 0);
    assertReadAs("a");
    assertThat(asked()).isZero();
  }

  @Test
  void aNodeThatCountsWronglyIsReadOnceBirthsHaveShownIt() {
    birth(100, 1, "a", "b");
    long timeMs = 100;
    int births = 0;
    int aside = 0;
    for (int i = 0; i < 200; i++) {
      data(++timeMs, i % 2 == 0 ? 100 + i % 50 : 1 + i % 50);
      aside += rejected.size();
      nowNs += Duration.ofSeconds(1).toNanos();
      if (asked() > 0) {
        births++;
        birth(++timeMs, 1, "a", "b");
      }
    }
    assertThat(rejected).isEmpty();
    assertThat(births).isBetween(3, 9);
    assertThat(aside).isBetween(3, 60);
    birth(++timeMs, 2, "b", "a");
    data(++timeMs, 77);
    assertSetAside("a birth may be missing");
  }

  // ---- Replay

  private void replayed(long timeMs, int seq) {
    Decoder.Way before = way;
    way = Decoder.Way.REPLAYED;
    data(timeMs, seq);
    way = before;
  }

  @Test
  void aReplayReadsWhatTheBirthsBeforeAndAfterAgreeOn() {
    birth(100, 1, "a", "b");
    birth(200, 1, "a", "c");
    replayed(150, 7);
    assertReadAs("a");
    assertThat(samples).extracting(Sample::quality).containsExactly(Quality.GOOD);
  }

  @Test
  void aReplayReadsByTheFirstBirthWhatCameBeforeItAndSaysThatTheNameIsNotSure() {
    birth(100, 1, "a", "b");
    birth(200, 1, "a", "b");
    replayed(50, 7);
    assertReadAs("a");
    assertThat(samples).extracting(Sample::quality).containsExactly(Quality.UNCERTAIN);
    assertThat(samples).extracting(Sample::reason).containsExactly("name of a later birth");
  }

  @Test
  void aReplayDoesNotReadWhatMeantSomethingElse() {
    birth(100, 1, "a", "b");
    birth(200, 2, "b", "a");
    replayed(150, 7);
    assertSetAside("of another time");
  }
}
