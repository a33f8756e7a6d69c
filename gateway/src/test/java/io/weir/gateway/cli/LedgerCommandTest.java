package io.weir.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.api.LedgerResponse;
import io.weir.gateway.datadir.DataDirectory;
import io.weir.gateway.log.FileSystem;
import io.weir.peers.Ports;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The ledger of a gateway that is stopped, from the files that it left. */
class LedgerCommandTest {

  @TempDir Path folder;

  private StoppedGateway stopped;
  private String file;

  @BeforeEach
  void configure() throws IOException {
    stopped = new StoppedGateway(folder);
    file = stopped.file(Ports.free());
  }

  @Test
  void theLedgerOfAStoppedGatewayIsReadFromItsFiles() throws IOException {
    stopped.write(500, 120);

    CommandRun run = CommandRun.of("ledger", "--config", file);

    assertThat(run.exit()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(run.out().lines().map(line -> line.replaceAll(" +", " ")))
        .containsExactly(
            "ledger of stopped, stopped, from " + folder.resolve("data"),
            "SOURCE RECEIVED APPENDED FILTERED REJECTED REFUSED",
            "plant 1,500 1,000 500 0 0 balanced",
            "SINK (LOG) OFFERED STORED SENT THINNED QUARANTINED WITHHELD DROPPED CORRUPT PENDING",
            "history (readings) 1,000 240 0 0 0 0 0 0 760 balanced",
            "QUARANTINE REJECTED COPIED LOST PENDING GAPS",
            "all sources 0 0 0 0 0 balanced");
  }

  @Test
  void theLedgerAsJsonIsThatOfTheApi() throws IOException {
    stopped.write(10, 10);

    CommandRun run = CommandRun.of("ledger", "--json", "--config", file);

    assertThat(run.exit()).isZero();
    assertThat(run.out())
        .isEqualToIgnoringNewLines(
            "{\"sources\":[{\"name\":\"plant\",\"received\":30,\"appended\":20,\"filtered\":10,"
                + "\"rejected\":0,\"refused\":0,\"unexplained\":0}],\"sinks\":[{\"name\":\"history\","
                + "\"log\":\"readings\",\"offered\":20,\"stored\":20,\"sent\":0,\"thinned\":0,\"quarantined\":0,"
                + "\"withheld\":0,\"dropped\":0,\"corrupt\":0,\"pending\":0,\"unexplained\":0}],"
                + "\"quarantine\":{\"rejected\":0,\"copied\":0,\"lost\":0,\"pending\":0,\"gaps\":0,"
                + "\"unexplained\":0}}");
  }

  @Test
  void aGatewayThatHasNotRunHasAnEmptyLedgerAndGetsNoFolder() {
    CommandRun run = CommandRun.of("ledger", "--config", file);

    assertThat(run.exit()).isZero();
    assertThat(run.out()).contains("which has not run yet in " + folder.resolve("data"));
    assertThat(folder.resolve("data")).doesNotExist();
  }

  @Test
  void aGatewayThatRunsAndDoesNotAnswerIsAFailure() throws IOException {
    stopped.write(10, 10);
    Closeable running = new DataDirectory(folder.resolve("data")).lock(FileSystem.DISK);
    try {
      CommandRun run = CommandRun.of("ledger", "--config", file);

      assertThat(run.exit()).isEqualTo(2);
      assertThat(run.err())
          .contains("a gateway runs with " + folder.resolve("data"), "no gateway answers at");
    } finally {
      running.close();
    }
  }

  @Test
  void aLineThatDoesNotAddUpIsNamed() {
    LedgerTable table =
        new LedgerTable(
            new LedgerResponse(
                List.of(new LedgerResponse.Source("plant", 10, 7, 1, 0, 0)),
                List.of(
                    new LedgerResponse.Sink("history", "figures", 10, 11, 0, 0, 0, 0, 0, 0, 0),
                    new LedgerResponse.Sink("other", "readings", 5, 5, 0, 0, 0, 0, 0, 0, 0)),
                new LedgerResponse.Quarantine(9, 5, 1, 0, 1)));

    assertThat(table.lines().stream().filter(line -> line.contains("NOT BALANCED"))).hasSize(3);
    assertThat(table.imbalances())
        .containsExactly(
            "source plant, received: 2 readings have no outcome",
            "sink history of figures, offered: 1 readings too many have an outcome",
            "quarantine, rejected: 3 readings have no outcome");
  }
}
