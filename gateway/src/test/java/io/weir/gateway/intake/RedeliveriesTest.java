package io.weir.gateway.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.model.Message;
import io.weir.gateway.model.MessageCodec;
import io.weir.gateway.source.Delivery;
import io.weir.gateway.source.Inbox;
import io.weir.gateway.source.SourceConnection;
import java.util.List;
import org.junit.jupiter.api.Test;

class RedeliveriesTest {

  private static final MessageCodec CODEC = new MessageCodec();

  private final Redeliveries redeliveries = new Redeliveries(2);

  // ---- What is sent: a packet id, a topic, the hash of a payload, and the connection it comes by

  private static Message message(
      int id, String topic, long hash, long connection, boolean duplicate, boolean resumed) {
    return new Message(
        "plant",
        topic,
        1,
        id,
        duplicate,
        connection,
        resumed,
        hash,
        1,
        1,
        0,
        List.of(),
        List.of(),
        new byte[0],
        false,
        List.of());
  }

  private void stored(int id, String topic, long hash, long connection) {
    stored(message(id, topic, hash, connection, false, true));
  }

  private void stored(Message message) {
    redeliveries.begin(message);
    redeliveries.keep(CODEC.counts(CODEC.encode(message)));
    redeliveries.end(message);
  }

  /** As many messages as marks are kept, each with an id of its own. */
  private void idsCountUp(long connection) {
    for (int id = 11; id <= 14; id++) {
      stored(id, "a", id, connection);
    }
  }

  private boolean isRepeated(int id, String topic, long hash, long connection, long resumed) {
    return redeliveries.isRepeated(
        new Delivery(
            "plant",
            topic,
            new byte[0],
            1,
            false,
            true,
            id,
            new SourceConnection(connection, resumed, connection, connection),
            null,
            null,
            null,
            NOBODY),
        hash);
  }

  private static final Delivery.Settled NOBODY =
      new Delivery.Settled() {
        @Override
        public void durable(Inbox.Receipt receipt) {
          // nobody waits for it
        }

        @Override
        public void failed(Throwable cause) {
          // nobody waits for it
        }
      };

  // ---- What is recognised

  @Test
  void aDeliveryIsRepeatedIfPacketIdTopicAndPayloadAreTheSame() {
    idsCountUp(5);
    stored(1, "a", 9, 5);
    assertThat(isRepeated(1, "a", 9, 5, 0)).isTrue();
    assertThat(isRepeated(2, "a", 9, 5, 0)).isFalse();
    assertThat(isRepeated(1, "b", 9, 5, 0)).isFalse();
    assertThat(isRepeated(1, "a", 8, 5, 0)).isFalse();
  }

  @Test
  void theNextConnectionOfTheSameSessionRepeatsAndNoLaterOne() {
    idsCountUp(5);
    stored(1, "a", 9, 5);
    assertThat(isRepeated(1, "a", 9, 6, 5)).isTrue();
    assertThat(isRepeated(1, "a", 9, 6, 0)).as("a new session, or in doubt").isFalse();
    assertThat(isRepeated(1, "a", 9, 7, 6)).as("it was not repeated by 6").isFalse();
    stored(message(1, "a", 9, 6, true, true));
    assertThat(isRepeated(1, "a", 9, 7, 6)).as("now it was").isTrue();
  }

  @Test
  void theNextUseOfAPacketIdEndsItsMark() {
    idsCountUp(5);
    stored(1, "a", 9, 5);
    redeliveries.begin(message(1, "a", 8, 5, false, true));
    assertThat(isRepeated(1, "a", 9, 6, 5)).isFalse();
  }

  @Test
  void theFirstMessageOfANewSessionEndsAllMarks() {
    stored(1, "a", 9, 5);
    stored(message(2, "a", 9, 6, false, false));
    assertThat(redeliveries.marks()).hasSize(1);
  }

  @Test
  void onlyASessionWhoseIdsHaveCountedUpRepeatsForSureWhatIsSynced() {
    stored(1, "a", 9, 5);
    assertThat(isRepeated(1, "a", 9, 6, 5)).as("or a second one, never seen").isFalse();
    idsCountUp(5);
    assertThat(isRepeated(14, "a", 14, 6, 5)).isTrue();

    stored(message(2, "a", 9, 6, false, false));
    assertThat(isRepeated(2, "a", 9, 7, 6)).as("perhaps by another broker").isFalse();
    idsCountUp(6);
    assertThat(isRepeated(14, "a", 14, 7, 6)).isTrue();
  }

  @Test
  void whileABrokerUsesPacketIdsAgainSoonOnlyWhatIsNotSyncedIsRepeatedForSure() {
    stored(1, "a", 9, 5);
    stored(1, "a", 9, 5);
    assertThat(isRepeated(1, "a", 9, 6, 5)).as("or a third one, never seen").isFalse();
    Message underWay = message(2, "a", 9, 5, false, true);
    redeliveries.begin(underWay);
    assertThat(isRepeated(2, "a", 9, 6, 5)).isTrue();
    redeliveries.end(underWay);
    assertThat(isRepeated(2, "a", 9, 6, 5)).isFalse();

    for (int id = 2; id <= 5; id++) {
      stored(id, "a", 9, 5);
    }
    assertThat(isRepeated(5, "a", 9, 6, 5)).as("its ids count up again").isTrue();
  }

  @Test
  void whatIsSentAgainShowsNothingOfHowIdsAreGiven() {
    for (int time = 0; time < 10; time++) {
      stored(message(1, "a", 9, 5, true, true));
    }
    assertThat(isRepeated(1, "a", 9, 6, 5)).isFalse();
  }

  @Test
  void theOldestMarkIsForgottenPastTwiceTheReceiveMaximum() {
    for (int id = 1; id <= 5; id++) {
      stored(id, "a", id, 5);
    }
    assertThat(isRepeated(1, "a", 1, 6, 5)).isFalse();
    assertThat(isRepeated(2, "a", 2, 6, 5)).isTrue();
    assertThat(isRepeated(5, "a", 5, 6, 5)).isTrue();
    assertThat(redeliveries.marks()).hasSize(4);
  }

  @Test
  void aDeliveryUnderWayIsRepeatedUntilItsSyncHasEnded() {
    Message message = message(1, "a", 9, 5, false, true);
    redeliveries.begin(message);
    assertThat(isRepeated(1, "a", 9, 5, 0)).isTrue();
    redeliveries.end(message);
    assertThat(isRepeated(1, "a", 9, 5, 0)).isFalse();
  }

  @Test
  void whatIsRestoredIsKnownAsBefore() {
    stored(1, "a", 9, 5);
    stored(2, "a", 9, 5);
    Redeliveries before = redeliveries;
    Redeliveries after = new Redeliveries(2);
    after.restore(before.marks(), before.connection(), before.sinceReuse());
    assertThat(after.marks()).isEqualTo(before.marks());
    Message next = message(3, "a", 9, 6, false, true);
    after.begin(next);
    assertThat(after.marks()).as("the session goes on").hasSize(2);
    assertThat(after.sinceReuse()).isEqualTo(before.sinceReuse());
  }
}
