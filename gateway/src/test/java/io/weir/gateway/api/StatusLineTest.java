package io.weir.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class StatusLineTest {

  @Test
  void saysWhereTheReadingsAre() {
    LedgerResponse ledger =
        new LedgerResponse(
            List.of(new LedgerResponse.Source("plant", 12_345, 12_340, 0, 5, 0)),
            List.of(
                new LedgerResponse.Sink("history", "readings", 12_340, 12_000, 2, 0, 0, 0, 338),
                new LedgerResponse.Sink("local", "figures", 12_340, 12_340, 0, 0, 0, 0, 0)));

    assertThat(StatusLine.line(ledger))
        .isEqualTo(
            "readings received 12,345, rejected 5"
                + " | history: stored 12,000, pending 338, quarantined 2"
                + " | local, figures: stored 12,340, pending 0");
  }
}
