package io.weir.gateway.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What an operator does in a shift, at a phone, at the live page of a real gateway that is killed
 * meanwhile: the gateway then has what was entered, exactly once.
 */
@Tag("server")
class OperatorTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String CONFIG =
      """
      sources: [ { name: posts, type: http } ]
      routes: [ { topic: '#', format: influx-line } ]
      sinks:
        - { name: history, type: influxdb, version: 1, url: "http://127.0.0.1:1", database: factory }
      efficiency:
        zone: "%s"
        reasons: reasons.yaml
        orders: orders.csv
        defaults:
          state: { metric: state, running: [RUNNING], down: [DOWN] }
          count: { total: made }
          ideal-cycle: 1s
      """;

  private static final String MACHINE = "telemetry,site=s,area=a,line=l,machine=press-01 ";
  private static final String VIEW = "/#/machine/s/a/l/press-01";
  private static final int MINUTES = 60;

  @TempDir Path folder;
  private final List<String> complaints = new ArrayList<>();
  private BrowserContext phone;
  private Page page;

  @Test
  void whatAnOperatorEntersIsKeptOnceThoughTheConnectionAndTheGatewayGo() throws Exception {
    Path home = Files.createDirectories(folder.resolve("gateway"));
    Files.copy(Path.of("../config/reasons.yaml"), home.resolve("reasons.yaml"));
    Files.writeString(
        home.resolve("orders.csv"),
        "order,asset,product,quantity\n4711,s/a/l/press-01,lid,6000\n4712,s/a/l/press-01,lid,90\n");
    try (GatewayProcess gateway = new GatewayProcess(home, CONFIG.formatted(noon()));
        Chromium chromium = new Chromium()) {
      gateway.start();
      tell(gateway);
      open(chromium, gateway);
      codesWhatIsAskedFor(gateway);
      correctsOneAndTakesItBack(gateway);
      booksScrapAndOrders(gateway);
      losesTheConnection(gateway);
      isAskedWhereAnotherPersonWasFaster(gateway);
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

  /** An hour in which it stopped in the minutes 10, 20, 30 and 40, for two minutes each. */
  private static void tell(GatewayProcess gateway) throws IOException {
    long begin = System.currentTimeMillis() - MINUTES * 60_000L;
    StringBuilder lines = new StringBuilder();
    for (int second = 0; second < MINUTES * 60; second += 20) {
      int minute = second / 60;
      boolean stands = minute > 0 && minute < 50 && minute % 10 < 2 && minute >= 10;
      lines.append(MACHINE + "state=\"").append(stands ? "DOWN" : "RUNNING").append("\",made=");
      lines.append(second).append("i ").append(begin + second * 1000L).append('\n');
    }
    assertThat(gateway.post("/write?precision=ms", lines.toString()).statusCode()).isEqualTo(204);
    Awaitility.await()
        .until(() -> JSON.readTree(gateway.get("/api/v1/stops")).path("uncoded").asInt() == 4);
  }

  private void open(Chromium chromium, GatewayProcess gateway) {
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
    page.setDefaultTimeout(20_000);
    page.onPageError(complaints::add);
    page.navigate(gateway.url() + "/#/");
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
  private static List<JsonNode> kept(GatewayProcess gateway, String kind) throws IOException {
    List<JsonNode> found = new ArrayList<>();
    for (JsonNode each : JSON.readTree(gateway.get("/api/v1/corrections")).path("corrections")) {
      if (each.path("kind").asText().equals(kind) && each.path("undone").isNull()) {
        found.add(0, each);
      }
    }
    return found;
  }

  private static List<String> reasons(GatewayProcess gateway) throws IOException {
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

  private void codesWhatIsAskedFor(GatewayProcess gateway) throws IOException {
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
                assertThat(reasons(gateway))
                    .containsExactly("jam-infeed", "Tool broken", "DOWN", "DOWN"));
    assertThat(kept(gateway, "reason-given"))
        .extracting(each -> each.path("who").asText())
        .containsExactly("Anna", "Anna");
  }

  private void correctsOneAndTakesItBack(GatewayProcess gateway) throws IOException {
    page.navigate(gateway.url() + "/#/stops?range=24&state=down");
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
        .untilAsserted(
            () -> assertThat(reasons(gateway)).startsWith("jam-infeed", "Tool broken", "DOWN"));
    assertThat(page.locator(".stop-reason").first()).hasText("Infeed");
    page.locator(".stop-reason").nth(3).tap();
    choice("Split").tap();
    choice("Save").tap();
    assertThat(page.locator(".stop-reason")).hasCount(5);
    assertThat(kept(gateway, "stop-split")).hasSize(1);
    page.locator(".stop-reason").nth(3).tap();
    choice("Merge").tap();
    choice("With the one before").tap();
    assertThat(page.locator(".stop-reason")).hasCount(4);
    assertThat(kept(gateway, "stops-merged")).hasSize(1);
    button("Undo").tap();
    assertThat(page.locator(".stop-reason")).hasCount(5);
  }

  private void booksScrapAndOrders(GatewayProcess gateway) throws IOException {
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
    assertThat(kept(gateway, "scrap-booked"))
        .singleElement()
        .matches(each -> each.path("amount").asInt() == 12);
    assertThat(kept(gateway, "annotated")).hasSize(1);
    page.locator(".orders li", new Page.LocatorOptions().setHasText("4711"))
        .getByText("Start")
        .tap();
    page.locator("dialog .reason-button").tap();
    assertThat(page.locator(".orders li").first()).containsText("4711 is made");
    picture("act-orders-phone");
    button("Finish").tap();
    page.locator("dialog .reason-button").tap();
    assertThat(page.locator(".orders")).not().containsText("4711");
    assertThat(page.locator(".orders")).containsText("4712");
    assertThat(gateway.get("/api/v1/corrections/export")).containsOnlyOnce("order-finished");
  }

  /** A stop is coded without a connection; another one as the answer is lost. */
  private void losesTheConnection(GatewayProcess gateway) throws Exception {
    page.navigate(gateway.url() + "/#/stops?range=24&state=down");
    assertThat(page.locator(".stop-reason")).hasCount(5);
    phone.setOffline(true);
    page.locator(".stop-reason").nth(2).tap();
    choice("Organisation").tap();
    choice("Team meeting").tap();
    assertThat(page.locator("#said")).containsText("1 entry is kept on this device");
    assertThat(page.locator(".stop-reason").nth(2)).containsText("Team meetingnot sent yet");
    picture("act-offline-phone");
    String before = gateway.get("/api/v1/corrections/export");
    gateway.kill();
    gateway.start();
    assertThat(gateway.get("/api/v1/corrections/export")).isEqualTo(before);
    phone.setOffline(false);
    isKept("Team meeting");
    assertThat(kept(gateway, "reason-given")).hasSize(3);
    List<String> lost = new ArrayList<>();
    page.route(
        "**/api/v1/corrections",
        route -> {
          if (route.request().method().equals("POST") && lost.isEmpty()) {
            lost.add(route.fetch().text());
            route.abort();
          } else {
            route.resume();
          }
        });
    page.locator(".stop-reason.asks").first().tap();
    choice("Material").tap();
    choice("No material").tap();
    isKept("No material");
    assertThat(lost).hasSize(1);
    assertThat(kept(gateway, "reason-given")).hasSize(4);
    page.unroute("**/api/v1/corrections");
  }

  private void isAskedWhereAnotherPersonWasFaster(GatewayProcess gateway) throws Exception {
    page.locator(".stop-reason").first().tap();
    assertThat(page.locator("dialog .said-list")).containsText("Infeed");
    JsonNode annas = kept(gateway, "reason-given").get(0);
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
    Awaitility.await().untilAsserted(() -> assertThat(reasons(gateway)).startsWith("No material"));
  }
}
