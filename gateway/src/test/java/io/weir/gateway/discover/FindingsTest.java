package io.weir.gateway.discover;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class FindingsTest {

  @Test
  void longTopicsAndManyNamesAreCountedWhenThereIsNoRoomForThem() throws IOException {
    Findings findings = new Findings(1 << 20);
    String padding = "x".repeat(10_000);
    for (int i = 0; i < 1_000; i++) {
      byte[] payload = "{\"name-%d\": 1, \"other-%d\": 2}".formatted(i, i).getBytes(UTF_8);
      findings.heard("a/" + i + padding, payload, false);
    }
    assertThat(findings.messages()).isEqualTo(1_000);
    assertThat(findings.topics()).isBetween(40, 55);
    assertThat(findings.cut()).isTrue();
    assertThat(
            findings.proposed(
                io.weir.gateway.settings.TriedRoutes::parse, 1_772_438_400_000_000_000L))
        .isNotEmpty();
  }
}
