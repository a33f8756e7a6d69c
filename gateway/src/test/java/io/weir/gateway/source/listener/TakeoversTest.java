package io.weir.gateway.source.listener;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.weir.gateway.source.KnownSessions;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What is said of two devices that have one client id. */
class TakeoversTest {

  private static final long SECOND = 1_000_000_000L;

  private final Takeovers takeovers = new Takeovers();

  @Test
  void manyWithinAMinuteAreWorthOneLineAMinute() {
    int lines = 0;
    for (int second = 0; second < 180; second++) {
      lines += takeovers.isWorthALine("a", second * SECOND) ? 1 : 0;
      lines += takeovers.isWorthALine("b", second * SECOND) ? 1 : 0;
    }
    assertThat(lines).isEqualTo(3);
  }

  @Test
  void aDeviceThatComesBackNowAndThenIsWorthNone() {
    for (int i = 0; i < 1000; i++) {
      assertThat(takeovers.isWorthALine("a", i * 10 * SECOND)).isFalse();
      assertThat(takeovers.isWorthALine("id " + i, i * SECOND)).isFalse();
    }
  }

  @Test
  void theLogNamesTheClientIdThatTwoDevicesHave() {
    Logger logger = (Logger) LoggerFactory.getLogger(ClientConnection.class);
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    logger.addAppender(lines);
    try {
      SteppedListener listener =
          new SteppedListener(ListenerRig.CONFIG, new ManualInbox(), KnownSessions.NONE);
      for (int i = 0; i <= 3 * Takeovers.MANY; i++) {
        listener
            .connect()
            .send(RawClient.packet(0x10, RawClient.bytes("MQTT", 4, 2, (short) 60, "twice-01")));
        listener.settle(100);
      }
      listener.kill();
    } finally {
      logger.detachAppender(lines);
    }
    assertThat(lines.list)
        .filteredOn(each -> each.getFormattedMessage().contains("twice-01"))
        .singleElement()
        .satisfies(line -> assertThat(line.getFormattedMessage()).contains("taken over 10 times"));
  }
}
