package io.weir.gateway.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.LoadState;
import io.weir.gateway.peers.Chromium;
import io.weir.peers.Mosquitto;
import io.weir.sim.mqtt.Publisher;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The live page of a real gateway behind a real broker, whose store cannot be reached all the
 * while.
 */
@Tag("server")
class LivePageTest {

  private static final int STOPS = 7;
  private static final String TOPIC = "factory/plant-a/hall-1/line-1/%s/telemetry";

  private static final String CONFIG =
      """
      sources: [ { name: plant, type: mqtt, url: "%s" } ]
      routes:
        - topic: factory/{site}/{area}/{line}/{machine}/telemetry
          format: json
      sinks:
        - { name: history, type: influxdb, version: 1, url: "http://127.0.0.1:1", database: factory }
      efficiency:
        defaults:
          state: { metric: state, running: [RUNNING], down: [DOWN] }
          count: { total: total, scrap: reject }
          ideal-cycle: 1s
      """;

  @TempDir Path folder;
  private final List<String> complaints = new ArrayList<>();

  @Test
  void aStopIsSeenAtOnceAndWhatCannotBeReadIsReplayedWhileTheStoreIsAway() throws Exception {
    try (Mosquitto broker = Mosquitto.started(folder.resolve("mosquitto"));
        GatewayProcess gateway =
            new GatewayProcess(folder.resolve("gateway"), CONFIG.formatted(broker.url()));
        Chromium chromium = Chromium.ofProcess()) {
      gateway.start();
      DurabilityTest.awaitConnected(gateway);
      Page page = open(chromium, gateway);
      try (Publisher publisher = new Publisher(Publisher.Options.of(broker.url()))) {
        for (String machine : List.of("press-01", "press-02", "press-03")) {
          send(publisher, machine, "RUNNING");
        }
        assertThat(page.locator(".machine.running")).hasCount(3);
        assertThat(page.locator("#alarms")).containsText("Store history is down");

        List<Long> delays = new ArrayList<>();
        for (int i = 0; i < STOPS; i++) {
          delays.add(change(page, publisher, "DOWN", "down"));
          change(page, publisher, "RUNNING", "running");
        }
        delays.sort(null);
        System.out.printf(
            "From a message to the stop on the page: median %d ms, at most %d ms, of %d%n",
            delays.get(STOPS / 2), delays.get(STOPS - 1), STOPS);

        change(page, publisher, "DOWN", "down");
        assertThat(page.locator(".machine.down .strip"))
            .hasAttribute("aria-label", Pattern.compile("down "));
        whatCannotBeReadIsShownAndReplayed(page, publisher);
      }
      assertThat(complaints).isEmpty();
    }
  }

  private static LocatorAssertions.ContainsTextOptions within(int seconds) {
    return new LocatorAssertions.ContainsTextOptions().setTimeout(seconds * 1_000.0);
  }

  private Page open(Chromium chromium, GatewayProcess gateway) {
    Page page = chromium.browser().newPage();
    page.onPageError(complaints::add);
    page.onConsoleMessage(
        message -> {
          if (message.type().equals("error")) {
            complaints.add(message.text());
          }
        });
    page.onRequest(
        request -> {
          if (!request.url().startsWith(gateway.url() + "/")) {
            complaints.add("a request to " + request.url());
          }
        });
    page.navigate(gateway.url() + "/");
    page.waitForLoadState(LoadState.DOMCONTENTLOADED);
    return page;
  }

  private static void send(Publisher publisher, String machine, String state) throws IOException {
    String payload =
        "{\"ts\": %d, \"state\": \"%s\", \"total\": 5, \"reject\": 0}"
            .formatted(System.currentTimeMillis(), state);
    publisher.publish(TOPIC.formatted(machine), payload.getBytes(UTF_8));
    assertThat(publisher.drain(Duration.ofSeconds(10))).isTrue();
  }

  /** Sends a state of press-02; milliseconds until the page shows it. */
  private static long change(Page page, Publisher publisher, String state, String kind)
      throws IOException {
    page.evaluate(
        """
        kind => {
          window.seen = new Promise((done) => {
            const look = () => [...document.querySelectorAll(".machine." + kind)]
              .some((card) => card.textContent.includes("press-02")) && done(Date.now());
            new MutationObserver(look).observe(document.body, { subtree: true, attributes: true, childList: true });
          });
        }
        """,
        kind);
    long sent = System.currentTimeMillis();
    send(publisher, "press-02", state);
    return ((Number) page.evaluate("window.seen")).longValue() - sent;
  }

  private static void whatCannotBeReadIsShownAndReplayed(Page page, Publisher publisher)
      throws IOException {
    publisher.publish(TOPIC.formatted("press-01"), "{\"total\": 4".getBytes(UTF_8));
    assertThat(publisher.drain(Duration.ofSeconds(10))).isTrue();
    page.getByText("Data quality").click();
    assertThat(page.locator(".entries details")).containsText("cannot be read", within(30));
    page.locator(".entries summary").click();
    assertThat(page.locator(".payload pre")).hasText("{\"total\": 4");
    page.getByText("Replay this entry").click();
    assertThat(page.locator(".outcome"))
        .hasText("1 replayed: 0 readings accepted, 1 still rejected.");
  }
}
