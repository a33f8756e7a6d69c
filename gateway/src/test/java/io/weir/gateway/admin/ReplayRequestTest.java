package io.weir.gateway.admin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.gateway.http.Answers;
import io.weir.gateway.http.HttpRoute;
import io.weir.gateway.http.HttpServer;
import io.weir.gateway.http.Right;
import io.weir.gateway.http.TestServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;

/** The body of a replay, as a client of the API writes it. */
@Tag("slow")
class ReplayRequestTest {

  private static HttpServer server;

  @BeforeAll
  static void start() throws IOException {
    server =
        TestServer.of(
                HttpRoute.of(
                    Right.ENGINEER,
                    "POST",
                    "/replay",
                    (request, response) ->
                        ReplayRequest.read(request)
                            .flatMap(
                                read ->
                                    Mono.from(
                                        Answers.send(
                                            request,
                                            response,
                                            "text/plain",
                                            read.toString().getBytes(UTF_8))))))
            .maxBodyBytes(100_000)
            .timeout(Duration.ofSeconds(20))
            .start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static HttpResponse<String> post(String body) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/replay"))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"reasons\":\"no-route\"} | there is no member 'reasons'; there are ids, reason, origin",
        "{\"ids\":\"0123456789abcdef\"} | ids takes a list of texts",
        "{\"ids\":[[1]]} | ids takes a list of texts",
        "{\"topic\":{\"a\":1}} | topic takes one text",
        "{\"all\":\"yes\"} | all is true or false",
        "[1] | the body must be one JSON object",
        "{\"all\":true} {} | the body must be one JSON object",
        "{\"all\":true | the body is not JSON, at line 1",
        "{all} | the body is not JSON, at line 1",
        "{\"ids\":[\"zzzzzzzzzzzzzzzz\"]} | an id has 16 hexadecimal digits",
        "{\"reason\":\"no-reason\"} | reason 'no-reason' is not known",
        "{\"since\":\"yesterday\"} | since takes a time",
        "{} | select entries",
      })
  void whatIsWrongIsSaidInWordsOfTheApi(String body, String said) throws Exception {
    HttpResponse<String> answer = post(body);
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(new ObjectMapper().readTree(answer.body()).path("detail").asText())
        .contains(said)
        .doesNotContain("java", "io.weir", "class", "jackson", "Exception", "Source:");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"{\"all\":true}", "{\"reason\":\"no-route\"}", "{\"topic\":\"a\",\"again\":true}"})
  void aSelectionIsTaken(String body) throws Exception {
    assertThat(post(body).statusCode()).isEqualTo(200);
  }
}
