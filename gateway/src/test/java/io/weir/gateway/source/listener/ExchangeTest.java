package io.weir.gateway.source.listener;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.source.Inbox;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a message holds in memory once it is on the disk, and how it is known again. */
class ExchangeTest {

  private static final Inbox.Receipt TAKEN = new Inbox.Receipt(1, 1, 0, List.of());

  private static Exchange offered(int qos, int packetId) {
    Exchange exchange =
        new Exchange("direct", "a/b", bytes("21.5"), qos, packetId, "text", null, unasked -> {});
    exchange.offered();
    return exchange;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static void assertHoldsNoContent(Exchange exchange) {
    assertThat(exchange.delivery().topic()).isEmpty();
    assertThat(exchange.delivery().payload()).isEmpty();
    assertThat(exchange.delivery().contentType()).isNull();
    assertThat(exchange.isSame("a/b", bytes("21.5"))).isTrue();
    assertThat(exchange.isSame("a/b", bytes("21.6"))).isFalse();
    assertThat(exchange.isSame("a/c", bytes("21.5"))).isFalse();
  }

  @Test
  void oneWhoseConnectionHasEndedHoldsItsContentUntilItIsOnTheDisk() {
    for (int qos = 1; qos <= 2; qos++) {
      Exchange exchange = offered(qos, 7);
      exchange.leftBehind();
      assertThat(exchange.delivery().payload()).isEqualTo(bytes("21.5"));
      assertThat(exchange.isSame("a/b", bytes("21.5"))).isTrue();
      exchange.durable(TAKEN);
      assertHoldsNoContent(exchange);
    }
  }

  @Test
  void oneThatIsOnTheDiskWhenItsConnectionEndsHoldsNoContent() {
    Exchange exchange = offered(1, 7);
    exchange.durable(TAKEN);
    assertThat(exchange.isSame("a/b", bytes("21.5"))).isTrue();
    exchange.leftBehind();
    assertHoldsNoContent(exchange);
  }

  @Test
  void oneOfQos2HoldsNoContentOnceItIsAnswered() {
    Exchange exchange = offered(2, 7);
    exchange.durable(TAKEN);
    exchange.answer();
    assertHoldsNoContent(exchange);
  }

  @Test
  void aSessionKeepsNoMoreUnansweredOnesThanAConnectionCanLeaveBehind() {
    ClientSession session = new ClientSession("c", 1, 60, SessionRoom.of(1 << 20));
    for (int id = 1; id <= 5; id++) {
      session.leaveUnanswered(offered(1, id), 3);
    }
    assertThat(session.takeUnanswered(2)).isNull();
    assertThat(session.takeUnanswered(3)).isNotNull();
    assertThat(session.takeUnanswered(3)).isNull();
    assertThat(session.takeUnanswered(5)).isNotNull();
  }
}
