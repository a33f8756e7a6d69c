package io.weir.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.gateway.e2e.GatewayProcess;
import io.weir.gateway.peers.InfluxDb;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A gateway that runs as a process, is posted to without a pause, and is backed up meanwhile. Its
 * store is away, so all that was acknowledged is on its disk alone. Then it is killed, its disk is
 * lost, and a gateway starts from the backup.
 */
@Tag("server")
@Tag("soak")
class BackupUnderLoadTest {

  private static final int BACKUPS = 3;
  private static final long FIRST_MS = 1_790_000_000_000L;

  @TempDir Path folder;

  private static String yaml(String store) {
    return """
    sources: [ { name: in, type: http } ]
    buffer: { segment-size: 1MiB, max-size: 64MiB, max-message-size: 64KiB }
    sinks: [ { name: s, type: influxdb, version: 1, url: "%s", database: d } ]
    """
        .formatted(store);
  }

  /** Posts until it is stopped, and notes what was answered with 200. */
  private static final class Posting extends Thread {

    private final GatewayProcess gateway;
    private final BitSet acknowledged = new BitSet(); // guarded by itself
    private volatile boolean stopped;

    Posting(GatewayProcess gateway) {
      super("posting");
      this.gateway = gateway;
    }

    @Override
    public void run() {
      for (int i = 0; !stopped; i++) {
        String body = "{\"ts\":" + (FIRST_MS + i) + ",\"seq\":" + i + ",\"bad\":{}}";
        try {
          if (gateway.post("/api/v1/readings", body).statusCode() == 200) {
            synchronized (acknowledged) {
              acknowledged.set(i);
            }
          }
        } catch (IOException killed) {
          stopped = true;
        }
      }
    }

    BitSet acknowledged() {
      synchronized (acknowledged) {
        return (BitSet) acknowledged.clone();
      }
    }
  }

  private static BitSet stored(InfluxDb store) throws IOException {
    JsonNode answer = new ObjectMapper().readTree(store.query("d", "SELECT seq FROM telemetry"));
    BitSet stored = new BitSet();
    for (JsonNode row : answer.at("/results/0/series/0/values")) {
      stored.set(row.get(1).intValue());
    }
    return stored;
  }

  @Test
  void whatWasAcknowledgedBeforeABackupIsInTheStoreOnceAGatewayStartsFromIt() throws Exception {
    BitSet promised = new BitSet();
    Path backup = folder;
    try (GatewayProcess gateway =
        new GatewayProcess(folder.resolve("first"), yaml("http://127.0.0.1:1"))) {
      gateway.start();
      Posting posting = new Posting(gateway);
      posting.start();
      for (int i = 0; i < BACKUPS; i++) {
        int before = promised.cardinality();
        await().until(() -> posting.acknowledged().cardinality() > before + 200);
        promised = posting.acknowledged();
        backup = folder.resolve("backup-" + i);
        CommandRun run =
            CommandRun.of(
                "backup", "--config", gateway.configFile().toString(), "--to", backup.toString());
        assertThat(run.exit()).as(run.err()).isZero();
      }
      assertThat(posting.stopped).isFalse();
      gateway.kill();
      posting.join();
    }

    InfluxDb store = new InfluxDb(folder.resolve("influx"));
    try (store;
        GatewayProcess again =
            new GatewayProcess(
                folder.resolve("second"),
                folder.resolve("restored"),
                Map.of(),
                yaml(store.url()))) {
      store.start();
      store.createDatabase("d");
      String config = again.configFile().toString();
      CommandRun restore =
          CommandRun.of("restore", "--config", config, "--from", backup.toString());
      assertThat(restore.exit()).as(restore.err()).isZero();
      assertThat(CommandRun.of("ledger", "--config", config).exit()).isZero();
      again.start();

      BitSet missing = promised;
      await()
          .atMost(Duration.ofSeconds(60))
          .ignoreExceptions()
          .untilAsserted(
              () -> {
                missing.andNot(stored(store));
                assertThat(missing).isEqualTo(new BitSet());
              });
      await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(
              () ->
                  assertThat(CommandRun.of("ledger", "--config", config).out())
                      .containsPattern("s \\(readings\\) .* 0  balanced"));
      assertThat(CommandRun.of("ledger", "--config", config).exit()).isZero();
    }
  }
}
