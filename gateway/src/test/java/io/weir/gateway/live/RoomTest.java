package io.weir.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoomTest {

  private static final long S = 1_000_000_000L;
  private static final int MOST = 1_600;

  private final List<One> all = new ArrayList<>();
  private int looks;
  private final Room room =
      new Room(
          MOST,
          () -> {
            looks++;
            return all;
          });

  /** Takes one byte. */
  private final class One implements Room.Taken {
    private final long receivedNs;

    One(long receivedNs) {
      this.receivedNs = receivedNs;
    }

    @Override
    public long receivedNs() {
      return receivedNs;
    }

    @Override
    public long forget() {
      all.remove(this);
      return 1;
    }
  }

  private boolean hear(long nowNs) {
    boolean taken = room.isFor(1, nowNs);
    if (taken) {
      all.add(new One(nowNs));
      room.take(1);
    }
    return taken;
  }

  @Test
  void manyNewOnesAtOnceTakeThePlacesOfSilentOnesWithFewLooks() {
    for (int i = 0; i < MOST; i++) {
      assertThat(hear(i)).isTrue();
    }
    assertThat(looks).isZero();
    for (int i = 0; i < MOST; i++) {
      assertThat(hear(90 * S + i)).isTrue();
    }
    assertThat(all).hasSize(MOST).allMatch(one -> one.receivedNs() >= 90 * S);
    assertThat(looks).isLessThan(20);
  }

  @Test
  void whereNoneIsSilentOneLookASecondIsEnough() {
    for (int i = 0; i < 100_000; i++) {
      hear(i * S / 10_000); // ten seconds
    }
    assertThat(all).hasSize(MOST).allMatch(one -> one.receivedNs() < S);
    assertThat(looks).isLessThan(12);
  }

  @Test
  void whatIsTooLargeForAllOfItMakesNothingForgotten() {
    for (int i = 0; i < MOST; i++) {
      hear(i);
    }
    assertThat(room.isFor(MOST + 1, 90 * S)).isFalse();
    assertThat(all).hasSize(MOST);
  }

  @Test
  void whatGrowsTakesThePlaceOfWhatWasHeardBeforeItWithFewLooks() {
    for (int i = 0; i < MOST; i++) {
      hear(i);
    }
    long nowNs = S;
    all.add(new One(nowNs));
    for (int i = 0; i < 10_000; i++) {
      room.change(1, nowNs);
    }
    assertThat(all).as("it stays though it is too large").hasSize(1);
    assertThat(looks).isLessThan(20);
  }
}
