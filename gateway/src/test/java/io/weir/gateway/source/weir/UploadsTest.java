package io.weir.gateway.source.weir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.gateway.log.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Many gateways share the room for batches that are on their way, and each comes to its end. */
class UploadsTest {

  private static final int MEMORY = 16 << 20;
  private static final int PART = 100_000;

  private final ManualTime time = new ManualTime();
  private final Uploads uploads = new Uploads(MEMORY, time);

  /** One gateway, as it sends: it goes on where it is told to. */
  private final class Sender {
    final String gateway;
    final int length;
    int batches;
    int at;

    Sender(String gateway, int length) {
      this.gateway = gateway;
      this.length = length;
    }

    String id() {
      return "%032x".formatted(batches);
    }

    void part() {
      Object request = new Object();
      Uploads.State state = uploads.state(gateway, id());
      at = state.held();
      try {
        Upload upload = uploads.begin(gateway, id(), at, length, request);
        uploads.add(upload, request, new byte[Math.min(PART, length - at)]);
        if (uploads.ended(upload, request)) {
          uploads.stored(upload, 1, 0);
          batches++;
        }
      } catch (Refused busy) {
        assertThat(busy.status).isEqualTo(503);
      }
    }
  }

  private void round(List<Sender> senders) {
    senders.forEach(Sender::part);
    time.advance(Duration.ofSeconds(4));
    assertThat(uploads.bytes()).isLessThanOrEqualTo(MEMORY);
  }

  /** As many gateways after an outage, on lines so thin that a batch takes many parts. */
  @Test
  void whereThereIsNotRoomForAllOfThemEachComesToItsEndInTime() {
    List<Sender> senders = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      senders.add(new Sender("edge-" + i, 900_000));
    }
    for (int round = 0; round < 60; round++) {
      round(senders);
    }
    assertThat(senders).allSatisfy(each -> assertThat(each.batches).isPositive());
  }

  @Test
  void whoTakesAllTheRoomMakesRoomForOthers() {
    for (int i = 0; i < Uploads.MOST_OF_GATEWAY; i++) {
      uploads.begin("greedy", "%032x".formatted(i), 0, 2 << 20, this);
    }
    Sender small = new Sender("small", 3 * PART);
    round(List.of(small));
    round(List.of(small));
    round(List.of(small));
    assertThat(small.batches).isOne();
  }

  /** Each holds no more than its share, and the sender may come back. */
  @Test
  void whatIsQuietForALongTimeGoesForOthers() {
    int length = MEMORY / Uploads.SHARES;
    for (int i = 0; i < Uploads.SHARES; i++) {
      uploads.begin("gone-" + i, "%032x".formatted(i), 0, length, this);
    }
    assertThatThrownBy(() -> uploads.begin("here", "%032x".formatted(1), 0, length, this))
        .hasMessageContaining("take all the room");
    time.advance(Uploads.QUIET);
    uploads.begin("here", "%032x".formatted(1), 0, length, this);
    assertThat(uploads.count()).isEqualTo(Uploads.SHARES);
    assertThat(uploads.bytes()).isEqualTo(MEMORY);
  }

  /** It is asked for, and then stored, without a byte more. */
  @Test
  void aBatchThatCouldNotBeStoredIsKeptUntilItsRoomIsWanted() {
    Object request = new Object();
    Upload upload = uploads.begin("edge", "%032x".formatted(1), 0, 5, request);
    uploads.add(upload, request, new byte[5]);
    assertThat(uploads.again("edge", "%032x".formatted(1))).as("its request is there").isNull();
    assertThat(uploads.ended(upload, request)).isTrue();
    assertThat(uploads.again("edge", "%032x".formatted(1))).as("it is being stored").isNull();
    uploads.keep(upload);
    assertThat(uploads.state("edge", "%032x".formatted(1)).held()).isEqualTo(5);
    assertThat(uploads.again("other", "%032x".formatted(1))).isNull();
    assertThat(uploads.again("edge", "%032x".formatted(1))).isSameAs(upload);
    assertThat(uploads.again("edge", "%032x".formatted(1))).isNull();
    uploads.stored(upload, 1, 0);
    assertThat(uploads.state("edge", "%032x".formatted(1)).stored()).isNotNull();
    assertThat(uploads.bytes()).isZero();
  }

  @Test
  void batchesOfAGatewayThatAreBeingStoredAreBounded() {
    int begun = 0;
    try {
      while (begun < 1_000) {
        Object request = new Object();
        Upload upload = uploads.begin("edge", "%032x".formatted(begun), 0, 1, request);
        uploads.add(upload, request, new byte[1]);
        assertThat(uploads.ended(upload, request)).isTrue();
        begun++;
      }
    } catch (Refused busy) {
      assertThat(busy.status).isEqualTo(503);
    }
    assertThat(begun).isBetween(Uploads.MOST_OF_GATEWAY, 100);
    uploads.begin("other", "%032x".formatted(1), 0, 1, this);
  }
}
