package io.weir.gateway.decode;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.weir.gateway.config.Secret;
import io.weir.gateway.registry.RegistryConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.avro.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a registry is asked for schemas, and what its answers do to messages. */
@Timeout(60)
class RegisteredSchemasTest {

  private HttpServer server;
  private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
  private final Map<String, String> documents = new ConcurrentHashMap<>();
  private volatile boolean drips;
  private volatile CountDownLatch held = new CountDownLatch(0);

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newCachedThreadPool());
    server.createContext(
        "/",
        exchange -> {
          String path = exchange.getRequestURI().toString();
          asked.add(path);
          try {
            held.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          String document = documents.get(path);
          if (drips) {
            exchange.sendResponseHeaders(200, 100);
            exchange.getResponseBody().write(' ');
            exchange.getResponseBody().flush();
            return; // and never more
          }
          byte[] bytes = (document == null ? "nothing here" : document).getBytes(UTF_8);
          exchange.sendResponseHeaders(document == null ? 404 : 200, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    held.countDown();
    server.stop(0);
  }

  private RegistryConfig config(RegistryConfig.Api api, String user, Duration timeout) {
    URI url = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    return new RegistryConfig(url, api, "default", true, user, new Secret("p"), null, timeout);
  }

  private AvroRegistry registry(RegistryConfig.Api api, Duration timeout) {
    return new AvroRegistry(config(api, "u", timeout), System::nanoTime);
  }

  private static final Duration LONG = Duration.ofSeconds(30);

  /** As a source that offers a message again until it is read or rejected. */
  private static Schema offered(AvroRegistry registry, int id) throws Exception {
    while (true) {
      try {
        return registry.schema(id);
      } catch (NotYet e) {
        Thread.sleep(5);
      }
    }
  }

  @Test
  void aSchemaIsAskedForOnce() throws Exception {
    documents.put("/schemas/ids/7", "{\"schema\":\"\\\"long\\\"\"}");
    AvroRegistry registry = registry(RegistryConfig.Api.CONFLUENT, LONG);
    for (int i = 0; i < 3; i++) {
      assertThat(offered(registry, 7)).hasToString("\"long\"");
    }
    assertThat(asked).containsExactly("/schemas/ids/7");
  }

  @Test
  void whatItRefersToIsAskedForToo() throws Exception {
    documents.put(
        "/schemas/ids/7",
        "{\"schema\":\"{\\\"type\\\":\\\"array\\\",\\\"items\\\":\\\"Size\\\"}\","
            + "\"references\":[{\"name\":\"Size\",\"subject\":\"a b\",\"version\":2}]}");
    documents.put(
        "/subjects/a%20b/versions/2",
        "{\"schema\":\"{\\\"type\\\":\\\"fixed\\\",\\\"name\\\":\\\"Size\\\",\\\"size\\\":3}\"}");
    assertThat(
            offered(registry(RegistryConfig.Api.CONFLUENT, LONG), 7)
                .getElementType()
                .getFixedSize())
        .isEqualTo(3);
  }

  @Test
  void byApicuriosOwnApiTheContentIsTheSchema() throws Exception {
    documents.put("/ids/contentIds/9", "\"string\"");
    documents.put("/ids/contentIds/9/references", "[]");
    assertThat(offered(registry(RegistryConfig.Api.APICURIO, LONG), 9)).hasToString("\"string\"");
  }

  @Test
  void anIdThatItDoesNotKnowIsRefusedAndNotAskedForAgainAtOnce() {
    AvroRegistry registry = registry(RegistryConfig.Api.CONFLUENT, LONG);
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> offered(registry, 17))
          .hasMessageContaining("schema 17 is not known from the registry")
          .hasMessageContaining("404");
    }
    assertThat(asked).hasSize(1);
  }

  @Test
  void idsThatAreMadeUpAreNotAllAskedFor() {
    AvroRegistry registry = registry(RegistryConfig.Api.CONFLUENT, LONG);
    for (int i = 0; i < 100; i++) {
      int id = i;
      assertThatThrownBy(() -> offered(registry, id)).isInstanceOf(JsonDocument.Refused.class);
    }
    assertThat(asked).hasSizeLessThanOrEqualTo(20);
  }

  @Test
  void whileItIsAskedAMessageIsToBeOfferedAgain() throws Exception {
    documents.put("/schemas/ids/7", "{\"schema\":\"\\\"long\\\"\"}");
    held = new CountDownLatch(1);
    AvroRegistry registry = registry(RegistryConfig.Api.CONFLUENT, LONG);
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> registry.schema(7)).isInstanceOf(NotYet.class);
    }
    held.countDown();
    assertThat(offered(registry, 7)).hasToString("\"long\"");
    assertThat(asked).containsExactly("/schemas/ids/7");
  }

  @Test
  void oneThatDoesNotAnswerHoldsNoMessageForLongAndIsReadWhenItDoes() throws Exception {
    documents.put("/schemas/ids/7", "{\"schema\":\"\\\"long\\\"\"}");
    held = new CountDownLatch(1);
    AvroRegistry registry = registry(RegistryConfig.Api.CONFLUENT, Duration.ofMillis(300));
    for (int i = 0; i < 1_000; i++) { // would take five minutes if each was held
      assertThatThrownBy(() -> offered(registry, 7)).isInstanceOf(JsonDocument.Refused.class);
    }
    held.countDown();
    untilRead(registry);
  }

  private static void untilRead(AvroRegistry registry) throws Exception {
    while (true) {
      try {
        assertThat(offered(registry, 7)).hasToString("\"long\"");
        return;
      } catch (JsonDocument.Refused e) {
        Thread.sleep(20);
      }
    }
  }

  @Test
  void oneThatTakesLongToDenyIdsHoldsNoMoreMessages() {
    AtomicLong elapsedNs = new AtomicLong();
    AvroRegistry registry =
        new AvroRegistry(
            config(RegistryConfig.Api.CONFLUENT, "u", Duration.ofSeconds(2)), elapsedNs::get);
    for (int i = 0; i < 2; i++) {
      int id = i;
      held = new CountDownLatch(1);
      assertThatThrownBy(() -> registry.schema(id)).isInstanceOf(NotYet.class);
      elapsedNs.addAndGet(Duration.ofMillis(1_500).toNanos());
      held.countDown();
      assertThatThrownBy(() -> offered(registry, id)).hasMessageContaining("404");
    }
    assertThatThrownBy(() -> registry.schema(7)).hasMessageContaining("took long to deny");
    await() // it is asked all the same
        .untilAsserted(
            () -> assertThatThrownBy(() -> registry.schema(7)).hasMessageContaining("404"));
    elapsedNs.addAndGet(Duration.ofSeconds(31).toNanos());
    assertThatThrownBy(() -> registry.schema(8)).isInstanceOf(NotYet.class);
  }

  @Test
  void anAnswerThatDripsDoesNotKeepItFromBeingAskedAgain() throws Exception {
    drips = true;
    AvroRegistry registry = registry(RegistryConfig.Api.CONFLUENT, Duration.ofMillis(300));
    assertThatThrownBy(() -> offered(registry, 7)).hasMessageContaining("answer within 300ms");
    documents.put("/schemas/ids/7", "{\"schema\":\"\\\"long\\\"\"}");
    drips = false;
    untilRead(registry);
  }

  @Test
  void allRoutesWithTheSameUrlAndLoginShareOne() {
    AvroRegistry one = AvroRegistry.of(config(RegistryConfig.Api.CONFLUENT, "u", LONG));
    assertThat(AvroRegistry.of(config(RegistryConfig.Api.CONFLUENT, "u", LONG))).isSameAs(one);
    assertThat(AvroRegistry.of(config(RegistryConfig.Api.CONFLUENT, "v", LONG))).isNotSameAs(one);
    assertThat(AvroRegistry.of(config(RegistryConfig.Api.APICURIO, "u", LONG))).isNotSameAs(one);
  }
}
