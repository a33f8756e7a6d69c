package io.weir.gateway.sink.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpServer;
import io.weir.gateway.config.Secret;
import io.weir.gateway.registry.RegistryConfig;
import io.weir.gateway.sink.Sink.Answer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a schema registry is asked, and what its answers do. */
@Timeout(60)
class SchemaRegistryTest {

  private HttpServer server;
  private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
  private volatile int status = 200;
  private volatile String body = "{\"id\":42,\"contentId\":43,\"version\":{\"contentId\":44}}";

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          asked.add(
              exchange.getRequestMethod()
                  + " "
                  + exchange.getRequestURI()
                  + " "
                  + exchange.getRequestHeaders().getFirst("Authorization")
                  + " "
                  + new String(exchange.getRequestBody().readAllBytes(), UTF_8));
          byte[] bytes = body.getBytes(UTF_8);
          exchange.sendResponseHeaders(status, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private SchemaRegistry registry(RegistryConfig.Api api, boolean register) {
    return new SchemaRegistry(
        new RegistryConfig(
            URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/api"),
            api,
            "plant a",
            register,
            "weir",
            new Secret("secret"),
            null,
            Duration.ofSeconds(5)));
  }

  private static Answer refused(SchemaRegistry registry) {
    return catchThrowableOfType(
            SchemaRegistry.RegistryException.class, () -> registry.idOf("weir.readings"))
        .answer();
  }

  @Test
  void theSchemaIsRegisteredOnceForEachTopicByTheApiOfConfluent() throws Exception {
    SchemaRegistry registry = registry(RegistryConfig.Api.CONFLUENT, true);
    for (int i = 0; i < 3; i++) {
      assertThat(registry.idOf("weir.readings")).isEqualTo(42);
      assertThat(registry.idOf("weir.figures")).isEqualTo(42);
    }
    assertThat(asked).hasSize(2);
    assertThat(asked.get(0))
        .startsWith(
            "POST /api/subjects/weir.readings-value/versions Basic d2VpcjpzZWNyZXQ= {\"schema\":\"{")
        .contains("\\\"name\\\":\\\"Reading\\\"", "\"schemaType\":\"AVRO\"");
  }

  @Test
  void itIsOnlyLookedUpWhereItMustBeThere() throws Exception {
    assertThat(registry(RegistryConfig.Api.CONFLUENT, false).idOf("t")).isEqualTo(42);
    assertThat(asked.get(0)).startsWith("POST /api/subjects/t-value Basic");
  }

  @Test
  void byApicuriosOwnApiTheContentHasTheId() throws Exception {
    assertThat(registry(RegistryConfig.Api.APICURIO, true).idOf("t")).isEqualTo(44);
    assertThat(asked.get(0))
        .startsWith("POST /api/groups/plant%20a/artifacts?ifExists=FIND_OR_CREATE_VERSION Basic")
        .contains("\"artifactId\":\"t-value\"", "\"artifactType\":\"AVRO\"");
  }

  @Test
  void aLatestVersionWithAnotherSchemaIsRefused() {
    Answer answer = refused(registry(RegistryConfig.Api.APICURIO, false));
    assertThat(answer)
        .isInstanceOfSatisfying(
            Answer.Misconfigured.class,
            wrong -> assertThat(wrong.detail()).contains("another schema"));
    assertThat(asked).anySatisfy(each -> assertThat(each).startsWith("GET /api/ids/contentIds/43"));
  }

  @ParameterizedTest
  @CsvSource({
    "409, Misconfigured, incompatible",
    "422, Misconfigured, incompatible",
    "401, Misconfigured, incompatible",
    "404, Misconfigured, incompatible",
    "302, Misconfigured, incompatible",
    "429, Busy, incompatible",
    "503, Busy, incompatible",
    "500, Down, incompatible",
    "200, Misconfigured, no id of 32 bits"
  })
  void eachAnswerHoldsOrIsTriedAgain(int code, String kind, String words) {
    status = code;
    body = "{\"message\":\"incompatible\"}";
    SchemaRegistry registry = registry(RegistryConfig.Api.CONFLUENT, true);
    Answer answer = refused(registry);
    assertThat(answer.getClass().getSimpleName()).isEqualTo(kind);
    assertThat(answer.toString()).contains(words).doesNotContain("secret");
    assertThat(refused(registry).getClass()).isEqualTo(answer.getClass());
    assertThat(asked).as("a failure is not kept").hasSize(2);
  }

  @Test
  void whatIsNoRegistryIsSaid() {
    body = "<html>";
    assertThat(refused(registry(RegistryConfig.Api.CONFLUENT, true)).toString())
        .contains("answers like no schema registry");
  }

  @Test
  void aRegistryThatIsAwayIsTriedAgain() {
    SchemaRegistry registry = registry(RegistryConfig.Api.CONFLUENT, true);
    server.stop(0);
    assertThat(refused(registry)).isInstanceOf(Answer.Down.class);
  }
}
