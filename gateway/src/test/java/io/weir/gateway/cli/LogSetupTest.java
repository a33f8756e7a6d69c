package io.weir.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.gateway.settings.Config;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LogSetupTest {

  private final LoggerContext context = new LoggerContext();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  LogSetupTest() {
    context.setMDCAdapter(new LogbackMDCAdapter());
  }

  private void apply(String format, String level, Map<String, String> loggers) {
    LogSetup.apply(new Config.Logging(format, level, loggers), context, out);
  }

  private String said() {
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void weirSpeaksAtItsLevelAndLibrariesFromWarningsUp() {
    apply("text", "debug", Map.of());
    context.getLogger("io.weir.gateway.sink.Drain").debug("drained {} lines", 7);
    context.getLogger("io.weir.gateway.sink.Drain").trace("too much");
    context.getLogger("io.netty.Channel").info("chatter");
    context.getLogger("io.netty.Channel").warn("leak");

    assertThat(said().lines()).hasSize(2);
    assertThat(said())
        .contains("DEBUG [main] Drain: drained 7 lines")
        .contains("WARN  [main] Channel: leak");
  }

  @Test
  void aSingleLoggerMayBeSetOtherwise() {
    apply("text", "info", Map.of("io.netty", "info", "io.weir.gateway.sink", "error"));
    context.getLogger("io.netty.Channel").info("wanted");
    context.getLogger("io.weir.gateway.sink.Drain").warn("unwanted");

    assertThat(said()).contains("wanted").doesNotContain("unwanted");
  }

  @Test
  void jsonIsOneObjectALineWithTheMessageAsItReads() throws Exception {
    apply("json", "info", Map.of());
    context.getLogger("io.weir.gateway.log.Log").info("kept \"{}\"\n", "a");

    assertThat(said().lines()).hasSize(1);
    JsonNode line = new ObjectMapper().readTree(said());
    assertThat(line.path("level").asText()).isEqualTo("INFO");
    assertThat(line.path("formattedMessage").asText()).isEqualTo("kept \"a\"\n");
    assertThat(line.path("timestamp").asLong()).isPositive();
  }
}
