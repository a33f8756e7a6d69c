package io.weir.gateway.decode.sparkplug;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.decode.Decoder;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is remembered of edge nodes is bounded, whatever they send. */
class SessionsTest {

  private static final long MOST_BYTES = 100_000;

  private static Birth birth(int metrics) {
    Birth birth = new Birth(0);
    for (int i = 0; i < metrics; i++) {
      birth.add(new Birth.Metric("speed" + i, 3, "m/s"), (long) i);
    }
    return birth;
  }

  private static Arrival arrival() {
    return new Arrival(0, 0, Decoder.Way.UNKNOWN);
  }

  private static Sessions.Key key(int node) {
    return new Sessions.Key("mqtt", "", "plant", "node" + node);
  }

  @Test
  void whatIsRememberedIsBoundedAndTheSilentAreForgottenFirst() {
    Sessions sessions = new Sessions(100_000);
    for (int i = 0; i < 1000; i++) {
      Birth birth = birth(1);
      sessions.change(key(i), each -> each.nodeBorn(birth, 0L, arrival()));
    }
    assertThat(known(sessions, 999)).isTrue();
    assertThat(known(sessions, 950)).isTrue();
    assertThat(known(sessions, 800)).isFalse();
  }

  private static boolean known(Sessions sessions, int node) {
    return sessions.birth(key(node), "") != null;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 300})
  void whatIsCountedIsWhatIsRemembered(int nodes) {
    Random random = new Random(nodes);
    Sessions sessions = new Sessions(MOST_BYTES);
    for (int i = 0; i < 20_000; i++) {
      String device = "device" + random.nextInt(1_000);
      Birth birth = birth(random.nextInt(3));
      int what = random.nextInt(40);
      Sessions.Key key = key(random.nextInt(nodes));
      sessions.change(
          key,
          node -> {
            switch (what) {
              case 0 -> node.nodeBorn(birth, 0L, arrival());
              case 1 -> node.died();
              case 2, 3, 4, 5 -> node.deviceDied(device, arrival());
              case 6, 7, 8, 9 -> node.remembered(device, birth, 0L);
              case 10, 11, 12, 13, 14, 15 -> node.data(device, arrival(), true);
              default -> node.deviceBorn(device, birth, arrival());
            }
          });
      assertThat(sessions.bytes()).isLessThanOrEqualTo(MOST_BYTES);
    }
    Sessions empty = new Sessions(MOST_BYTES);
    for (int i = 0; i < nodes; i++) {
      sessions.change(
          key(i),
          node -> {
            node.died();
            node.shrink(0);
          });
      empty.change(key(i), Node::died);
    }
    assertThat(sessions.bytes()).isEqualTo(empty.bytes());
  }

  @Test
  void ofOneNodeTheDevicesThatWereSilentLongestAreForgottenFirst() {
    Sessions sessions = new Sessions(MOST_BYTES);
    sessions.change(key(0), node -> node.nodeBorn(birth(1), 0L, arrival()));
    for (int i = 0; i < 1_000; i++) {
      String device = "device" + i;
      sessions.change(key(0), node -> node.deviceBorn(device, birth(1), arrival()));
      assertThat(sessions.birth(key(0), "device0")).as("it speaks").isNotNull();
    }
    assertThat(sessions.birth(key(0), "")).isNotNull();
    assertThat(sessions.birth(key(0), "device999")).isNotNull();
    assertThat(sessions.birth(key(0), "device1")).isNull();
  }

  @Test
  void aDeviceWithoutMetricsCostsSomethingToo() {
    Sessions sessions = new Sessions(MOST_BYTES);
    for (int i = 0; i < 10_000; i++) {
      String device = "d" + i;
      sessions.change(key(0), node -> node.deviceBorn(device, birth(0), arrival()));
    }
    assertThat(sessions.birth(key(0), "d9999")).isNotNull();
    assertThat(sessions.birth(key(0), "d9000")).isNull();
  }
}
