package io.weir.gateway.sink.embedded;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.config.Secret;
import io.weir.gateway.e2e.SharedClasses;
import io.weir.gateway.log.Time;
import io.weir.gateway.sink.Sink.Answer;
import io.weir.peers.Ports;
import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The process of the store, what ends it, and what ends with it: nothing. */
@Tag("server")
@Timeout(180)
class WatchedStoreTest {

  private static final Set<String> TABLES =
      IntStream.range(0, 16).mapToObj(i -> "cut" + i).collect(Collectors.toSet());
  private static final HttpClient HTTP = HttpClient.newHttpClient();

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

  @BeforeAll
  static void shareClasses() throws IOException {
    SharedClasses.forStores();
  }

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

  /** Else each start leaves 9 MB in the folder of temporary files: its process never just ends. */
  private static void assertItsLibrariesStandNowhere(WatchedStore store) throws IOException {
    Path maps = Path.of("/proc", String.valueOf(store.pid()), "maps");
    assertThat(Files.readString(maps, ISO_8859_1).lines().filter(line -> line.contains("libquest")))
        .isNotEmpty()
        .allMatch(line -> line.endsWith(" (deleted)"));
  }

  @Test
  void aStoreThatIsKilledOrHangsIsStartedAgainWithAllItHadStored() throws Exception {
    StoreSettings settings = settings();
    WatchedStore store = started(settings);
    try (EmbeddedSink sink = sink(store)) {
      assertNoSecretIsSeen(store, settings);
      assertItsLibrariesStandNowhere(store);
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

      long hanging = process(store).pid();
      new ProcessBuilder("kill", "-STOP", Long.toString(hanging)).start().waitFor();
      CompletableFuture<Answer> write =
          CompletableFuture.supplyAsync(() -> sink.write(List.of("kept t=3.5,point=1i 3000")));
      Awaitility.await()
          .pollInterval(Duration.ofMillis(500)) // so the call has begun before one of the minutes
          .until(
              () -> {
                aheadNs += TimeUnit.SECONDS.toNanos(61);
                return write.isDone();
              });
      assertThat(write.get(60, TimeUnit.SECONDS)).isInstanceOf(Answer.Down.class);
      awaitStored(sink, "kept t=3.5,point=1i 3000");
      awaitRows(sink, "[[1.5],[2.5],[3.5]]");
    }
    assertThat(store.pid()).isNull();
  }

  @Test
  void aStoreThatIsStillStartingIsBusyAndDownOnlyAfterAMinute() throws Exception {
    WatchedStore store = WatchedStore.start(settings(), time, Duration.ZERO);
    try (EmbeddedSink sink = sink(store)) {
      assertThat(sink.write(List.of("kept t=1.5,point=1i 1000"))).isInstanceOf(Answer.Busy.class);
      assertThat(sink.fault()).isEmpty();
      aheadNs += TimeUnit.SECONDS.toNanos(61);
      assertThat(sink.write(List.of("kept t=1.5,point=1i 1000"))).isInstanceOf(Answer.Down.class);
      assertThat(sink.fault()).contains("is being started");
      awaitStored(sink, "kept t=1.5,point=1i 1000");
    }
  }

  @Test
  @Tag("soak")
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
    List<String> command = SharedClasses.java("-Xmx64m");
    command.addAll(List.of(StoreOwner.class.getName(), root.resolve("store").toString()));
    Process owner =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
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

  /** Readings bring new columns while the gateway is killed, or the store itself, in turn. */
  @Tag("soak")
  @Test
  void aKillWhileColumnsAreAddedLeavesTablesThatTakeRows() throws Exception {
    StoreSettings settings = settings();
    Files.createDirectories(settings.root());
    for (int round = 0; round < Integer.getInteger("weir.store.kills", 2); round++) {
      Process store = storeAlone();
      DataOutputStream questions = new DataOutputStream(store.getOutputStream());
      DataInputStream answers = new DataInputStream(store.getInputStream());
      settings.toFrame().sendTo(questions);
      Frame started = Frame.receive(answers);
      assertThat(started.number()).isEqualTo(StoreCalls.DONE);
      URI write = URI.create("http://127.0.0.1:" + started.number() + "/api/v2/write?precision=ns");
      StoreCalls.put(new Frame().put(StoreCalls.PREPARE), TABLES).sendTo(questions);
      Frame.receive(answers);
      for (String table : TABLES) {
        assertThat(post(settings, write, table, "first" + round)).as(table).isEqualTo(204);
      }
      new Frame().put(StoreCalls.SUSPENDED).sendTo(questions);
      Frame suspended = Frame.receive(answers);
      assertThat(suspended.number()).isEqualTo(StoreCalls.DONE);
      assertThat(StoreCalls.names(suspended)).isEmpty();
      List<CompletableFuture<Void>> writers = new ArrayList<>();
      for (String table : TABLES) {
        String column = "c" + round + "x";
        writers.add(
            CompletableFuture.runAsync(
                () -> {
                  for (int i = 0; store.isAlive(); i++) {
                    post(settings, write, table, column + i);
                  }
                },
                each -> new Thread(each).start()));
      }
      Thread.sleep(200 + round % 10 * 37L);
      if (round % 2 == 0) {
        store.destroyForcibly();
      }
      questions.close(); // as the kernel does for a process that was killed
      answers.close();
      assertThat(store.waitFor(60, TimeUnit.SECONDS)).isTrue();
      writers.forEach(CompletableFuture::join);
    }
  }

  private static Process storeAlone() throws Exception {
    List<String> command =
        SharedClasses.java(
            "-Xmx192m",
            "--add-exports=java.base/jdk.internal.math=ALL-UNNAMED",
            "--add-exports=java.base/jdk.internal.vm=ALL-UNNAMED");
    command.add(StoreMain.class.getName());
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
  }

  /** The status of a write of one value in a column; 0 where nobody answers. */
  private static int post(StoreSettings settings, URI write, String table, String column) {
    HttpRequest request =
        HttpRequest.newBuilder(write)
            .header("Authorization", "Token " + settings.tokens().writer().value())
            .POST(HttpRequest.BodyPublishers.ofString(table + " " + column + "=1.5,point=1i 1000"))
            .build();
    try {
      return HTTP.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    } catch (IOException e) {
      return 0;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
