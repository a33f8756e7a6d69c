package io.weir.gateway.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.gateway.log.Feed;
import io.weir.gateway.log.FileSystem;
import io.weir.gateway.log.LogOptions;
import io.weir.gateway.log.SegmentLog;
import io.weir.gateway.log.Threads;
import io.weir.gateway.log.Time;
import io.weir.gateway.metrics.MeterNames;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.MessageCodec;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Rejected;
import io.weir.gateway.normalize.Memory;
import io.weir.gateway.normalize.NormalizerMemory;
import io.weir.gateway.normalize.ReceiveClock;
import io.weir.gateway.normalize.Types;
import io.weir.gateway.settings.Config;
import io.weir.gateway.settings.ConfigLoader;
import io.weir.gateway.source.Delivery;
import io.weir.gateway.source.Inbox;
import io.weir.gateway.source.SourceConnection;
import io.weir.gateway.source.StreamRecord;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a message is judged by: what was kept of those before it, and nothing else. */
class IntakeTest {

  private static final int LARGEST_RECORD = 100 << 10;

  @TempDir Path directory;

  private final AtomicBoolean diskFails = new AtomicBoolean();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private SegmentLog log;
  private Intake intake;
  private HttpServer schemas;
  private final CountDownLatch held = new CountDownLatch(1);

  @BeforeEach
  void open() throws Exception {
    Path file =
        Files.writeString(
            directory.resolve("weir.yaml"),
            """
            gateway: { id: a }
            sources: [{ name: plant, type: http }]
            routes:
              - { topic: "band/{machine}", format: json, deadband: 1 }
              - { topic: "again/{machine}", format: json, dedup: 10m }
              - { topic: "fill", format: json }
              - { topic: "avro/{machine}", format: avro, avro: { registry: { url: "${REGISTRY}" } } }
            """);
    schemas = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    schemas.createContext("/", this::schema);
    schemas.setExecutor(Executors.newCachedThreadPool());
    schemas.start();
    String registry = "http://127.0.0.1:" + schemas.getAddress().getPort();
    Config config = ConfigLoader.load(file, Map.of("REGISTRY", registry));
    IntakeTotals ledger = SomeTotals.of(10);
    LogOptions options =
        new LogOptions(
            directory.resolve("log"),
            128 << 10,
            1 << 20,
            LogOptions.WhenFull.BLOCK,
            Duration.ZERO,
            LARGEST_RECORD);
    log =
        SegmentLog.open("readings", options, failing(), Time.SYSTEM, ledger, meters)
            .start(Threads.SYSTEM);
    Decoding decoding =
        new Decoding(config.routes(), Types.load(new Memory()), new NormalizerMemory());
    decoding.recall(log.scan(0));
    ReceiveClock clock = new ReceiveClock(Time.SYSTEM, 1, ledger.receiveTimes());
    intake = new Intake(decoding, log, ledger, clock, Time.SYSTEM, meters, 1 << 20, null);
  }

  @AfterEach
  void close() throws IOException {
    held.countDown();
    schemas.stop(0);
    log.close();
  }

  /** A registry that has one schema, the same for each id. */
  private void schema(HttpExchange exchange) throws IOException {
    try {
      held.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    byte[] answer = "{\"schema\":\"\\\"long\\\"\"}".getBytes(UTF_8);
    exchange.sendResponseHeaders(200, answer.length);
    exchange.getResponseBody().write(answer);
    exchange.close();
  }

  @Test
  void aMessageWhoseSchemaIsOnItsWayIsReadOnceItIsThereAndHoldsNoOther() throws Exception {
    String payload = "\0\0\0\0\7\2"; // schema 7, the number 1
    assertThat(offer("avro/m", payload).answer()).isEqualTo(Inbox.Answer.NOT_YET);
    assertThat(offer("avro/m", payload).answer()).isEqualTo(Inbox.Answer.NOT_YET);
    assertThat(offer("fill", "{\"a\":1}").receipt().appended()).isEqualTo(1);

    held.countDown();

    AtomicReference<Offered> last = new AtomicReference<>();
    Awaitility.await()
        .until(
            () -> {
              last.set(offer("avro/m", payload));
              return last.get().answer() == Inbox.Answer.TAKEN;
            });
    assertThat(last.get().receipt()).isEqualTo(new Inbox.Receipt(1, 1, 0, List.of()));
  }

  /** The disk; the test can make its next sync fail. */
  private FileSystem failing() {
    return wrapped(
        FileSystem.class,
        FileSystem.DISK,
        made ->
            made instanceof FileSystem.Handle handle
                ? wrapped(FileSystem.Handle.class, handle, answer -> answer)
                : made);
  }

  private interface Answer {
    Object of(Object made);
  }

  private <T> T wrapped(Class<T> type, T real, Answer answer) {
    Object proxy =
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> {
              if (method.getName().equals("force") && diskFails.getAndSet(false)) {
                throw new IOException("the disk fails");
              }
              try {
                return answer.of(method.invoke(real, arguments));
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
    return type.cast(proxy);
  }

  private record Offered(Inbox.Answer answer, CompletableFuture<Inbox.Receipt> durable) {

    Inbox.Receipt receipt() throws Exception {
      return durable.get(10, TimeUnit.SECONDS);
    }
  }

  private Offered offer(String topic, String payload) {
    return offer(topic, payload, null);
  }

  private Offered offer(String topic, String payload, @Nullable Rejected rejected) {
    return offer(
        settled ->
            new Delivery(
                "plant",
                topic,
                payload.getBytes(UTF_8),
                1,
                false,
                false,
                0,
                SourceConnection.NONE,
                null,
                null,
                rejected,
                settled));
  }

  private Offered offer(Function<Delivery.Settled, Delivery> delivery) {
    CompletableFuture<Inbox.Receipt> durable = new CompletableFuture<>();
    Delivery.Settled settled =
        new Delivery.Settled() {
          @Override
          public void durable(Inbox.Receipt receipt) {
            durable.complete(receipt);
          }

          @Override
          public void failed(Throwable cause) {
            durable.completeExceptionally(cause);
          }
        };
    return new Offered(intake.offer(delivery.apply(settled)), durable);
  }

  /** A record of partition 0 with a time that counts up with its offset. */
  private Offered read(long offset, String payload) {
    long time = 1_700_000_000_000L + offset;
    return read(new StreamRecord("t", 0, offset, time, false, false), payload);
  }

  private Offered read(StreamRecord record, String payload) {
    return offer(
        settled ->
            new Delivery("plant", "fill", payload.getBytes(UTF_8), null, null, record, settled));
  }

  private static final Inbox.Receipt REPEATED = new Inbox.Receipt(1, 0, 1, List.of());

  @Test
  void aRecordOfAStreamThatIsReadAgainIsFilteredAndCountedAlsoAfterARestart() throws Exception {
    for (long offset = 0; offset < 5; offset++) {
      assertThat(read(offset, "{\"t\":1}").receipt().appended()).isEqualTo(1);
    }
    assertThat(read(3, "{\"t\":1}").receipt()).isEqualTo(REPEATED);
    close();
    open();

    assertThat(read(3, "{\"t\":1}").receipt()).isEqualTo(REPEATED);
    assertThat(read(4, "{\"t\":1}").receipt()).isEqualTo(REPEATED);
    assertThat(read(5, "{\"t\":1}").receipt().appended()).isEqualTo(1);
    assertThat(meters.counter(MeterNames.DUPLICATES, "source", "plant").count()).isEqualTo(3);
  }

  @Test
  void aRecordAtTheSamePlaceOfAStreamThatWasMadeAnewIsTaken() throws Exception {
    assertThat(read(0, "{\"t\":1}").receipt().appended()).isEqualTo(1);
    assertThat(read(0, "{\"t\":2}").receipt().appended()).isEqualTo(1);
    StreamRecord later = new StreamRecord("t", 0, 0, 1_800_000_000_000L, false, false);
    assertThat(read(later, "{\"t\":1}").receipt().appended()).isEqualTo(1);
    StreamRecord beside = new StreamRecord("t", 1, 0, 1_700_000_000_000L, false, false);
    assertThat(read(beside, "{\"t\":1}").receipt().appended()).isEqualTo(1);
    StreamRecord other = new StreamRecord("u", 0, 0, 1_700_000_000_000L, false, false);
    assertThat(read(other, "{\"t\":1}").receipt().appended()).isEqualTo(1);
  }

  @Test
  void aRecordWhoseSyncFailedIsTakenWhenItComesAgain() throws Exception {
    diskFails.set(true);
    assertThat(read(0, "{\"t\":1}").durable())
        .failsWithin(Duration.ofSeconds(10))
        .withThrowableOfType(ExecutionException.class);
    Awaitility.await().until(this::takesAgain);
    assertThat(read(0, "{\"t\":1}").receipt().appended()).isEqualTo(1);
    assertThat(read(0, "{\"t\":1}").receipt()).isEqualTo(REPEATED);
  }

  @Test
  void aDeletionInAStreamIsFiltered() throws Exception {
    StreamRecord deletion = new StreamRecord("t", 0, 0, 1, false, true);
    assertThat(read(deletion, "").receipt()).isEqualTo(REPEATED);
    assertThat(meters.counter(MeterNames.FILTERED, "source", "plant").count()).isEqualTo(1);
    assertThat(meters.counter(MeterNames.DUPLICATES, "source", "plant").count()).isZero();
  }

  @Test
  void whatCannotBeReadOfAStreamSaysWhereItIs() throws Exception {
    Rejected rejected = read(41, "{").receipt().rejected().get(0);
    assertThat(rejected.reason()).isEqualTo(Reason.MALFORMED);
    assertThat(rejected.detail()).endsWith(" (topic t, partition 0, offset 41)");
    Message message = new MessageCodec().decode(log.scan(0).next().payload());
    assertThat(message.rejected().get(0).detail()).isEqualTo(rejected.detail());
    assertThat(message.payload()).isEqualTo("{".getBytes(UTF_8));
  }

  @Test
  void theTimeOfARecordStandsForAMissingOneOnly() throws Exception {
    long sent = System.currentTimeMillis() - 60_000;
    StreamRecord timed = new StreamRecord("t", 0, 0, sent, true, false);
    read(timed, "{\"t\":1}").receipt();
    read(new StreamRecord("t", 0, 1, sent, true, false), "{\"t\":1,\"ts\":" + (sent - 5) + "}")
        .receipt();
    read(new StreamRecord("t", 0, 2, sent + 3_600_000, true, false), "{\"t\":1}").receipt();
    read(new StreamRecord("t", 0, 3, sent, false, false), "{\"t\":1}").receipt();

    Feed scan = log.scan(0);
    assertThat(reading(scan).timeNs()).isEqualTo(sent * 1_000_000);
    assertThat(reading(scan).timeNs()).isEqualTo((sent - 5) * 1_000_000);
    assertThat(reading(scan).reason()).isEqualTo("clock ahead");
    assertThat(reading(scan).timeNs()).isGreaterThan((sent + 50_000) * 1_000_000);
  }

  private static Reading reading(Feed scan) throws IOException {
    return new MessageCodec().decode(scan.next().payload()).readings().get(0);
  }

  private int appended(String topic, String payload) throws Exception {
    Inbox.Receipt receipt = offer(topic, payload).receipt();
    assertThat(receipt.received()).isEqualTo(receipt.appended() + receipt.filtered());
    return receipt.appended();
  }

  private boolean takesAgain() {
    Offered offered = offer("fill", "{\"t\":1}");
    return offered.answer() == Inbox.Answer.TAKEN;
  }

  @Test
  void aReadingWithinTheDeadbandIsFilteredAndCounted() throws Exception {
    assertThat(appended("band/m", "{\"t\":20,\"u\":1}")).isEqualTo(2);
    assertThat(appended("band/m", "{\"t\":20.5,\"u\":3}")).isEqualTo(1);
    assertThat(appended("band/other", "{\"t\":20.5}")).isEqualTo(1);

    assertThat(meters.counter(MeterNames.FILTERED, "source", "plant").count()).isEqualTo(1);
  }

  @Test
  void aPayloadThatComesAgainWithoutATimeIsFiltered() throws Exception {
    long now = System.currentTimeMillis();

    assertThat(appended("again/m", "{\"t\":20}")).isEqualTo(1);
    assertThat(appended("again/m", "{\"t\":20}")).isZero();
    assertThat(appended("again/m", "{\"t\":21}")).isEqualTo(1);
    assertThat(appended("again/m", "{\"t\":20}")).isZero();
    assertThat(appended("again/other", "{\"t\":20}")).isEqualTo(1);
    assertThat(appended("again/m", "{\"t\":20,\"ts\":" + now + "}")).isEqualTo(1);
    assertThat(appended("again/m", "{\"t\":20,\"ts\":" + now + "}")).isEqualTo(1);
  }

  @Test
  void aPayloadThatComesAgainAfterARestartIsFilteredToo() throws Exception {
    assertThat(appended("again/m", "{\"t\":20}")).isEqualTo(1);
    close();
    open();

    assertThat(appended("again/m", "{\"t\":20}")).isZero();
  }

  @Test
  void aMessageThatFoundNoRoomIsNotTakenForARepetitionOfItself() throws Exception {
    try (Feed reader = log.feed("reader", SegmentLog.Start.OLDEST)) {
      String filler = "{\"text\":\"" + "x".repeat(50_000) + "\"}";
      Offered last = offer("fill", filler);
      while (last.answer() == Inbox.Answer.TAKEN) {
        last.receipt();
        last = offer("fill", filler);
      }
      String large = ",\"text\":\"" + "x".repeat(50_000) + "\"}";
      for (String payload : List.of("{\"t\":20" + large, "{\"t\":20" + large)) {
        assertThat(offer("band/m", payload).answer()).isEqualTo(Inbox.Answer.NO_ROOM);
        assertThat(offer("again/m", payload).answer()).isEqualTo(Inbox.Answer.NO_ROOM);
      }

      for (Feed.Entry entry = reader.next(); entry != null; entry = reader.next()) {
        reader.commit(entry.offset() + 1, new byte[0]);
      }

      assertThat(appended("band/m", "{\"t\":20" + large)).isEqualTo(2);
      assertThat(appended("again/m", "{\"t\":20" + large)).isEqualTo(2);
    }
  }

  @Test
  void aMessageWhoseSyncFailedIsNotTakenForARepetitionOfItself() throws Exception {
    assertThat(appended("band/m", "{\"t\":10}")).isEqualTo(1);
    for (String topic : List.of("band/m", "again/m")) {
      diskFails.set(true);
      assertThat(offer(topic, "{\"t\":20}").durable())
          .failsWithin(Duration.ofSeconds(10))
          .withThrowableOfType(ExecutionException.class);
      Awaitility.await().until(this::takesAgain);
    }

    assertThat(appended("band/m", "{\"t\":20}")).isEqualTo(1);
    assertThat(appended("again/m", "{\"t\":20}")).isEqualTo(1);
    assertThat(appended("again/m", "{\"t\":20}")).isZero();
  }

  @Test
  void whatASourceSetAsideIsNotDecodedAndGoesWholeToTheQuarantine() throws Exception {
    Rejected rejected = new Rejected(Reason.BAD_NAME, "its topic is odd");
    Inbox.Receipt receipt = offer("fill", "{\"t\":20}", rejected).receipt();

    assertThat(receipt.rejected()).containsExactly(rejected);
    assertThat(receipt.received()).isEqualTo(1);
    assertThat(receipt.appended()).isZero();
    Message message = new MessageCodec().decode(log.scan(0).next().payload());
    assertThat(message.payload()).isEqualTo("{\"t\":20}".getBytes(UTF_8));
    assertThat(message.rejected()).containsExactly(rejected);
  }

  @Test
  void aMessageTooLargeForTheLogLeavesNothingToJudgeBy() throws Exception {
    String payload =
        "{\"t\":20,\"a\":\"" + "x".repeat(60_000) + "\",\"b\":\"" + "x".repeat(60_000) + "\"}";
    Inbox.Receipt receipt = offer("band/m", payload).receipt();
    assertThat(receipt.rejected()).hasSize(1);

    assertThat(appended("band/m", "{\"t\":20}")).isEqualTo(1);
  }

  @Test
  void theClockOfTheDeviceThatIsFurthestOffIsMeasured() throws Exception {
    long now = System.currentTimeMillis();
    appended("fill", "{\"t\":1,\"ts\":" + (now + 300_000) + "}");
    appended("band/m", "{\"t\":1,\"ts\":" + (now - 7_200_000) + "}");

    assertThat(meters.get(MeterNames.CLOCK_AHEAD).gauge().value()).isBetween(290.0, 301.0);
    assertThat(meters.get(MeterNames.CLOCK_BEHIND).gauge().value()).isBetween(7_200.0, 7_230.0);
  }
}
