package io.weir.gateway.people;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.gateway.http.Caller;
import io.weir.gateway.http.Role;
import io.weir.gateway.log.LogOptions;
import io.weir.gateway.log.ManualTime;
import io.weir.gateway.log.MemoryDisk;
import io.weir.gateway.log.RunningTotal;
import io.weir.gateway.log.SegmentLog;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class AuditLogTest {

  private static final Caller ANNA = Caller.token("anna", Role.ADMIN, () -> true);

  private final ManualTime time = new ManualTime();
  private final MemoryDisk disk = new MemoryDisk(new Random(1));

  private SegmentLog open() throws IOException {
    return SegmentLog.open(
        "audit",
        new LogOptions(
            Path.of("/data/log/audit"),
            1 << 20,
            8 << 20,
            LogOptions.WhenFull.DROP_OLDEST,
            Duration.ZERO,
            16 << 10),
        disk,
        time,
        RunningTotal.NOTHING,
        new SimpleMeterRegistry());
  }

  @Test
  void aDeedIsOnTheDiskBeforeItIsDoneAndWhatBecameOfItIsAddedBehind() throws Exception {
    SegmentLog log = open();
    AuditLog audit = new AuditLog(log, time);
    CompletableFuture<Long> begun =
        audit.begins(ANNA, "POST", "/api/v1/config/reload", "10.0.0.1").toFuture();
    assertThat(begun).as("not on the disk yet").isNotDone();
    log.step();
    assertThat(begun).isCompleted();

    disk.crash();
    log = open();
    audit = new AuditLog(log, time);
    List<ObjectNode> entries = audit.newest(Long.MAX_VALUE, 10);
    assertThat(entries).hasSize(1);
    assertThat(entries.get(0).path("who").asText()).isEqualTo("anna");
    assertThat(entries.get(0).has("status")).as("nobody knows what became of it").isFalse();

    CompletableFuture<Long> second = audit.begins(ANNA, "POST", "/b", "").toFuture();
    log.step();
    audit.ended(second.join(), 409);
    log.step();
    assertThat(audit.newest(Long.MAX_VALUE, 1).get(0).path("status").asInt()).isEqualTo(409);
    assertThat(audit.newest(second.join(), 10).get(0).path("what").asText())
        .isEqualTo("POST /api/v1/config/reload");
    log.close();
  }

  @Test
  void guessesPushOutNothingElse() throws Exception {
    SegmentLog log = open();
    AuditLog audit = new AuditLog(log, time);
    for (int i = 0; i < 1000; i++) {
      audit.wrongLogin("eve", "10.0.0.2", 401);
    }
    time.advance(Duration.ofMinutes(1));
    audit.wrongLogin("eve", "10.0.0.2", 401);
    log.step();
    List<ObjectNode> entries = audit.newest(Long.MAX_VALUE, 500);
    assertThat(entries).hasSize(61);
    assertThat(entries.get(0).path("leftOut").asInt()).isEqualTo(940);
    log.close();
  }
}
