package io.weir.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.gateway.log.ManualTime;
import io.weir.gateway.settings.Config;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogSetupTest {

  private final LoggerContext context = new LoggerContext();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  @TempDir Path folder;

  LogSetupTest() {
    context.setMDCAdapter(new LogbackMDCAdapter());
  }

  @AfterEach
  void stop() {
    context.stop();
  }

  private void apply(String format, String level, Map<String, String> loggers) {
    apply(format, level, loggers, null);
  }

  private void apply(
      String format, String level, Map<String, String> loggers, Config.@Nullable LogFile file) {
    Config.Logging logging =
        new Config.Logging(format, level, loggers, Duration.ofMinutes(1), file);
    LogSetup.apply(logging, context, out, new ManualTime());
  }

  private static String thread() {
    return Thread.currentThread().getName();
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
        .contains("DEBUG [" + thread() + "] Drain: drained 7 lines")
        .contains("WARN  [" + thread() + "] Channel: leak");
  }

  /**
   * A line for each connection, or with a stack, which anybody who reaches the port could cause.
   */
  @Test
  void whatStrangersDoAtThePortsIsNoWarning() {
    apply("text", "info", Map.of());
    for (String name :
        List.of(
            "io.netty.handler.ssl.ApplicationProtocolNegotiationHandler",
            "reactor.netty.channel.FluxReceive")) {
      context.getLogger(name).warn("a client is gone");
    }
    assertThat(said()).isEmpty();
  }

  @Test
  void aSingleLoggerMayBeSetOtherwise() {
    apply("text", "info", Map.of("io.netty", "info", "io.weir.gateway.sink", "error"));
    context.getLogger("io.netty.Channel").info("wanted");
    context.getLogger("io.weir.gateway.sink.Drain").warn("unwanted");

    assertThat(said()).contains("wanted").doesNotContain("unwanted");
  }

  /** A program that reads the lines relies on these keys; a change is one of compatibility. */
  @Test
  void jsonIsOneObjectALineWithTheDocumentedKeys() throws Exception {
    apply("json", "info", Map.of());
    context.getLogger("io.weir.gateway.log.Log").info("kept \"{}\"\n\ud800", "a");
    context.getLogger("io.weir.gateway.log.Log").error("failed", new IllegalStateException("why"));

    List<JsonNode> lines = new ArrayList<>();
    for (String line : said().lines().toList()) {
      lines.add(new ObjectMapper().readTree(line));
    }
    assertThat(lines).hasSize(2);
    JsonNode kept = lines.get(0);
    assertThat(kept.path("time").asText()).matches("\\d{4}-\\d\\d-\\d\\dT[0-9:]{8}\\.\\d{3}Z");
    assertThat(kept.path("level").asText()).isEqualTo("INFO");
    assertThat(kept.path("thread").asText()).isEqualTo(thread());
    assertThat(kept.path("logger").asText()).isEqualTo("io.weir.gateway.log.Log");
    assertThat(kept.path("message").asText()).startsWith("kept \"a\"\n");
    assertThat(kept.fieldNames())
        .toIterable()
        .containsExactly("time", "level", "thread", "logger", "message");
    assertThat(lines.get(1).fieldNames()).toIterable().containsExactlyElementsOf(documented());
    assertThat(lines.get(1).path("stack").asText())
        .startsWith("java.lang.IllegalStateException: why")
        .contains("\tat io.weir.gateway.cli.LogSetupTest.");
  }

  /** The keys that the page for users lists, in its order. */
  private static List<String> documented() throws IOException {
    return Files.readAllLines(Path.of("../docs/guide/logs.md")).stream()
        .dropWhile(line -> !line.equals("| key | what it is |"))
        .skip(2)
        .takeWhile(line -> line.startsWith("|"))
        .map(line -> line.split("`")[1])
        .toList();
  }

  @Test
  void aQuotedTextImitatesNoLineAndCommandsNoTerminal() {
    apply("text", "info", Map.of());
    context
        .getLogger("io.weir.gateway.intake.Intake")
        .warn(
            "topic {}",
            "a\r\n2026-01-01 00:00:00.000 INFO  [main] Gateway: all is well \u001b[2J\u202e");

    assertThat(said().lines().toList())
        .hasSize(2)
        .element(1)
        .asString()
        .isEqualTo(
            "    2026-01-01 00:00:00.000 INFO  [main] Gateway: all is well \\u001b[2J\\u{202e}");
  }

  @Test
  void aFileGetsTheSameLinesAndTheTerminalGoesOn() {
    Path file = folder.resolve("weir.log");
    apply("text", "info", Map.of(), new Config.LogFile(file, 1 << 20, 1));
    context.getLogger("io.weir.gateway.sink.Drain").info("drained");
    context.getLogger("io.weir.gateway.sink.Drain").error("failed", new IOException("why"));

    assertThat(file).content().isEqualTo(said()).contains("drained", "java.io.IOException: why");
  }

  @Test
  void aFileThatCannotBeWrittenIsSaidAndTheLogGoesOn() throws IOException {
    Files.writeString(folder.resolve("logs"), "a file where the folder should be");
    Path file = folder.resolve("logs/weir.log");
    apply("text", "info", Map.of(), new Config.LogFile(file, 1 << 20, 1));
    context.getLogger("io.weir.gateway.sink.Drain").info("drained");

    assertThat(said()).contains("log file " + file + " cannot be written now", "Drain: drained");
  }

  /** A command says itself, once, that no broker answers. */
  @Test
  void commandsShowNoWarningsOfTheClientOfKafka() throws Exception {
    LoggerContext context = new LoggerContext();
    JoranConfigurator file = new JoranConfigurator();
    file.setContext(context);
    file.doConfigure(LogSetup.class.getResource("/logback.xml"));
    assertThat(context.getLogger("org.apache.kafka.clients.NetworkClient").isWarnEnabled())
        .isFalse();
    assertThat(context.getLogger("org.apache.kafka.clients.NetworkClient").isErrorEnabled())
        .isTrue();
    assertThat(context.getLogger("io.weir").isWarnEnabled()).isTrue();
  }
}
