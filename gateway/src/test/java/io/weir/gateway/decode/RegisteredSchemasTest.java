package io.weir.gateway.decode;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
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
  private volatile int otherwise = 404;
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
          byte[] bytes = (document == null ? "nothing here" : document).getBytes(UTF_8);
          exchange.sendResponseHeaders(document == null ? otherwise : 200, bytes.length);
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

  private AvroRegistry registry(RegistryConfig.Api api, Duration timeout) {
    URI url = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    return new AvroRegistry(
        new RegistryConfig(url, api, "default", true, null, null, null, timeout), System::nanoTime);
  }

  private static final Duration LONG = Duration.ofSeconds(30);

  @Test
  void aSchemaIsAskedForOnce() throws Exception {
    documents.put("/schemas/ids/7", "{\"schema\":\"\\\"long\\\"\"}");
    AvroRegistry registry = registry(RegistryConfig.Api.CONFLUENT, LONG);
    for (int i = 0; i < 3; i++) {
      assertThat(registry.schema(7)).hasToString("\"long\"");
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
            registry(RegistryConfig.Api.CONFLUENT, LONG).schema(7).getElementType().getFixedSize())
        .isEqualTo(3);
  }

  @Test
  void byApicuriosOwnApiTheContentIsTheSchema() throws Exception {
    documents.put("/ids/contentIds/9", "\"string\"");
    documents.put("/ids/contentIds/9/references", "[]");
    assertThat(registry(RegistryConfig.Api.APICURIO, LONG).schema(9)).hasToString("\"string\"");
  }

  @Test
  void anIdThatItDoesNotKnowIsRefusedAndNotAskedForAgainAtOnce() {
    AvroRegistry registry = registry(RegistryConfig.Api.CONFLUENT, LONG);
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> registry.schema(17))
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
      assertThatThrownBy(() -> registry.schema(id)).isInstanceOf(JsonDocument.Refused.class);
    }
    assertThat(asked).hasSizeLessThanOrEqualTo(20);
  }

  @Test
  void oneThatDoesNotAnswerIsWaitedForOnceAndReadWhenItDoes() throws Exception {
    documents.put("/schemas/ids/7", "{\"schema\":\"\\\"long\\\"\"}");
    held = new CountDownLatch(1);
    AvroRegistry registry = registry(RegistryConfig.Api.CONFLUENT, Duration.ofMillis(300));
    for (int i = 0; i < 1_000; i++) { // would take five minutes if each waited
      assertThatThrownBy(() -> registry.schema(7)).isInstanceOf(JsonDocument.Refused.class);
    }
    held.countDown();
    while (true) {
      try {
        assertThat(registry.schema(7)).hasToString("\"long\"");
        return;
      } catch (JsonDocument.Refused e) {
        Thread.sleep(20);
      }
    }
  }
}
