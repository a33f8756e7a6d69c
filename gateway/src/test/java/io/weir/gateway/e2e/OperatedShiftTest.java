package io.weir.gateway.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.collectingAndThen;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.summingDouble;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import io.weir.gateway.peers.Axe;
import io.weir.gateway.peers.Chromium;
import io.weir.gateway.peers.InfluxDb;
import io.weir.peers.Mosquitto;
import io.weir.sim.mqtt.Publisher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A shift as an operator works it, at a phone, while a wall shows the plant: machine, broker,
 * gateway, store and browser are real, and the gateway is killed in the middle. The store then
 * holds what was entered, once.
 */
@Tag("server")
class OperatedShiftTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LONG = Duration.ofSeconds(60);

  private static final String CONFIG =
      """
      sources: [ { name: plant, type: mqtt, url: "%s" } ]
      routes: [ { topic: "factory/{site}/{area}/{line}/{machine}", format: json } ]
      sinks:
        - { name: history, type: influxdb, version: 1, url: "%s", database: factory }
      efficiency:
        zone: "%s"
        reasons: reasons.yaml
        orders: orders.csv
        defaults:
          state: { metric: state, running: [RUNNING], down: [DOWN] }
          count: { total: made, scrap: waste }
          ideal-cycle: 1s
        lines: [ { asset: s/a/l, machines: [press-01], bottleneck: press-01, output: [press-01] } ]
      """;

  private static final String DATABASE = "factory";
  private static final String TOPIC = "factory/s/a/l/press-01";
  private static final String VIEW = "/#/machine/s/a/l/press-01";
  private static final String STOPS = "/#/stops?range=24&state=down";
  private static final int MINUTES = 60;
  private static final int EACH = 20;
  private static final int MADE = 3000;

  @TempDir Path folder;
  private final List<String> complaints = new ArrayList<>();
  private Mosquitto broker;
  private InfluxDb store;
  private GatewayProcess gateway;
  private BrowserContext phone;
  private Page page;
  private Page wall;

  @Test
  void whatAnOperatorEntersInAShiftIsInTheStoreOnceThoughTheGatewayIsKilled() throws Exception {
    Path home = Files.createDirectories(folder.resolve("gateway"));
    Files.copy(Path.of("../config/reasons.yaml"), home.resolve("reasons.yaml"));
    Files.writeString(
        home.resolve("orders.csv"),
        "order,asset,product,quantity\n4711,s/a/l/press-01,lid,6000\n4712,s/a/l/press-01,lid,90\n");
    try (Mosquitto mosquitto = Mosquitto.started(folder.resolve("mosquitto"));
        InfluxDb influx = new InfluxDb(folder.resolve("influx"));
        GatewayProcess process =
            new GatewayProcess(home, CONFIG.formatted(mosquitto.url(), influx.url(), noon()));
        Chromium chromium = Chromium.ofProcess()) {
      broker = mosquitto;
      store = influx;
      gateway = process;
      store.start();
      store.createDatabase(DATABASE);
      gateway.start();
      tell();
      open(chromium);
      codesWhatIsAskedFor();
      correctsOneAndTakesItBack();
      booksScrapAndOrders();
      goesOnThoughTheGatewayIsKilled();
      isAskedWhereAnotherPersonWasFaster();
      codesTheLastOne();
      seesItOnTheWallAndPrintsIt();
      findsItInTheStore();
      assertThat(complaints).isEmpty();
    }
  }

  /**
   * Where it is noon now, so that no shift ends in the hour before: that would make two stops of
   * one.
   */
  private static ZoneOffset noon() {
    int now = LocalTime.now(ZoneOffset.UTC).toSecondOfDay();
    return ZoneOffset.ofTotalSeconds(LocalTime.NOON.toSecondOfDay() - now);
  }

  /**
   * An hour in which it made a piece each second, as many as were wanted, and stopped in the
   * minutes 10, 20, 30 and 40, for two minutes each.
   */
  private void tell() throws IOException {
    DurabilityTest.awaitConnected(gateway);
    long begin = (System.currentTimeMillis() / 1000 - MINUTES * 60) * 1000; // split at a second
    try (Publisher machine = new Publisher(Publisher.Options.of(broker.url()))) {
      int made = 0;
      for (int second = 0; second < MINUTES * 60; second += EACH) {
        boolean stands = stands(second);
        String reading =
            "{\"ts\": %d, \"state\": \"%s\", \"made\": %d, \"waste\": 0}"
                .formatted(begin + second * 1000L, stands ? "DOWN" : "RUNNING", made);
        machine.publish(TOPIC, reading.getBytes(UTF_8));
        made = stands ? made : Math.min(MADE, made + EACH);
      }
      assertThat(machine.drain(Duration.ofSeconds(60))).isTrue();
    }
    Awaitility.await()
        .atMost(LONG)
        .until(() -> JSON.readTree(gateway.get("/api/v1/stops")).path("uncoded").asInt() == 4);
  }

  private static boolean stands(int second) {
    int minute = second / 60;
    return minute >= 10 && minute < 50 && minute % 10 < 2;
  }

  private void open(Chromium chromium) {
    phone =
        chromium
            .browser()
            .newContext(
                new Browser.NewContextOptions()
                    .setViewportSize(390, 844)
                    .setHasTouch(true)
                    .setColorScheme(ColorScheme.DARK)
                    .setLocale("en-GB"));
    page = phone.newPage();
    page.setDefaultTimeout((double) LONG.toMillis());
    page.onPageError(complaints::add);
    page.navigate(gateway.url() + "/#/");
    wall =
        chromium
            .browser()
            .newPage(new Browser.NewPageOptions().setViewportSize(1920, 1080).setLocale("en-GB"));
    wall.onPageError(complaints::add);
    wall.navigate(gateway.url() + "/#/wall?show=plant&held=yes");
    assertThat(wall.locator(".wall-good")).hasText("3,000");
  }

  /** A button of the sheet that is open. */
  private Locator choice(String name) {
    return page.locator("dialog button:visible", new Page.LocatorOptions().setHasText(name))
        .first();
  }

  private Locator button(String name) {
    return page.locator("button:visible", new Page.LocatorOptions().setHasText(name)).first();
  }

  private void isKept(String what) {
    assertThat(page.locator("#said")).containsText("Saved: press-01");
    assertThat(page.locator("#said")).containsText(what);
  }

  /** What is kept of a kind and was not undone, the oldest first. */
  private List<JsonNode> kept(String kind) throws IOException {
    List<JsonNode> found = new ArrayList<>();
    for (JsonNode each : JSON.readTree(gateway.get("/api/v1/corrections")).path("corrections")) {
      if (each.path("kind").asText().equals(kind) && each.path("undone").isNull()) {
        found.add(0, each);
      }
    }
    return found;
  }

  private List<String> reasons() throws IOException {
    List<String> reasons = new ArrayList<>();
    for (JsonNode each : JSON.readTree(gateway.get("/api/v1/stops?state=down")).path("stops")) {
      reasons.add(each.path("reason").asText());
    }
    return reasons;
  }

  private void isWhatAxeAsksFor(String what) {
    assertThat(Axe.violations(page)).as(what).isEmpty();
  }

  private void picture(String name) {
    Chromium.picture(page, name);
  }

  private void codesWhatIsAskedFor() throws IOException {
    page.getByText("4 stops without a reason").tap();
    assertThat(page.locator("dialog .category")).hasCount(3);
    picture("act-reasons-phone");
    isWhatAxeAsksFor("the sheet of a stop");
    for (Locator each : page.locator("dialog button:visible").all()) {
      assertThat(each.boundingBox().height).as(each.textContent()).isGreaterThanOrEqualTo(48);
    }
    page.getByLabel("Your name").fill("Anna");
    choice("Mechanical").tap();
    choice("Infeed").tap();
    isKept("Infeed");
    assertThat(page.locator("dialog h2")).containsText("press-01");
    choice("Mechanical").tap();
    choice("Tool broken").tap();
    page.getByLabel("This reason needs a comment").fill("tooth 3");
    picture("act-comment-phone");
    choice("Save").tap();
    isKept("Tool broken");
    assertThat(page.locator("dialog .category").first()).isFocused();
    page.keyboard().press("Enter");
    page.keyboard().press("ArrowDown");
    page.keyboard().press("Escape");
    assertThat(page.locator("dialog .category").first()).isFocused();
    page.keyboard().press("Escape");
    assertThat(page.locator("dialog")).hasCount(0);
    assertThat(page.getByText("2 stops without a reason")).isVisible();
    Awaitility.await()
        .untilAsserted(
            () ->
                assertThat(reasons()).containsExactly("jam-infeed", "Tool broken", "DOWN", "DOWN"));
    assertThat(kept("reason-given"))
        .extracting(each -> each.path("who").asText())
        .containsExactly("Anna", "Anna");
  }

  private void correctsOneAndTakesItBack() throws IOException {
    page.navigate(gateway.url() + STOPS);
    assertThat(page.locator(".stop-reason").first()).hasText("Infeed");
    picture("act-stops-phone");
    isWhatAxeAsksFor("stops");
    assertThat(page.evaluate("document.documentElement.scrollWidth")).isEqualTo(390);
    page.locator(".stop-reason").first().tap();
    assertThat(page.locator("dialog")).containsText("Anna");
    choice("Material").tap();
    choice("No material").tap();
    isKept("No material");
    assertThat(page.locator(".stop-reason").first()).containsText("No material");
    button("Undo").tap();
    Awaitility.await()
        .untilAsserted(() -> assertThat(reasons()).startsWith("jam-infeed", "Tool broken", "DOWN"));
    assertThat(page.locator(".stop-reason").first()).hasText("Infeed");
    page.locator(".stop-reason").nth(3).tap();
    choice("Split").tap();
    choice("Save").tap();
    assertThat(page.locator(".stop-reason")).hasCount(5);
    assertThat(kept("stop-split")).hasSize(1);
    page.locator(".stop-reason").nth(3).tap();
    choice("Merge").tap();
    choice("With the one before").tap();
    assertThat(page.locator(".stop-reason")).hasCount(4);
    assertThat(kept("stops-merged")).hasSize(1);
    button("Undo").tap();
    assertThat(page.locator(".stop-reason")).hasCount(5);
  }

  private void booksScrapAndOrders() throws IOException {
    page.navigate(gateway.url() + VIEW);
    button("Book scrap").tap();
    page.getByLabel("Pieces").fill("12");
    picture("act-scrap-phone");
    isWhatAxeAsksFor("the sheet of pieces");
    choice("Material").tap();
    choice("No material").tap();
    isKept("12 scrap");
    button("Add a note").tap();
    page.locator("dialog textarea").fill("new blade");
    choice("Save").tap();
    isKept("new blade");
    assertThat(kept("scrap-booked"))
        .singleElement()
        .matches(each -> each.path("amount").asInt() == 12);
    assertThat(kept("annotated")).hasSize(1);
    page.locator(".orders li", new Page.LocatorOptions().setHasText("4711"))
        .getByText("Start")
        .tap();
    page.locator("dialog .reason-button").tap();
    assertThat(page.locator(".orders li").first()).containsText("4711 is made");
    picture("act-orders-phone");
    button("Pause").tap();
    page.locator("dialog .reason-button").tap();
    assertThat(page.locator(".orders li").first()).containsText("4711 paused");
    page.locator(".orders li").first().getByText("Start").tap();
    page.locator("dialog .reason-button").tap();
    assertThat(page.locator(".orders li").first()).containsText("4711 is made");
    button("Finish").tap();
    page.locator("dialog .reason-button").tap();
    assertThat(page.locator(".orders")).not().containsText("4711");
    assertThat(page.locator(".orders")).containsText("4712");
    assertThat(gateway.get("/api/v1/corrections/export")).containsOnlyOnce("order-finished");
  }

  /**
   * The gateway keeps a reason and ends before it has answered; another stop is coded while it is
   * away.
   */
  private void goesOnThoughTheGatewayIsKilled() throws Exception {
    page.navigate(gateway.url() + STOPS);
    assertThat(page.locator(".stop-reason")).hasCount(5);
    List<String> lost = new ArrayList<>();
    page.route(
        "**/api/v1/corrections",
        route -> {
          if (route.request().method().equals("POST") && lost.isEmpty()) {
            lost.add(route.fetch().text());
            gateway.kill();
            route.abort();
          } else {
            route.resume();
          }
        });
    page.locator(".stop-reason").nth(2).tap();
    choice("Organisation").tap();
    choice("Team meeting").tap();
    assertThat(page.locator("#said")).containsText("1 entry is kept on this device");
    assertThat(page.locator(".stop-reason").nth(2)).containsText("Team meetingnot sent yet");
    page.locator(".stop-reason").nth(3).tap();
    choice("Material").tap();
    choice("No material").tap();
    assertThat(page.locator("#said")).containsText("2 entries are kept on this device");
    picture("act-offline-phone");
    assertThat(wall.locator("#alarms")).containsText("No data from the gateway since");
    assertThat(lost).hasSize(1);
    gateway.start();
    isKept("No material");
    assertThat(page.locator("#said")).not().containsText("kept on this device");
    assertThat(kept("reason-given"))
        .extracting(each -> each.path("reason").asText())
        .containsExactly("jam-infeed", "Tool broken", "Team meeting", "No material");
    page.unroute("**/api/v1/corrections");
    assertThat(wall.locator("#alarms")).not().containsText("No data from the gateway since");
  }

  private void isAskedWhereAnotherPersonWasFaster() throws Exception {
    page.locator(".stop-reason").first().tap();
    assertThat(page.locator("dialog .said-list")).containsText("Infeed");
    JsonNode annas = kept("reason-given").get(0);
    String berts =
        "{\"kind\":\"reason-given\",\"reason\":\"jam-outfeed\",\"who\":\"Bert\",\"site\":\"s\",\"area\":\"a\","
            + "\"line\":\"l\",\"machine\":\"press-01\",\"from\":%s,\"to\":%s}";
    assertThat(
            gateway
                .post("/api/v1/corrections", berts.formatted(annas.get("from"), annas.get("to")))
                .statusCode())
        .isEqualTo(201);
    choice("Material").tap();
    choice("No material").tap();
    assertThat(page.locator("#said")).containsText("Bert has said of the same time");
    picture("act-conflict-phone");
    isWhatAxeAsksFor("a conflict");
    button("Save mine instead").tap();
    isKept("No material");
    Awaitility.await().untilAsserted(() -> assertThat(reasons()).startsWith("No material"));
  }

  private void codesTheLastOne() {
    page.locator(".stop-reason.asks").tap();
    choice("Mechanical").tap();
    choice("Outfeed").tap();
    isKept("Outfeed");
    assertThat(page.locator(".stop-reason.asks")).hasCount(0);
  }

  private void seesItOnTheWallAndPrintsIt() {
    assertThat(wall.locator(".wall-good")).hasText("2,988");
    Chromium.picture(wall, "act-wall");
    page.navigate(gateway.url() + "/#/report");
    assertThat(page.locator(".report-head")).containsText("2,988 good");
    assertThat(page.locator(".report-head")).containsText("12 scrap");
    byte[] pdf = page.pdf(new Page.PdfOptions().setPreferCSSPageSize(true));
    assertThat(Pattern.compile("/Type /Page\\b").matcher(new String(pdf, ISO_8859_1)).results())
        .hasSize(1);
    assertThat(
            Pattern.compile("/MediaBox \\[0 0 59[45].*? 84[12]")
                .matcher(new String(pdf, ISO_8859_1))
                .results())
        .hasSize(1);
  }

  /** The rows come each fifteen seconds; the machine says nothing more, so they then stay. */
  private void findsItInTheStore() {
    Awaitility.await()
        .atMost(LONG.multipliedBy(3))
        .pollInterval(Duration.ofSeconds(1))
        .untilAsserted(
            () -> {
              assertThat(stoppedSeconds())
                  .isEqualTo(Map.of("No material", 180L, "Tool broken", 120L, "jam-outfeed", 60L));
              assertThat(rows("SELECT reason FROM machine_state WHERE state = 'planned'"))
                  .isNotEmpty()
                  .allMatch(row -> row.path("reason").asText().equals("Team meeting"));
              assertThat(rows("SELECT reason, scrap FROM defects WHERE scrap > 0"))
                  .as("defects")
                  .singleElement()
                  .matches(row -> row.path("reason").asText().equals("No material"))
                  .matches(row -> row.path("scrap").asInt() == 12);
              assertThat(rows("SELECT * FROM efficiency_order WHERE level = 'machine'"))
                  .as("before and behind the pause")
                  .hasSize(2)
                  .allMatch(row -> row.path("order").asText().equals("4711"))
                  .allMatch(row -> row.path("product").asText().equals("lid"))
                  .allMatch(row -> row.path("ended").asBoolean());
              assertThat(
                      rows(
                          "SELECT total, scrap, good, run_s, down_s, planned_stop_s, uncoded_s FROM"
                              + " efficiency WHERE bucket = 'shift' AND level = 'machine'"))
                  .as("the shift")
                  .singleElement()
                  .matches(row -> row.path("total").asInt() == MADE)
                  .matches(row -> row.path("scrap").asInt() == 12)
                  .matches(row -> row.path("good").asInt() == MADE - 12)
                  .matches(row -> row.path("run_s").asInt() == 3100)
                  .matches(row -> row.path("down_s").asInt() == 360)
                  .matches(row -> row.path("planned_stop_s").asInt() == 120)
                  .matches(row -> row.path("uncoded_s").asInt() == 0);
            });
    assertThat(store.count(DATABASE, "telemetry", "made")).isEqualTo(MINUTES * 60 / EACH);
  }

  /** Seconds by reason; what was taken back is a row of 0. */
  private Map<String, Long> stoppedSeconds() {
    return rows("SELECT reason, duration_s FROM stops WHERE duration_s > 0").stream()
        .collect(
            groupingBy(
                row -> row.path("reason").asText(),
                collectingAndThen(
                    summingDouble(row -> row.path("duration_s").asDouble()), Math::round)));
  }

  private List<JsonNode> rows(String influxQl) {
    return StoredRows.of(store, DATABASE, influxQl);
  }
}
