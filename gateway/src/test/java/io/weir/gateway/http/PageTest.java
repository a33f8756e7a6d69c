package io.weir.gateway.http;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.BoundingBox;
import com.microsoft.playwright.options.ColorScheme;
import io.weir.gateway.api.EfficiencyResponse;
import io.weir.gateway.live.Places;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Value;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The frame of the live page and its first view, the plant. */
@Tag("server")
class PageTest extends PageInChromium {

  private static final String HOSTILE =
      "<img src=x onerror=\"window.broken=1\"><script>window.broken=1</script>\"'`${1}";

  private final InventedFactory factory = new InventedFactory(view);

  /** Without the policy, which refuses it, this is what would tell. */
  @Test
  void aRequestToAnotherHostIsNoticed() {
    look(new Browser.NewContextOptions().setBypassCSP(true));
    visit();
    failingAnswers = true;
    String other = "http://localhost:" + server.port() + "/other";
    page.evaluate("(url) => fetch(url, { mode: 'no-cors' }).catch(() => null)", other);
    page.waitForCondition(() -> complaints.toString().contains("a request to " + other));
    complaints.clear();
  }

  @Test
  void readingsAreShownAsTheyCome() {
    visit();
    assertThat(page.locator(".first")).containsText("mosquitto_pub");
    assertThat(page.locator(".first")).containsText("factory/site-1/area-1/line-1/machine-1");
    picture("first-start");
    factory.hear("machining", "cnc-01", "RUNNING", 48.2);
    assertThat(page.locator(".machine")).containsText("48.2");
    assertThat(page.locator(".machine .badge")).hasText("running");
    assertThat(page.locator(".first")).isHidden();
    factory.hear("machining", "cnc-01", "DOWN", 21.5);
    assertThat(page.locator(".machine")).containsText("21.5");
    assertThat(page.locator(".machine .badge")).hasText("down");
  }

  @Test
  void withoutMachinesThePageSaysHowToBeginAndOffersNoFileOfThem() {
    failingAnswers = true; // no history is kept of it
    view.efficiency =
        new EfficiencyResponse(
            null,
            0.75,
            new EfficiencyResponse.Plant(null, null),
            List.of(),
            List.of(),
            List.of(),
            0,
            0,
            Map.of(),
            Map.of());
    visit();
    assertThat(page.locator(".first")).containsText("No readings yet");
    assertThat(page.locator(".csv-row button:visible")).hasCount(0);
  }

  @Test
  void theLedgerStandsInLinesThatAddUp() {
    factory.send();
    visit("/gateway");
    assertThat(page.locator(".ledger .sum").nth(0))
        .hasText("97 received= 96 in the log+ 1 quarantined");
    assertThat(page.locator(".ledger .sum").nth(1)).containsText("96 offered= 96 stored");
    assertThat(page.locator(".ledger")).not().containsText("unexplained");
  }

  @Test
  @Tag("soak")
  void aWallScreenShowsAFactoryWithoutScrolling() {
    factory.send();
    visit();
    assertThat(page.locator(".machine")).hasCount(12);
    assertThat(page.locator(".tally")).containsText("1 down");
    assertThat(scrollHeight()).isLessThanOrEqualTo(1080);
    picture("wall-dark");
    page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.LIGHT));
    assertThat(page.locator(".machine")).hasCount(12);
    picture("wall-light");
  }

  @Test
  @Tag("soak")
  void aStoreWithALongNameStaysInItsPanel() {
    view.store = "history-of-the-press-shop-in-the-data-centre-of-the-group";
    factory.send();
    visit();
    Locator row = page.locator(".summary .row", new Page.LocatorOptions().setHasText(view.store));
    assertThat(row).isVisible();
    BoundingBox panel = page.locator(".summary").boundingBox();
    assertThat(row.boundingBox().width).isLessThanOrEqualTo(panel.width);
    assertThat(
            row.getByText("· storing").evaluate("(word) => word.scrollWidth <= word.clientWidth"))
        .as("what it does is not cut off")
        .isEqualTo(true);
  }

  @Test
  @Tag("soak")
  void goodPiecesAreTheOeeAlsoWhereALineIsFasterThanIdeal() {
    failingAnswers = true; // no history is kept of it
    factory.send();
    view.efficiency =
        new EfficiencyResponse(
            null,
            0.75,
            InventedFactory.plant(),
            List.of(
                new EfficiencyResponse.Line(
                    Places.of("plant-a", "hall-1", "packing"),
                    InventedFactory.shift(1, 0.8, 1.1),
                    null)),
            List.of(),
            0,
            0,
            Map.of(),
            Map.of());
    visit("/line/plant-a/hall-1/packing");
    assertThat(page.locator(".shift .oee")).hasText("86 %");
    assertThat(page.locator(".shift .legend")).containsText("good pieces 86 %");
  }

  @Test
  @Tag("soak")
  void linesOfOneNameAreToldApartAndWhatKeepsThePlantFromHavingPiecesIsSaid() {
    failingAnswers = true; // no history is kept of it
    EfficiencyResponse.Shift counted = InventedFactory.shift(1, 0.8);
    EfficiencyResponse.Shift uncounted = InventedFactory.withoutPieces(counted);
    view.efficiency =
        new EfficiencyResponse(
            null,
            0.75,
            new EfficiencyResponse.Plant(uncounted, null),
            List.of(
                new EfficiencyResponse.Line(Places.of("plant-a", "hall", "line-1"), counted, null),
                new EfficiencyResponse.Line(
                    Places.of("plant-b", "hall", "line-1"), uncounted, null)),
            List.of(),
            0,
            0,
            Map.of(),
            Map.of());
    visit();
    String why = "No pieces: no entry under efficiency.lines for line-1 (plant-b)";
    assertThat(page.locator(".shift")).containsText(why);
    assertThat(page.locator(".line-head").nth(0)).containsText("line-1plant-a");
    assertThat(page.locator(".line-head").nth(1)).containsText("line-1plant-b");
    go("/report");
    assertThat(page.locator(".report-head")).containsText(why);
    assertThat(page.locator(".sheet > table")).containsText("line-1 (plant-a)");
    go("/line/plant-b/hall/line-1");
    assertThat(page.locator(".shift")).containsText("no entry under efficiency.lines");
  }

  @Test
  @Tag("soak")
  void aStoreThatStoresNothingIsNotGreenThoughNothingFails() {
    view.storeStuck = true;
    factory.send();
    for (String at : List.of("/", "/gateway")) {
      reach(at);
      assertThat(page.locator(".flow .down .badge")).containsText("stores nothing, readings wait");
    }
  }

  @Test
  void theShiftsFiguresStandFirstAndWhatIsNotKnownIsNotSaid() {
    factory.send();
    factory.figure();
    factory.remember();
    visit();
    assertThat(page.locator(".machine")).hasCount(12);
    // all lines: 0.85 x 0.9 x 0.98 of the time that is known
    assertThat(page.locator(".shift .oee")).hasText("75 %");
    assertThat(page.locator(".factor b")).hasText(new String[] {"85 %", "90 %", "98 %"});
    assertThat(page.locator(".shift")).containsText("93 % of planned time is known");
    assertThat(page.locator(".shift .legend")).containsText("unknown 7 %");
    assertThat(page.locator(".line-head h2").nth(0)).hasText("press-shop");
    assertThat(page.locator(".line-head .oee").nth(0)).hasText("75 %");
    assertThat(page.locator(".line-head .oee").nth(2)).hasClass("oee doubtful");
    assertThat(page.locator(".machine h3").nth(3)).hasText("oven-01");
    assertThat(machine("press-01").locator(".oee")).hasText("79 %");
    assertThat(machine("press-01").locator(".pieces")).containsText("good, target 10,800");
    assertThat(machine("press-01").locator(".pieces")).containsText("last 71 %");
    assertThat(page.locator(".shift")).containsText("target by now");
    assertThat(machine("press-02").locator(".badge")).hasText("down4 minE-STOP");
    assertThat(machine("cnc-01").locator(".badge")).hasText("starved4 min");
    assertThat(machine("cnc-01").locator(".oee")).hasClass("oee doubtful");
    assertThat(machine("cnc-02").locator(".oee")).hasText("–");
    assertThat(machine("cnc-02").locator(".badge")).hasText("unknown4 min");
    assertThat(page.locator(".tally")).containsText("1 unknown");
    assertThat(machine("press-02").locator(".strip"))
        .hasAttribute("aria-label", Pattern.compile("planned stop .*down "));
    assertThat(page.locator(".pareto li").nth(0)).containsText("down · E-STOP");
    assertThat(page.locator(".pareto li").nth(0))
        .containsText("13 times · 4 min of it provisional");
    assertThat(page.locator(".pareto .cause").nth(0).boundingBox().height).isLessThan(30);
    assertThat(page.locator("aside h3")).hasText("Consequences: waiting for another machine");
    assertThat(page.locator("aside h3 + .pareto li")).containsText("blocked7 h 18 min");
    picture("efficiency-dark");
    assertThat(scrollHeight()).isLessThanOrEqualTo(1080);
    look(390, 844, ColorScheme.LIGHT);
    visit();
    assertThat(page.locator(".machine")).hasCount(12);
    assertThat(scrollWidth()).isEqualTo(390);
    picture("efficiency-phone");
  }

  @Test
  @Tag("soak")
  void aMachineWithFiguresIsShownThoughItIsNotHeard() {
    failingAnswers = true; // no history is kept of it
    view.efficiency =
        new EfficiencyResponse(
            null,
            0.75,
            new EfficiencyResponse.Plant(null, null),
            List.of(),
            List.of(
                InventedFactory.figures(
                    "machining", "cnc-09", "unknown", InventedFactory.shift(1, 0.9))),
            0,
            0,
            Map.of(),
            Map.of());
    visit();
    assertThat(page.locator(".machine h3")).hasText("cnc-09");
    assertThat(page.locator(".machine .badge")).containsText("unknown");
    assertThat(page.locator(".shift")).isHidden();
  }

  @Test
  @Tag("soak")
  void aPhoneShowsAFactoryWithoutScrollingSideways() {
    factory.send();
    look(390, 844, ColorScheme.LIGHT);
    visit();
    assertThat(page.locator(".machine")).hasCount(12);
    assertThat(scrollWidth()).isEqualTo(390);
    picture("phone-light");
  }

  @Test
  void aStoreThatIsDownShowsWhatIsSafeAndWhenItIsTriedAgain() {
    view.storeDown = true;
    factory.send();
    visit();
    assertThat(page.locator("#alarms")).containsText("Store history is down");
    assertThat(page.locator("#alarms")).containsText("96 readings safe on disk, next try in 8 s");
    assertThat(page.locator("#state")).hasText("degraded");
    picture("store-down");
    view.storeDown = false;
    assertThat(page.locator("#alarms")).isEmpty();
  }

  @Test
  void aLogThatFillsUpIsSaidBeforeItTakesNoMore() {
    factory.send();
    visit();
    assertThat(page.locator(".summary")).containsText("log · writing");
    view.logShare = 0.87;
    assertThat(page.locator("#alarms .micro")).containsText("The log is filling up87 % of it");
    assertThat(page.locator(".summary")).containsText("log · filling up");
    view.logShare = 1;
    view.logReason = "full";
    assertThat(page.locator("#alarms .down")).containsText("The log accepts no more readings");
    assertThat(page.locator("#alarms .micro")).hasCount(0);
    assertThat(page.locator(".summary")).containsText("log · full or stopped");
  }

  @Test
  void whatIsSetAsideNowIsSaidOverEveryViewUntilItIsNoNews() {
    view.setAsideAgo = Duration.ofSeconds(12);
    factory.send();
    visit("/gateway");
    assertThat(page.locator("#alarms")).containsText("Messages are being quarantined");
    assertThat(page.locator("#alarms"))
        .containsText("cannot be read · factory/p/a/l/m/telemetry · 12 s ago");
    view.setAsideAgo = Duration.ofMinutes(6);
    assertThat(page.locator("#alarms")).isEmpty();
  }

  @Test
  void aLostStreamIsShownAndRecoversByItself() throws IOException {
    failingAnswers = true;
    factory.send();
    visit();
    assertThat(page.locator("#stream")).containsText("live");
    int port = server.port();
    server.close();
    assertThat(page.locator("#stream")).hasText("connection lost");
    assertThat(page.locator("#alarms")).containsText("No data from the gateway since");
    picture("stream-lost");
    serve(port, null);
    assertThat(page.locator("#stream")).containsText("live");
    assertThat(page.locator("#alarms")).isEmpty();
  }

  @Test
  @Tag("soak")
  void aPageThatIsLeftHoldsNoConnectionThatTheNextOneNeeds() {
    factory.send();
    for (int i = 0; i < 8; i++) { // a browser has six connections for one gateway
      visit();
      assertThat(page.locator("#stream")).containsText("live");
    }
  }

  @Test
  void hostileNamesAndValuesAreTextAndNothingElse() {
    view.hear(
        new Asset(HOSTILE, null, HOSTILE, HOSTILE),
        Map.of("state", new Value.Text(HOSTILE), HOSTILE, new Value.Text(HOSTILE)));
    view.hear(
        new Asset("__proto__", null, "constructor", "toString"),
        Map.of("__proto__", new Value.Real(1)));
    visit();
    assertThat(page.locator(".machine")).hasCount(2);
    assertThat(page.locator(".machine h3").first()).hasText(HOSTILE);
    assertThat(page.evaluate("window.broken === undefined")).isEqualTo(true);
    assertThat(page.locator("main img, main script")).hasCount(0);
    picture("hostile");
  }

  @Test
  void aGatewayWithATokenAsksForItAndRemembersIt() throws IOException {
    failingAnswers = true;
    server.close();
    serve(0, "sesame");
    factory.send();
    visit();
    page.locator("#token").fill("wrong");
    page.locator("#login button").click();
    assertThat(page.locator("#refused")).isVisible();
    picture("token");
    page.locator("#token").fill("sesame");
    page.locator("#login button").click();
    assertThat(page.locator(".machine")).hasCount(12);
    page.reload();
    assertThat(page.locator(".machine")).hasCount(12);
  }

  /** Tells {@code tiles} how many machines' tiles each piece of work of the page has changed. */
  private static final String COUNT_TILES =
      """
      window.tiles = [];
      new MutationObserver((changes) => {
        const changed = new Set(changes.map(({ target }) =>
          (target instanceof Element ? target : target.parentElement)?.closest(".machine") ?? null));
        changed.delete(null);
        window.tiles.push(changed.size);
      }).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
      """;

  private void hearThreeHundred(Random random) {
    String[] states = {"RUNNING", "RUNNING", "RUNNING", "IDLE", "SETUP", "DOWN"};
    for (int i = 0; i < 300; i++) {
      factory.hear(
          "line-" + i / 30, "machine-%03d".formatted(i), states[random.nextInt(6)], 20 + i / 10.0);
    }
  }

  @Test
  void ofThreeHundredMachinesNoPieceOfWorkDrawsMoreThanThirty() {
    page.addInitScript(COUNT_TILES);
    hearThreeHundred(new Random(5));
    visit();
    assertThat(page.locator(".machine:not(:empty)")).hasCount(300);
    for (int i = 0; i < 300; i++) {
      factory.hear("line-" + i / 30, "machine-%03d".formatted(i), "SETUP", 20);
    }
    assertThat(page.locator(".machine.setup")).hasCount(300);
    assertThat(page.evaluate("window.tiles.reduce((sum, one) => sum + one, 0) >= 600"))
        .as("all of them are counted, as they come and as they change")
        .isEqualTo(true);
    assertThat((Integer) page.evaluate("Math.max(...window.tiles)")).isLessThanOrEqualTo(30);
  }

  @Test
  @Tag("soak")
  void threeHundredMachinesCanBeSearched() {
    hearThreeHundred(new Random(5));
    visit();
    assertThat(page.locator(".machine")).hasCount(300);
    assertThat(page.locator(".down-now li")).hasCount(8);
    assertThat(page.locator(".down-now a").first())
        .hasAttribute("href", Pattern.compile("#/machine/plant-a/hall-1/line-\\d/machine-\\d+"));
    picture("three-hundred");
    page.setViewportSize(390, 844);
    picture("three-hundred-phone");
    assertThat(scrollWidth()).isEqualTo(390);
    page.locator("input[type=search]").fill("machine-29");
    assertThat(page.locator(".machine")).hasCount(10);
    page.locator("input[type=search]").fill("");
    page.locator(".tally .down").click();
    assertThat(page.locator(".machine.running")).hasCount(0);
    assertThat(page.locator(".machine.down").first()).isVisible();
  }

  @Test
  @Tag("soak")
  void beforeTheFirstSnapshotThePageSaysThatItConnects() {
    failingAnswers = true;
    page.route("**/api/v1/stream", held -> {});
    visit();
    assertThat(page.locator("#connecting")).hasText("Connecting to the gateway …");
    picture("connecting");
    page.unroute("**/api/v1/stream");
    visit();
    assertThat(page.locator(".first")).isVisible();
    assertThat(page.locator("#connecting")).isHidden();
  }

  @Test
  @Tag("soak")
  void namesOfAllKindsHaveViewsOfTheirOwn() {
    List<Asset> places =
        List.of(
            new Asset(null, null, null, "lonely"),
            new Asset("site", null, null, "no line"),
            new Asset("a/b?c#d", null, "50 % & \"more\"", "e/f %2F 🔧"),
            Asset.NONE);
    places.forEach(asset -> view.hear(asset, Map.of("temperature", new Value.Real(21.5))));
    visit();
    assertThat(page.locator(".machine")).hasCount(4);
    for (String link : List.of(".machine h3 a", ".line-head h2 a")) {
      int links = page.locator(link).count();
      for (int i = 0; i < links; i++) {
        if (!page.locator(link).first().isVisible()) {
          go("/");
        }
        page.locator(link).nth(i).click();
        assertThat(page.locator(".columns")).isVisible();
        assertThat(page.getByText("Nothing has been received from here")).isHidden();
      }
    }
  }

  @Test
  @Tag("soak")
  void longNamesStayWithinAPhoneAndTwoLinesOfATile() {
    failingAnswers = true; // no stops are kept of them
    String name = "a press with a name that goes on and on, whatever the room there is for it";
    String metric = "TemperatureOfTheExtruderHeadOnItsNorthernSideBeforeTheNozzle";
    view.hear(
        new Asset("plant-a", "hall-1", "the line of " + name, name),
        Map.of(metric, new Value.Text(metric)));
    look(390, 844, ColorScheme.DARK);
    for (String view : List.of("/", "/stops")) {
      reach(view);
      assertThat(page.locator("h1, .machine h3").last()).isVisible();
      assertThat(page.locator(".machine, option[value*='hall-1']")).hasCount(1);
      assertThat(scrollWidth()).as(view).isEqualTo(390);
    }
    go("/");
    assertThat(page.locator(".machine h3")).hasAttribute("title", name);
    assertThat(page.locator(".machine h3").boundingBox().height).isLessThan(60);
    page.locator(".machine h3 a").click();
    assertThat(page.locator(".values td").first()).hasText(metric);
    assertThat(scrollWidth()).isEqualTo(390);
    assertThat(page.locator(".values tbody").boundingBox().height).isLessThan(300);
  }

  @Test
  @Tag("soak")
  void longNamesOfMachinesThatAreDownStayWithinTheirPlaces() {
    String name = "press with a name that goes on and on, whatever the room there is for it ";
    for (int i = 0; i < 41; i++) {
      factory.hear("line", name + i, "DOWN", 20);
    }
    for (int width : new int[] {1366, 390}) {
      look(width, 768, ColorScheme.DARK);
      visit();
      assertThat(page.locator(".down-now li")).hasCount(8);
      assertThat(scrollWidth()).isEqualTo(width);
      assertThat(
              page.evaluate(
                  "[...document.querySelectorAll('.down-now a')].every((a) =>"
                      + " a.scrollWidth <= a.parentElement.clientWidth)"))
          .as("no name covers the next one")
          .isEqualTo(true);
    }
  }

  @Test
  @Tag("soak")
  void twoSeriesThatLookAlikeStandOnceEachHoweverLongThePageIsOpen() {
    visit("/machine/m");
    for (int i = 0; i < 3; i++) {
      for (String tag : List.of("x", "y")) {
        view.hear(
            new Asset(null, null, null, "m"),
            Map.of(tag, "a"),
            Map.of("temperature", new Value.Real(i)));
      }
      assertThat(page.locator("aside .value").getByText(String.valueOf(i)).first()).isVisible();
    }
    assertThat(page.locator(".values tbody tr")).hasCount(2);
  }
}
