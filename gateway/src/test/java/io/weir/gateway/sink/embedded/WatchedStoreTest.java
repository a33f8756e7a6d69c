package io.weir.gateway.sink.embedded;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.config.Secret;
import io.weir.gateway.log.Time;
import io.weir.gateway.sink.Sink.Answer;
import io.weir.peers.Ports;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The process of the store, what ends it, and what ends with it: nothing. */
@Tag("server")
@Timeout(180)
class WatchedStoreTest {

  @TempDir Path root;

  private volatile long aheadNs;

  private final Time time =
      new Time() {
        @Override
        public long wallNs() {
          return Time.SYSTEM.wallNs();
        }

        @Override
        public long elapsedNs() {
          return Time.SYSTEM.elapsedNs() + aheadNs;
        }
      };

  private StoreSettings settings() {
    return new StoreSettings(
        root.resolve("store"), StoreTokens.random(), Ports.free(), new Secret("pg-s3cret"));
  }

  private WatchedStore started(StoreSettings settings) {
    return WatchedStore.start(settings, time, Duration.ofMinutes(1));
  }

  private EmbeddedSink sink(WatchedStore store) {
    return EmbeddedSink.on(store, EmbeddedConfig.DEFAULT, () -> Long.MAX_VALUE, time);
  }

  private static ProcessHandle process(WatchedStore store) {
    return ProcessHandle.of(Objects.requireNonNull(store.pid())).orElseThrow();
  }

  private static void awaitStored(EmbeddedSink sink, String line) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () -> assertThat(sink.write(List.of(line))).isInstanceOf(Answer.Stored.class));
  }

  private static void awaitRows(EmbeddedSink sink, String rows) {
    Awaitility.await()
        .untilAsserted(
            () ->
                assertThat(StoreSql.rows(sink.inside(), "SELECT t FROM kept").toString())
                    .isEqualTo(rows));
  }

  /** Neither its arguments nor its environment, which others of this machine may see, have one. */
  private static void assertNoSecretIsSeen(WatchedStore store, StoreSettings settings)
      throws Exception {
    Path process = Path.of("/proc", String.valueOf(store.pid()));
    String seen =
        Files.readString(process.resolve("cmdline"), ISO_8859_1)
            + Files.readString(process.resolve("environ"), ISO_8859_1);
    assertThat(seen)
        .contains("StoreMain", "CLASSPATH=")
        .doesNotContain(
            "pg-s3cret", settings.tokens().writer().value(), settings.tokens().reader().value());
  }

  @Test
  void aStoreThatIsKilledIsStartedAgainWithAllItHadStored() throws Exception {
    StoreSettings settings = settings();
    WatchedStore store = started(settings);
    try (EmbeddedSink sink = sink(store)) {
      assertNoSecretIsSeen(store, settings);
      assertThat(sink.write(List.of("kept t=1.5,point=1i 1000"))).isInstanceOf(Answer.Stored.class);
      ProcessHandle first = process(store);
      assertThat(first.destroyForcibly()).isTrue();
      first.onExit().join();
      assertThat(sink.write(List.of("kept t=2.5,point=1i 2000"))).isInstanceOf(Answer.Down.class);
      Awaitility.await()
          .untilAsserted(
              () -> assertThat(sink.fault()).contains("QuestDB does not run", "signal 9"));
      awaitStored(sink, "kept t=2.5,point=1i 2000");
      assertThat(process(store).pid()).isNotEqualTo(first.pid());
      assertThat(sink.fault()).isEmpty();
      awaitRows(sink, "[[1.5],[2.5]]");
    }
    assertThat(store.pid()).isNull();
  }

  @Test
  void aStoreThatHangsIsEndedAndStartedAgain() throws Exception {
    WatchedStore store = started(settings());
    try (EmbeddedSink sink = sink(store)) {
      assertThat(sink.write(List.of("kept t=1.5,point=1i 1000"))).isInstanceOf(Answer.Stored.class);
      long hanging = process(store).pid();
      new ProcessBuilder("kill", "-STOP", Long.toString(hanging)).start().waitFor();
      CompletableFuture<Answer> write =
          CompletableFuture.supplyAsync(() -> sink.write(List.of("kept t=2.5,point=1i 2000")));
      Thread.sleep(300); // the call has begun; were it later, the next one would be ended
      assertThat(write).isNotDone();
      aheadNs = TimeUnit.SECONDS.toNanos(61);
      assertThat(write.get(60, TimeUnit.SECONDS)).isInstanceOf(Answer.Down.class);
      awaitStored(sink, "kept t=2.5,point=1i 2000");
      awaitRows(sink, "[[1.5],[2.5]]");
    }
  }

  @Test
  void aStoreThatCannotStartIsDownUntilItCan() throws Exception {
    Files.createDirectories(root.resolve("store"));
    Path obstacle = Files.createFile(root.resolve("store/db"));
    WatchedStore store = started(settings());
    try (EmbeddedSink sink = sink(store)) {
      assertThat(sink.fault()).contains("QuestDB does not run: ", "started again by itself");
      assertThat(sink.write(List.of("kept t=1.5,point=1i 1000"))).isInstanceOf(Answer.Down.class);
      Files.delete(obstacle);
      awaitStored(sink, "kept t=1.5,point=1i 1000");
    }
  }

  @Test
  void theProcessOfAGatewayThatIsKilledEndsAtOnce() throws Exception {
    Process owner =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                StoreOwner.class.getName(),
                root.resolve("store").toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (BufferedReader out =
        new BufferedReader(new InputStreamReader(owner.getInputStream(), UTF_8))) {
      String line = out.readLine();
      while (!line.startsWith("store ")) { // a line of its log
        line = out.readLine();
      }
      ProcessHandle store = ProcessHandle.of(Long.parseLong(line.substring(6))).orElseThrow();
      assertThat(store.isAlive()).isTrue();
      owner.destroyForcibly();
      store.onExit().get(30, TimeUnit.SECONDS);
    } finally {
      owner.destroyForcibly();
    }
  }
}
