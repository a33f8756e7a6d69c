package io.weir.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.http.InventedView;
import io.weir.gateway.metrics.Meters;
import io.weir.gateway.past.Coverage;
import io.weir.gateway.settings.Config;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class PastApiTest {

  private static final int MORE_THAN_WAIT = 60;
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final InventedView view = new InventedView();
  private final Meters meters = new Meters("plant-a-1", "0.1.0");
  private GatewayServer server;

  @BeforeEach
  void start() throws Exception {
    Config.Http http = new Config.Http("127.0.0.1", 0, null, null, 10_000, Duration.ofSeconds(20));
    server = GatewayServer.start(http, view, meters.registry(), List.of());
    view.past.answers.put(
        "states",
        PastAnswer.of(
            new Coverage("history", 2_000_000L, ""), new StateHistory(1, 3, List.of(), false)));
  }

  @AfterEach
  void stop() {
    view.past.open.countDown();
    server.close();
    meters.close();
  }

  private CompletableFuture<HttpResponse<String>> ask(String path) {
    URI uri = URI.create("http://127.0.0.1:" + server.port() + path);
    return HTTP.sendAsync(
        HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void anAnswerSaysWhereItComesFromAndSinceWhenThereIsAnything() {
    assertThat(ask("/api/v1/past/states?site=p&fromMs=1&toMs=3").join().body())
        .isEqualTo(
            "{\"source\":\"history\",\"fromMs\":2,\"problem\":\"\",\"answer\":"
                + "{\"fromMs\":1,\"toMs\":3,\"machines\":[],\"more\":false}}");
    assertThat(view.past.asked.get(0)).startsWith("states [Scope[site=p,").endsWith(", 1, 3]");
  }

  @Test
  void whoLooksAtThePresentDoesNotWaitForASlowStore() {
    view.past.open = new CountDownLatch(1);
    List<CompletableFuture<HttpResponse<String>>> waiting = new ArrayList<>();
    for (int i = 0; i < MORE_THAN_WAIT; i++) {
      waiting.add(ask("/api/v1/past/states?fromMs=1&toMs=3"));
    }
    assertThat(ask("/api/v1/status").join().statusCode()).isEqualTo(200);
    CompletableFuture.anyOf(waiting.toArray(CompletableFuture[]::new)).join();
    assertThat(waiting.stream().filter(CompletableFuture::isDone))
        .as("those for which there is no room are told so")
        .allMatch(one -> one.join().statusCode() == 503);
    view.past.open.countDown();
    assertThat(waiting.stream().map(one -> one.join().statusCode())).contains(200).contains(503);
  }

  @ParameterizedTest
  @CsvSource({
    "states?fromMs=1, give fromMs and toMs",
    "states?fromMs=3&toMs=3, toMs must be after fromMs",
    "states?fromMs=0&toMs=864000000, by 8 days at most",
    "figures?fromMs=0&toMs=1, 'give bucket, one of hour, shift, day'",
    "efficiency?fromMs=0&toMs=1&bucket=hour, 'bucket must be one of shift, day'",
    "signals?fromMs=0&toMs=1, name the machine",
  })
  void whatCannotBeAskedIsSaid(String question, String why) {
    HttpResponse<String> answer = ask("/api/v1/past/" + question).join();
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains(why);
  }
}
