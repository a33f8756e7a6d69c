package io.weir.gateway.source.listener;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a flood of wrong logins writes to the log. */
class LoginsTest {

  @Test
  void ofManyWrongLoginsOneInTenSecondsIsALine() {
    try (Logins logins = new Logins(ListenerRig.CONFIG)) {
      int lines = 0;
      for (long millis = 0; millis < 30_000; millis++) {
        lines += logins.isWorthALine(TimeUnit.MILLISECONDS.toNanos(millis)) ? 1 : 0;
      }
      assertThat(lines).isEqualTo(3);
    }
  }
}
