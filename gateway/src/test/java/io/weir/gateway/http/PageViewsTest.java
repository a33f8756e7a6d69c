package io.weir.gateway.http;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.BoundingBox;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.Media;
import io.weir.gateway.api.EfficiencyResponse;
import io.weir.gateway.api.QuarantineEntry;
import io.weir.gateway.api.QuarantinePage;
import io.weir.gateway.api.StopList;
import io.weir.gateway.efficiency.figure.FigureFields;
import io.weir.gateway.log.Soak;
import io.weir.gateway.model.Quality;
import io.weir.gateway.peers.Axe;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every view of the live page, with figures, history, stops, signals and a quarantine. */
@Tag("server")
class PageViewsTest extends PageInChromium {

  private static final String MACHINE = "/machine/plant-a/hall-1/press-shop/press-02";
  private static final String LINE = "/line/plant-a/hall-1/press-shop";

  /** Each view, and something that stands in it only once its data is there. */
  private static final List<List<String>> VIEWS =
      List.of(
          List.of("/", ".pareto li"),
          List.of(LINE, "tbody tr .badge"),
          List.of(MACHINE, ".charts canvas"),
          List.of("/stops", "button.cause-row"),
          List.of("/quality", ".entries details"),
          List.of("/gateway", ".ledger .sum"),
          List.of("/report", ".sheet tbody tr"));

  private final InventedFactory factory = new InventedFactory(view);

  @BeforeEach
  void fill() {
    factory.send();
    factory.figure();
    factory.remember();
  }

  private void show(List<String> view) {
    reach(view.get(0));
    assertThat(page.locator(view.get(1)).first()).isVisible();
  }

  /** Before each change only two are loaded by their own address, and the others walked to. */
  @Test
  void everyViewLoadsWithATitleAndAHeadingOfItsOwn() {
    for (List<String> view : VIEWS) {
      if (Soak.ON || view.get(0).equals(MACHINE)) {
        visit(view.get(0));
      } else {
        reach(view.get(0));
      }
      assertThat(page.locator(view.get(1)).first()).isVisible();
      assertThat(page.locator("h1")).hasCount(1);
      assertThat(page).hasTitle(page.locator("h1").textContent() + " · plant-a-1 · Weir");
      picture("view" + view.get(0).replace('/', '-'));
    }
  }

  /** With all that can stand in them; PageEveryViewTest asks of each view with less in it. */
  @Test
  @Tag("soak")
  void everyViewIsWhatAxeAsksFor() {
    view.storeDown = true; // an alarm stands over all of them
    for (ColorScheme scheme : List.of(ColorScheme.DARK, ColorScheme.LIGHT)) {
      look(1400, 1000, scheme);
      for (List<String> view : VIEWS) {
        show(view);
        assertThat(Axe.violations(page)).as("%s in the %s theme", view.get(0), scheme).isEmpty();
      }
    }
  }

  /** The cells that break the name of a row into its letters. */
  private static final String NARROW_NAMES =
      """
      [...document.querySelectorAll("tbody tr > :first-child")]
          .filter((cell) => cell.clientWidth > 0 && cell.clientWidth < 40)
          .map((cell) => `${cell.innerText}: ${cell.clientWidth} px`)
      """;

  /** Tables and a report, where there are some, are as wide as they are shown. */
  private static final String TOO_WIDE =
      """
      [...document.querySelectorAll(".slim, .slim td, .cards, .cards td, .sheet")]
          .filter((table) => table.scrollWidth !== table.clientWidth).map((table) => table.innerText)
      """;

  /** Words that go on in the next line. */
  private static final String BROKEN_WORDS =
      """
      (() => {
        const found = [];
        const texts = document.createTreeWalker(document.querySelector("#view"), NodeFilter.SHOW_TEXT);
        while (texts.nextNode()) {
          const inside = texts.currentNode.parentElement;
          if (inside.closest(".device, code") || inside.closest("thead")?.clientWidth === 1) continue; // or not seen
          for (const word of texts.currentNode.data.matchAll(/\\p{L}+/gu)) {
            const range = document.createRange();
            range.setStart(texts.currentNode, word.index);
            range.setEnd(texts.currentNode, word.index + word[0].length);
            const lines = new Set([...range.getClientRects()].map((box) => Math.round(box.top)));
            if (lines.size > 1) found.push(`${word[0]} in .${inside.closest("[class]").className}`);
          }
        }
        return found;
      })()
      """;

  private static final String SHIFTS_IN_TWO_LINES =
      """
      [...document.querySelectorAll("td.of-shift")].filter((cell) => {
        const range = document.createRange();
        range.selectNodeContents(cell);
        return new Set([...range.getClientRects()].map((box) => Math.round(box.top))).size > 1;
      }).map((cell) => cell.innerText)
      """;

  /** German has the longest words. */
  @Test
  void aPhoneShowsEveryViewInGermanWithoutScrollingSideways() {
    aPhoneShowsEveryViewInItsLanguageWithoutScrollingSideways("de-DE");
  }

  @ParameterizedTest
  @ValueSource(strings = {"en-GB", "zh-CN"})
  @Tag("soak")
  void aPhoneShowsEveryViewInItsLanguageWithoutScrollingSideways(String locale) {
    look(390, 844, ColorScheme.LIGHT, locale);
    view.quality = Quality.UNCERTAIN;
    factory.hear("press-shop", "press-02", "MAINTENANCE", 58.9);
    for (List<String> view : VIEWS) {
      String what = view.get(0) + " in " + locale;
      show(view);
      assertThat(page.locator("html")).hasAttribute("lang", locale);
      page.setViewportSize(390, 844);
      assertThat(scrollWidth()).as(what).isEqualTo(390);
      assertThat(page.evaluate(NARROW_NAMES)).as(what).isEqualTo(List.of());
      if (List.of(LINE, MACHINE, "/stops").contains(view.get(0))) {
        assertThat(page.locator(".slim tbody tr").first()).isVisible();
        assertThat(page.locator(".slim").first()).containsText("E-STOP");
      }
      assertThat(page.evaluate(TOO_WIDE)).as(what).isEqualTo(List.of());
      assertThat(page.evaluate(CUT_LINKS)).as(what).isEqualTo(List.of());
      if (!locale.equals("zh-CN")) {
        for (int width : List.of(320, 360, 390)) { // the narrowest that are in use
          page.setViewportSize(width, 844);
          assertThat(scrollWidth()).as(what).isEqualTo(width);
          assertThat(page.evaluate(TOO_WIDE)).as(what + " " + width).isEqualTo(List.of());
          assertThat(page.evaluate(BROKEN_WORDS)).as(what + " " + width).isEqualTo(List.of());
        }
      }
    }
  }

  /** The colour and the shape of a state say nothing without its word. */
  @Test
  void beforeTheFirstAnswerNoBadgeStandsWithoutAWord() {
    context.addInitScript("window.setInterval = () => 0"); // the head stays as it is loaded
    context.route("**/api/v1/stream", request -> {});
    visit();
    assertThat(page.getByText("Connecting to the gateway")).isVisible();
    assertThat(
            page.evaluate(
                """
                [...document.querySelectorAll(".badge")]
                    .filter((badge) => badge.clientWidth > 0 && badge.textContent === "").map((badge) => badge.id)
                """))
        .isEqualTo(List.of());
  }

  @Test
  void onAPhoneTheLinkOfTheOpenViewIsWholeInSightAlsoOfTheLast() {
    look(390, 844, ColorScheme.LIGHT, "de-DE");
    failingAnswers = true; // nothing can be configured of an invented factory
    visit("/configure");
    assertThat(page.locator("nav a[aria-current]")).hasText("Konfigurieren");
    assertThat(page.evaluate(CUT_LINKS)).isEqualTo(List.of());
  }

  /** That of the open view, where the row of links scrolls and its end fades. */
  private static final String CUT_LINKS =
      """
      [...document.querySelectorAll("nav a[aria-current]")].filter((link) => {
        const [row, box] = [link.parentElement.getBoundingClientRect(), link.getBoundingClientRect()];
        return box.left < row.left || box.right > row.right - 32;
      }).map((link) => link.textContent)
      """;

  /** A laptop and a desk at 200 %. */
  @Test
  void atTwoHundredPercentNoViewScrollsSidewaysAndNoTable() {
    List<List<Integer>> sizes = List.of(List.of(640, 400), List.of(683, 384), List.of(720, 450));
    for (List<Integer> size : sizes.subList(0, Soak.count(1, sizes.size()))) {
      look(size.get(0), size.get(1), ColorScheme.LIGHT, "de-DE");
      for (List<String> view : VIEWS) {
        show(view);
        String what = view.get(0) + " " + size;
        assertThat(scrollWidth()).as(what).isEqualTo(size.get(0));
        assertThat(page.evaluate(TOO_WIDE)).as(what).isEqualTo(List.of());
        assertThat(page.evaluate(BROKEN_WORDS)).as(what).isEqualTo(List.of());
      }
    }
  }

  @Test
  @Tag("soak")
  void theTitlesOfACardBeginWithACapitalAsThoseOfATableDo() {
    look(390, 844, ColorScheme.LIGHT, "en-GB");
    show(List.of("/quality", ".cards tbody tr"));
    assertThat(
            page.evaluate(
                "[...document.querySelectorAll('.cards td')].map((cell) => cell.dataset.title)"
                    + ".filter((title) => /^\\p{Ll}/u.test(title))"))
        .isEqualTo(List.of());
  }

  @Test
  void theSummaryOfTheGatewayCutsNoName() {
    for (int width : Soak.ON ? List.of(1920, 1440) : List.of(1440)) {
      look(width, 900, ColorScheme.LIGHT, "en-GB");
      show(VIEWS.get(0));
      assertThat(
              page.evaluate(
                  "[...document.querySelectorAll('.summary .name, .summary .badge')]"
                      + ".filter((name) => name.scrollWidth > name.clientWidth)"
                      + ".map((name) => name.textContent)"))
          .isEqualTo(List.of());
    }
  }

  @Test
  @Tag("soak")
  void aDeskBreaksNoWordOfGermanStopsAndNoShift() {
    look(1440, 900, ColorScheme.DARK, "de-DE");
    for (List<String> view : VIEWS) {
      show(view);
      assertThat(page.evaluate(BROKEN_WORDS)).as(view.get(0)).isEqualTo(List.of());
      assertThat(page.evaluate(TOO_WIDE)).as(view.get(0)).isEqualTo(List.of());
      assertThat(page.evaluate(SHIFTS_IN_TWO_LINES)).as(view.get(0)).isEqualTo(List.of());
    }
  }

  @Test
  @Tag("soak")
  void onALaptopTheSignalsOfAMachineBeginOnItsFirstScreen() {
    look(1366, 768, ColorScheme.DARK);
    show(List.of(MACHINE, ".charts canvas"));
    assertThat(page.locator(".charts canvas").first().boundingBox().y).isLessThan(768);
    assertThat(scrollWidth()).isEqualTo(1366);
  }

  @Test
  @Tag("soak")
  void onAPhoneTheStopsOfAMachineComeBeforeItsCharts() {
    look(390, 844, ColorScheme.DARK);
    show(List.of(MACHINE, ".charts canvas"));
    assertThat(page.getByText("Stops of the last 24 hours").boundingBox().y)
        .isLessThan(
            page.getByText("Signals", new Page.GetByTextOptions().setExact(true)).boundingBox().y);
  }

  /** A fold with all of them; asked for only once it is open. */
  @Test
  void everyFigureOfTheStoreIsShownWithItsNameItsDefinitionAndItsUnit() {
    for (String view : List.of(LINE, MACHINE)) {
      show(List.of(view, ".figures tbody tr"));
      assertThat(page.locator(".all-figures table")).isHidden();
      page.locator(".all-figures summary").click();
      assertThat(page.locator(".all-figures tbody small")).hasCount(FigureFields.names().size());
      assertThat(page.locator(".all-figures tr", containing("Without a reason")))
          .hasText(Pattern.compile("tree of reasons, without micro-stops21.min21.min"));
      assertThat(page.locator(".all-figures tr", containing("Energy for each piece")))
          .hasText(Pattern.compile("0\\.0157.kWh0\\.0157.kWh$"));
      assertThat(page.locator(".all-figures tr", containing("Technical efficiency")))
          .containsText("Running time / (running time + stops but setup and idle)");
      picture("all-figures" + view.replaceAll("/[^/]*$", "").replace('/', '-'));
    }
  }

  private static Page.LocatorOptions containing(String text) {
    return new Page.LocatorOptions().setHasText(text);
  }

  @Test
  @Tag("soak")
  void whatFollowsWithoutAGapInTimeLeavesNoneInTheStrip() {
    visit();
    Object gaps =
        page.evaluate(
            """
            import("/strip.js").then(({ strip }) => {
              const { root, show } = strip();
              const ends = Array.from({ length: 101 }, (_, i) => i * 28_800 + ((i * 7919) % 9973)); // 8 h, unevenly
              show(ends.slice(1).map((end, i) => [ends[i], end, i % 2 ? "down" : "running", ""]), 0, ends.at(-1));
              return [...root.querySelectorAll("path:not(.ground)")]
                .flatMap((p) => [...p.getAttribute("d").matchAll(/M([\\d.]+) 0([Hh])([\\d.]+)V/g)])
                .map(([, from, how, to]) => [Number(from), how === "H" ? Number(to) : Number(from) + Number(to)])
                .sort(([a], [b]) => a - b)
                .filter(([from], at, all) => at > 0 && from - all[at - 1][1] > 1e-6).length;
            })
            """);
    assertThat(gaps).isEqualTo(0);
  }

  @Test
  @Tag("soak")
  void theAxisOfAChartSaysTheDayOnlyWhereAnotherOneBegins() {
    visit();
    Object said =
        page.evaluate(
            """
            import("/format.js").then(({ ticks }) => {
              const midnight = new Date().setHours(0, 0, 0, 0) / 1000;
              return ticks([midnight - 1200, midnight - 600, midnight, midnight + 600]);
            })
            """);
    assertThat(said)
        .asInstanceOf(InstanceOfAssertFactories.list(String.class))
        .satisfiesExactly(
            first -> assertThat(first).matches("\\d+\\h\\w+ 23:40"),
            second -> assertThat(second).isEqualTo("23:50"),
            third -> assertThat(third).isEqualTo("00:00"),
            fourth -> assertThat(fourth).isEqualTo("00:10"));
  }

  @Test
  @Tag("soak")
  void chartsTakeTheColoursOfTheThemeAsItChanges() {
    show(List.of("/gateway", ".plot canvas"));
    String dark = pixels("#4fc3d9");
    String light = pixels("#0a7387");
    page.waitForCondition(() -> (Boolean) page.evaluate(dark));
    page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.LIGHT));
    page.waitForCondition(() -> (Boolean) page.evaluate(light));
  }

  /** Whether the chart has a point of a colour. */
  private static String pixels(String colour) {
    return """
    (() => {
      const canvas = document.querySelector(".plot canvas");
      const [r, g, b] = [1, 3, 5].map((at) => parseInt("%s".slice(at, at + 2), 16));
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      for (let i = 0; i < data.length; i += 4) if (data[i] === r && data[i + 1] === g && data[i + 2] === b) return true;
      return false;
    })()
    """
        .formatted(colour);
  }

  @Test
  void chineseIsChosenByTheBrowserOrByTheReader() {
    EfficiencyResponse all = view.efficiency;
    view.efficiency =
        new EfficiencyResponse(
            all.asOf(),
            all.targetOee(),
            all.plant(),
            all.lines(),
            all.machines(),
            0,
            0,
            Map.of("early", Map.of("zh", "早班", "en", "Morning")),
            Map.of());
    look(1920, 1080, ColorScheme.DARK, "zh-CN");
    visit();
    assertThat(page.locator("html")).hasAttribute("lang", "zh-CN");
    assertThat(page.locator("nav a").first()).hasText("工厂");
    assertThat(page.locator(".shift")).containsText("早班");
    assertThat(machine("press-02").locator(".badge")).containsText("故障");
    page.getByText("English").click();
    assertThat(page.locator("nav a").first()).hasText("Plant");
    assertThat(page.locator(".shift")).containsText("Morning, ");
    page.reload();
    assertThat(page.locator("html")).hasAttribute("lang", "en-GB");
  }

  @Test
  @Tag("soak")
  void theKeyboardLeadsFromThePlantToAMachineAndBack() {
    visit();
    assertThat(page.locator(".machine")).hasCount(12);
    page.keyboard().press("Tab");
    assertThat(page.locator("#skip")).isFocused();
    page.keyboard().press("Enter");
    assertThat(page.locator("h1")).isFocused();
    machine("press-02").getByRole(AriaRole.LINK).focus();
    page.keyboard().press("Enter");
    assertThat(page.locator("h1")).hasText("press-02");
    assertThat(page.locator("h1")).isFocused();
    assertThat(page.locator(".title .badge")).containsText("down");
    page.locator(".title a").click();
    assertThat(page.locator("h1")).hasText("press-shop");
    page.goBack();
    assertThat(page.locator("h1")).hasText("press-02");
    page.goBack();
    assertThat(page.locator(".machine")).hasCount(12);
  }

  @Test
  @Tag("soak")
  void theKeyboardGoesAlongTheStripOfAMachineAndOpensAStop() {
    visit(MACHINE);
    Locator strip = page.locator(".strip.tappable");
    assertThat(strip).hasAttribute("role", "slider");
    strip.focus();
    page.keyboard().press("Home");
    String first = strip.getAttribute("aria-valuetext");
    page.keyboard().press("ArrowRight");
    assertThat(strip).hasAttribute("aria-valuenow", "2");
    assertThat(strip.locator(".chosen")).isVisible();
    assertThat(strip.getAttribute("aria-valuetext")).isNotEqualTo(first);
    assertThat(page.locator(".axis")).containsText(strip.getAttribute("aria-valuetext"));
    picture("strip-keyboard");
    page.keyboard().press("End");
    for (int i = 0; strip.getAttribute("aria-valuetext").startsWith("running"); i++) {
      assertThat(i).as("there is a stop").isLessThan(100);
      page.keyboard().press("ArrowLeft");
    }
    String stop = strip.getAttribute("aria-valuetext");
    page.keyboard().press("Enter");
    assertThat(page.locator("dialog h2")).containsText(stop.split("[: (]", 2)[0]);
  }

  @Test
  void theLinkOfAViewHoldsWhatIsChosenInIt() {
    show(List.of("/", ".pareto li"));
    page.locator("input[type=search]").fill("press");
    page.locator(".tally .down").click();
    assertThat(page).hasURL(Pattern.compile("#/\\?find=press&kind=down$"));
    page.reload();
    assertThat(page.locator(".machine")).hasCount(1);
    assertThat(page.locator(".tally .down")).hasAttribute("aria-pressed", "true");
    show(List.of(MACHINE, ".charts canvas"));
    page.getByText("15 min", new Page.GetByTextOptions().setExact(true)).click();
    assertThat(page).hasURL(Pattern.compile("press-02\\?minutes=15$"));
    page.locator(".charts .plot").first().press("+");
    assertThat(page).hasURL(Pattern.compile("minutes=15&zoom=\\d+-\\d+$"));
    page.reload();
    assertThat(page.getByText("15 min", new Page.GetByTextOptions().setExact(true)))
        .hasAttribute("aria-pressed", "true");
    assertThat(page.getByText("Reset zoom")).isVisible();
    show(List.of("/quality", ".entries details"));
    page.getByText("cannot be read").first().click();
    assertThat(page).hasURL(Pattern.compile("#/quality\\?fault=malformed$"));
    page.reload();
    assertThat(page.getByText("cannot be read").first()).hasAttribute("aria-pressed", "true");
  }

  /** Of the factors of the OEE those whose name stands on two lines. */
  private static final String BROKEN_NAMES =
      """
      [...document.querySelectorAll(".factor > :first-child")]
          .filter((name) => name.clientHeight > 1.8 * parseFloat(getComputedStyle(name).fontSize))
          .map((name) => name.textContent)
      """;

  @Tag("soak")
  @Test
  void theNamesOfTheFactorsAreNotBrokenOnAnyScreen() {
    for (String locale : List.of("en-GB", "de-DE", "zh-CN")) {
      look(3840, 2160, ColorScheme.DARK, locale);
      show(List.of("/", ".pareto li"));
      for (int width : new int[] {3840, 1920, 1366, 390}) {
        page.setViewportSize(width, 844);
        assertThat(page.evaluate(BROKEN_NAMES)).as(locale + width).isEqualTo(List.of());
      }
    }
  }

  /** Somebody who has logged in and may do everything. */
  private static final String SESSION =
      """
      {"login": "users", "kind": "user", "name": "anna.schmidt", "role": "admin", "csrf": "c", "language": "",
       "rights": ["view", "metrics", "operate", "engineer", "administer", "ingest"], "zone": "", "plantZone": "UTC"}
      """;

  /** Five filters, and many stops without a reason. */
  private static final String FULL =
      """
      (() => {
        const tally = document.querySelector(".tally");
        while (tally.children.length > 5) tally.lastChild.remove();
        const uncoded = document.querySelector(".find .uncoded");
        uncoded.textContent = uncoded.textContent.replace("0", "458");
        uncoded.closest(".of-now").hidden = false;
      })()
      """;

  /** The heights of the head and of the row of filters, which has five. */
  private static final String HEIGHTS =
      """
      ["header", ".find"].map((row) => document.querySelector(row).getBoundingClientRect().height)
      """;

  @Tag("soak")
  @Test
  void theHeadAndTheFiltersHaveOneRowEachOnADeskInEveryLanguage() {
    Map<String, Object> heights = new LinkedHashMap<>();
    for (String locale : List.of("en-GB", "de-DE", "zh-CN")) {
      look(1366, 844, ColorScheme.DARK, locale);
      page.route(
          "**/api/v1/session", route -> route.fulfill(new Route.FulfillOptions().setBody(SESSION)));
      show(List.of("/", ".pareto li"));
      assertThat(page.locator("#who")).isVisible();
      assertThat(page.locator(".tally button")).hasCount(6);
      for (int width : new int[] {1366, 1920}) {
        page.setViewportSize(width, 844);
        page.evaluate(FULL);
        picture("head-" + locale + "-" + width);
        heights.put(locale + width, page.evaluate(HEIGHTS));
      }
    }
    assertThat(heights.values())
        .as(heights.toString())
        .allMatch(
            both -> ((List<?>) both).stream().allMatch(one -> ((Number) one).doubleValue() < 75));
  }

  @Test
  @Tag("soak")
  void theKeyboardReadsTheValuesOfAChartAndZooms() {
    show(List.of(MACHINE, ".charts canvas"));
    Locator plot = page.locator(".charts .plot").first();
    plot.focus();
    page.keyboard().press("Home");
    assertThat(plot).hasAttribute("aria-valuenow", "1");
    assertThat(plot).hasAttribute("aria-valuetext", Pattern.compile("\\d\\d:\\d\\d:\\d\\d: 48"));
    assertThat(page.locator(".charts figcaption").first()).containsText("48");
    page.keyboard().press("+");
    assertThat(page.getByText("Reset zoom")).isVisible();
    page.keyboard().press("-");
    page.getByText("Reset zoom").press("Enter");
    assertThat(page.getByText("Reset zoom")).isHidden();
  }

  @Test
  void aMachineShowsItsHintsUntilAPersonHasDecided() throws Exception {
    hints.enabled = true;
    hints.findings = InventedHints.OF_PRESS;
    visit(MACHINE);
    assertThat(page.locator(".hints li")).hasCount(2);
    assertThat(page.locator(".hints"))
        .containsText(
            "Product lid: cycle 12.4 s in the last week, 11.1 s in the four weeks before");
    assertThat(page.locator(".hints code").first()).hasText("Table of cycles: lid,11.3");
    picture("hints");
    String path = "/api/v1/hints/" + InventedHints.OF_PRESS.get(1).id() + "/confirm";
    HttpRequest confirm =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
            .POST(HttpRequest.BodyPublishers.ofString("{\"who\":\"anna\"}"))
            .build();
    HttpResponse<String> answer =
        HttpClient.newHttpClient().send(confirm, HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    visit(MACHINE);
    assertThat(page.locator(".hints li")).hasCount(1);
  }

  @Test
  @Tag("soak")
  void whereNothingIsLearnedAMachineHasNoHints() {
    hints.findings = InventedHints.OF_PRESS;
    visit(MACHINE);
    assertThat(page.locator(".figures tbody tr").first()).isVisible();
    assertThat(page.locator(".hints")).isHidden();
  }

  @Test
  void aMachineShowsItsStopsWithReasonsAndItsSignals() {
    visit(MACHINE);
    assertThat(page.locator(".figures tbody tr").first()).containsText("OEE79 %");
    assertThat(page.locator("aside tbody", new Page.LocatorOptions().setHasText("E-STOP")))
        .isVisible();
    assertThat(page.locator(".charts figcaption").first()).containsText("temperature");
    assertThat(page.locator(".plot").first())
        .hasAttribute("aria-label", "temperature: from 47 to 53, newest 52");
    assertThat(page.locator(".changes").first()).hasText("temperature (2)20, constant");
    assertThat(page.locator(".charts figure")).hasCount(1);
    page.getByText("Show all signals").click();
    assertThat(page.locator(".charts figure")).hasCount(2);
    assertThat(page.locator(".changes").last()).containsText("DOWN");
    var box = page.locator(".charts .u-over").first().boundingBox();
    page.mouse().move(box.x + 50, box.y + 30);
    page.mouse().down();
    page.mouse().move(box.x + 150, box.y + 30);
    page.mouse().up();
    page.getByText("Reset zoom").click();
    assertThat(page.getByText("Reset zoom")).isHidden();
  }

  @Test
  @Tag("soak")
  void aStopThatGoesOnLeavesTheLengthsOfOthersInTheirTable() {
    StopList list = view.machines.stops;
    StopList.Stop before = list.stops().get(1);
    long now = System.currentTimeMillis();
    StopList.Stop silent =
        new StopList.Stop(
            before.place(), now - 64_000, 64, "unknown", "silent", "", "early", true, true);
    view.machines.stops =
        new StopList(list.fromMs(), list.toMs(), List.of(silent, before), false, List.of(), 0);
    for (int width : List.of(1440, 1280, 390)) {
      look(width, 900, ColorScheme.LIGHT);
      visit(MACHINE);
      assertThat(page.locator("aside tbody").getByText("provisional").first()).isVisible();
      assertThat((List<?>) page.evaluate(TOO_WIDE)).as("at %d", width).isEmpty();
    }
  }

  @Test
  void stopsAreChosenByTheirCauseAndTheChoiceStandsInTheAddress() {
    visit("/stops");
    page.locator("button.cause-row").first().click();
    assertThat(page).hasURL(Pattern.compile("#/stops\\?range=present&state=down&reason=E-STOP$"));
    assertThat(page.locator("button.cause-row").first()).hasAttribute("aria-pressed", "true");
    assertThat(view.machines.asked)
        .asString()
        .contains("state=down", "reason=E-STOP", "last=false");
    page.getByRole(AriaRole.COMBOBOX, new Page.GetByRoleOptions().setName("Time"))
        .selectOption("last");
    page.getByLabel("Line").selectOption("plant-a / hall-1 / packing");
    page.reload();
    assertThat(page.getByLabel("Line")).hasValue("[\"plant-a\",\"hall-1\",\"packing\",\"\"]");
    assertThat(page.getByLabel("Reason")).hasValue("E-STOP");
    assertThat(page.locator("tbody tr").first()).isVisible();
    await()
        .untilAsserted(
            () -> assertThat(view.machines.asked).asString().contains("last=true", "line=packing"));
  }

  @Test
  void whatCannotBeTakenIsShownWithItsReasonAndSilenceIsNamed() {
    visit("/quality");
    assertThat(page.locator("tbody tr").nth(0))
        .containsText("cnc-02 silent plant-a / hall-1 / machining4 min~12");
    assertThat(page.locator("tbody tr").nth(1)).containsText("yard/gate/meter silent 3 min0–");
    assertThat(page.locator("tbody tr").nth(1).locator("a")).hasCount(0);
    assertThat(page.locator("tbody tr").nth(2))
        .containsText("pack-01 plant-a / hall-1 / packing1 s1,480");
    assertThat(page.locator("tbody tr").nth(2)).containsText("-42 s17352");
    assertThat(page.getByText("Missing: messages that a device numbered")).isVisible();
    view.entry =
        new QuarantineEntry(
            "0123456789abcdef",
            "t",
            "plant",
            Instant.now(),
            "malformed",
            "not JSON",
            List.of(),
            new QuarantineEntry.Payload("{\"temperature\": 4", null),
            17,
            false,
            null);
    page.locator(".entries summary").click();
    assertThat(page.locator(".payload pre")).hasText("{\"temperature\": 4");
    page.getByText("cannot be read").first().click();
    assertThat(page.locator(".entries details")).hasCount(1);
  }

  @Test
  @Tag("soak")
  void fiftyEntriesThatAreAlikeAreOneRowThatOpensIntoEach() {
    QuarantinePage.Entry one = view.held.get(0);
    List<QuarantinePage.Entry> held = new ArrayList<>(view.held);
    for (int i = 1; i < 50; i++) {
      held.add(
          new QuarantinePage.Entry(
              "%016x".formatted(i),
              one.origin(),
              one.topic(),
              one.received().minusSeconds(60L * i),
              one.faults(),
              one.bytes(),
              one.preview(),
              i < 4 ? one.received() : null));
    }
    view.held = held;
    visit("/quality");
    assertThat(page.locator(".entries details")).hasCount(1);
    assertThat(page.locator(".entries summary")).containsText("50 ×cannot be read");
    assertThat(page.locator(".entries summary")).containsText("3 of them replayed");
    page.locator(".entries summary").click();
    assertThat(page.locator(".entries details details")).hasCount(50);
    assertThat(page.getByText("Replay these 47")).isVisible();
    picture("quarantine-alike");
  }

  /** By view, what can be saved of it. */
  private static final Map<String, List<String>> CSV =
      Map.of(
          "/",
          List.of(
              "parts of the planned time",
              "machines",
              "states of the machines",
              "Where the time went"),
          LINE,
          List.of(
              "parts of the planned time",
              "machines",
              "states of the machines",
              "This shift and the last",
              "All figures, and what they mean",
              "Orders",
              "Stops of the last 24 hours"),
          MACHINE,
          List.of(
              "parts of the planned time",
              "The last 8 hours",
              "Orders",
              "Stops of the last 24 hours",
              "This shift and the last",
              "All figures, and what they mean",
              "Newest values",
              "Signals",
              "temperature"),
          "/stops",
          List.of("Causes, largest first", "Stops, newest first"),
          "/quality",
          List.of("Machines and devices, worst first", "Quarantine by reason", "Quarantine"),
          "/gateway",
          List.of("Per second", "Where every reading went"),
          "/report",
          List.of(
              "parts of the planned time",
              "This shift and the last",
              "Causes, largest first",
              "Lines and machines"));

  /** Tables and charts that no button stands beside, in the same part of the page. */
  private static final String WITHOUT_CSV =
      """
      [...document.querySelectorAll(
          "#view :is(table, .plot, .strip, .pareto, .losses, .ledger, .entries, .orders, .rows, .machines)")]
        .filter((shown) => shown.closest(".summary") === null) // the view of the gateway has it
        .filter((shown) => shown
          .closest("figure, details, .where, .panel, .halves > div, .sheet, .plant").querySelector("button.csv") === null)
        .map((shown) => shown.outerHTML.slice(0, 200))
      """;

  @Test
  void everyTableAndChartOfEveryViewHasAButtonThatSavesIt() {
    assertThat(CSV.keySet())
        .containsExactlyInAnyOrderElementsOf(VIEWS.stream().map(view -> view.get(0)).toList());
    for (List<String> view : VIEWS) {
      show(view);
      if (page.locator(".all-figures").count() > 0) {
        page.locator(".all-figures summary").click();
        assertThat(page.locator(".all-figures table")).isVisible();
      }
      List<String> named = CSV.get(view.get(0)).stream().map(what -> "CSV: " + what).toList();
      page.waitForCondition(() -> visibleCsv().size() >= named.size());
      assertThat(visibleCsv()).as(view.get(0)).containsExactlyElementsOf(named);
      assertThat(page.evaluate(WITHOUT_CSV)).as(view.get(0)).isEqualTo(List.of());
      for (String what : CSV.get(view.get(0))) {
        assertThat(saved(what).text()).startsWith("\ufeff").endsWith("\r\n").contains(",");
      }
      picture("csv" + view.get(0).replaceAll("/[^/]*/.*/", "-").replace('/', '-'));
    }
  }

  /** Those that are shown: a panel may have nothing to say, as that of a group without one. */
  private List<String> visibleCsv() {
    return page.locator("#view button.csv:visible").all().stream()
        .map(button -> button.getAttribute("aria-label"))
        .toList();
  }

  private record Saved(String name, String text) {}

  /**
   * Chromium drops an eleventh file that a page saves within a second, and says nothing of it
   * (LocalFrame::ShouldThrottleDownload).
   */
  private static final double BETWEEN_FILES_MS = 110;

  private Saved saved(String what) {
    Locator button =
        page.getByRole(
            AriaRole.BUTTON, new Page.GetByRoleOptions().setName("CSV: " + what).setExact(true));
    page.waitForTimeout(BETWEEN_FILES_MS);
    Download download = page.waitForDownload(button::click);
    try {
      return new Saved(download.suggestedFilename(), Files.readString(download.path()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final String INSTANT =
      "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}[+-]\\d\\d:\\d\\d";

  @Test
  void stopsAreSavedAsTheyAreShownWithReasonsThatAreNoFormula() {
    StopList list = view.machines.stops;
    StopList.Stop stop = list.stops().get(1);
    StopList.Stop ongoing =
        list.stops().stream().filter(StopList.Stop::open).findFirst().orElseThrow();
    StopList.Stop evil =
        new StopList.Stop(
            stop.place(),
            stop.startMs(),
            1234.5,
            "down",
            "=HYPERLINK(\"http://evil.example\",\"Stau, \u8bbe\u5907\")",
            "",
            "early",
            false,
            false);
    view.machines.stops =
        new StopList(list.fromMs(), list.toMs(), List.of(evil, ongoing), true, list.pareto(), 0);
    show(List.of(LINE, ".slim tbody tr"));
    Saved saved = saved("Stops of the last 24 hours");
    assertThat(saved.name())
        .matches(
            "Stops-of-the-last-24-hours_plant-a-hall-1-press-shop_\\d{4}-\\d\\d-\\d\\dT\\d{6}\\.csv");
    String[] rows = saved.text().split("\r\n");
    assertThat(rows).hasSize(4);
    assertThat(rows[0])
        .isEqualTo(
            "\ufeffStart,End,Line,Machine,State,Reason,Length (s),Shift,Remarks,"
                + "Path in the stores,Reason in the stores,Shift in the stores");
    assertThat(rows[1])
        .matches(INSTANT + "," + INSTANT + ",plant-a / hall-1 / [^,]*,[^,]*,down,\"'=HYPERLINK.*")
        .contains(
            "\"'=HYPERLINK(\"\"http://evil.example\"\",\"\"Stau, \u8bbe\u5907\"\")\",1234.5,early,,plant-a/hall-1/")
        .endsWith(",early");
    assertThat(rows[2]).contains(",ongoing,");
    assertThat(rows[3]).isEqualTo("\"Only the newest 2 are in this file; there are more.\"");
  }

  @Test
  @Tag("soak")
  void aChartIsSavedWithTheLeastMostAndLastOfEachOfItsPoints() {
    show(List.of(MACHINE, ".charts canvas"));
    Saved saved = saved("temperature");
    assertThat(saved.name()).startsWith("temperature_plant-a-hall-1-press-shop-press-02_");
    String[] rows = saved.text().split("\r\n");
    assertThat(rows[0]).isEqualTo("\ufeffTime,Metric,Measurement,Least,Most,Last");
    assertThat(rows).hasSize(4);
    assertThat(rows[1]).matches(INSTANT + ",temperature,telemetry,47,49,48");
  }

  @Test
  @Tag("soak")
  void aGermanBrowserSavesTheMachinesAsAGermanExcelReadsThem() {
    look(1366, 768, ColorScheme.LIGHT, "de-DE");
    show(List.of(LINE, ".machine-row .badge"));
    Saved saved = saved("Maschinen");
    assertThat(saved.name()).startsWith("Maschinen_plant-a-hall-1-press-shop_");
    String[] rows = saved.text().split("\r\n");
    assertThat(rows).hasSize(5);
    assertThat(rows[0])
        .startsWith("\ufeffLinie;Maschine;Zustand;Grund;Seit;")
        .contains(";OEE (%);");
    assertThat(rows[2])
        .matches("plant-a / hall-1 / press-shop;press-02;[^;]*;E-STOP;" + INSTANT + ";.*")
        .contains(";79,38;90;90;98;");
  }

  @Test
  @Tag("soak")
  void aFingerCanTapTheButtonsThatSave() {
    lookByTouch();
    for (List<String> view : VIEWS) {
      show(view);
      assertThat(visibleCsv()).isNotEmpty();
      for (Locator button : page.locator("#view button.csv").all()) {
        if (button.isVisible()) {
          BoundingBox box = button.boundingBox();
          assertThat(Math.min(box.width, box.height))
              .as("%s %s", view.get(0), button.getAttribute("aria-label"))
              .isGreaterThanOrEqualTo(48);
        }
      }
      assertThat(scrollWidth()).as(view.get(0)).isEqualTo(390);
      picture("csv-touch" + view.get(0).replace('/', '-'));
    }
  }

  @Test
  @Tag("soak")
  void twoHundredStopsPrintOnAFewPagesFromTheFirstOneOn() {
    List<StopList.Stop> some = view.machines.stops.stops();
    List<StopList.Stop> stops = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      stops.add(some.get(i % some.size()));
    }
    StopList list = view.machines.stops;
    view.machines.stops = new StopList(list.fromMs(), list.toMs(), stops, true, list.pareto(), 0);
    show(List.of("/stops", "button.cause-row"));
    assertThat(page.locator("tbody tr")).hasCount(200);
    byte[] pdf = page.pdf(new Page.PdfOptions().setPreferCSSPageSize(true));
    assertThat(Pattern.compile("/Type /Page\\b").matcher(new String(pdf, UTF_8)).results().count())
        .isLessThan(6);
    page.setViewportSize(703, 1032); // the inside of A4
    page.emulateMedia(new Page.EmulateMediaOptions().setMedia(Media.PRINT));
    assertThat(page.locator(".halves > .panel").first()).hasCSS("break-inside", "auto");
    assertThat(page.locator(".scroll").first()).hasCSS("overflow-x", "visible");
    assertThat(page.locator("tbody tr").first().boundingBox().y).isLessThan(1032);
  }

  @Test
  void theReportOfAShiftIsOnePageOfA4() throws Exception {
    look(1920, 1080, ColorScheme.DARK);
    for (String report :
        List.of("/report", "/report?line=%5B%22plant-a%22%2C%22hall-1%22%2C%22machining%22%5D")) {
      show(List.of(report, ".sheet tbody tr"));
      byte[] pdf =
          page.pdf(
              new Page.PdfOptions()
                  .setPreferCSSPageSize(true)
                  .setPath(
                      Path.of(
                          "target", "page", report.contains("line") ? "line.pdf" : "plant.pdf")));
      assertThat(
              Pattern.compile("/Type /Page\\b").matcher(new String(pdf, UTF_8)).results().count())
          .as("pages of %s", report)
          .isEqualTo(1);
    }
    assertThat(page.locator(".report-head")).containsText("OEE75 %");
    page.locator("#view select").first().selectOption("last");
    assertThat(page.locator(".report-head")).containsText("OEE71 %");
  }
}
