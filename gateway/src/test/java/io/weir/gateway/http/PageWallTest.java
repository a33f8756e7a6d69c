package io.weir.gateway.http;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.ColorScheme;
import io.weir.gateway.api.EfficiencyResponse;
import io.weir.gateway.live.Places;
import io.weir.gateway.log.Soak;
import io.weir.gateway.peers.Axe;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The wall, and the switch between sites, in a real browser. */
@Tag("server")
class PageWallTest extends PageInChromium {

  /** The one with the longest words; {@code make soak} adds the others, and the dark theme. */
  private static final List<String> LOCALES =
      Soak.ON ? List.of("en-GB", "de-DE", "zh-CN") : List.of("de-DE");

  private static final String LINE = "line/plant-a/hall-1/press-shop";
  private static final String EARLIER = "0000000000000000";
  private static final String HELD = "&held=yes";

  /** What cannot be read: figures, names and states that are too small, or cut. */
  private static final String UNREADABLE =
      """
      () => {
        const least = innerHeight / 25, found = [];
        for (const node of document.querySelectorAll(
            "#name, #clock, h1, .wall-face .oee, .wall-good, .wall-name, .wall-length, .wall-tile .badge")) {
          if (!node.checkVisibility() || node.textContent === "") continue;
          const size = parseFloat(getComputedStyle(node).fontSize);
          if (node.matches(".wall-name") && node.scrollWidth > node.clientWidth + 1) found.push(`${node.textContent} is cut off`);
          if (size < least - 1) found.push(`${node.className || node.id} ${node.textContent}: ${size} px`);
          const box = node.getBoundingClientRect();
          if (box.bottom > innerHeight + 1 || box.right > innerWidth + 1) found.push(`${node.textContent} is cut`);
        }
        for (const node of document.querySelectorAll(".wall-tile .badge > :is(span:first-child, .since)")) {
          const inside = node.closest(".wall-tile").getBoundingClientRect();
          if (node.getBoundingClientRect().right > inside.right) found.push(`${node.textContent} is cut by its tile`);
        }
        for (const box of document.querySelectorAll(".wall-face, .wall-key, .wall-side, .wall-tile")) {
          if (box.scrollHeight > box.clientHeight + 2) found.push(`${box.className} has no room`);
        }
        return found;
      }
      """;

  private final InventedFactory factory = new InventedFactory(view);

  @BeforeEach
  void fill() {
    factory.send();
    factory.figure();
    factory.remember();
  }

  private void shows(String title) {
    assertThat(page.locator("h1")).hasText(title);
  }

  private void isWhatAxeAsksFor(String what) {
    assertThat(Axe.violations(page)).as(what).isEmpty();
  }

  @Test
  void everyFaceIsReadAtThreeMetresInEachLanguageAndThemeAndFitsAPhone() throws Exception {
    for (String locale : LOCALES) {
      ColorScheme scheme = locale.equals("de-DE") ? ColorScheme.LIGHT : ColorScheme.DARK;
      look(1920, 1080, scheme, locale);
      for (String face : List.of("plant", LINE, "stops")) {
        reach("/wall?show=" + face + HELD);
        assertThat(page.locator(".wall-face > *")).isVisible();
        String name = "wall-" + face.replaceAll("/.*", "") + "-" + locale;
        assertThat(page.evaluate(UNREADABLE)).as(name).isEqualTo(List.of());
        assertThat(scrollHeight()).as(name).isLessThanOrEqualTo(1080);
        isWhatAxeAsksFor(name);
        picture(name);
      }
    }
    look(390, 844, ColorScheme.LIGHT);
    for (String face : List.of("plant", LINE, "stops")) {
      reach("/wall?show=" + face + HELD);
      assertThat(page.locator(".wall-face > *")).isVisible();
      assertThat(scrollWidth()).as(face).isEqualTo(390);
      picture("wall-phone-" + face.replaceAll("/.*", ""));
    }
    isWhatAxeAsksFor("a phone");
  }

  /** Names that are cut, or reach out of their tile or row. */
  private static final String CUT_NAMES =
      """
      [...document.querySelectorAll(".wall-name")].filter((name) => {
        const inside = name.closest("li").getBoundingClientRect(), box = name.getBoundingClientRect();
        return name.scrollWidth > name.clientWidth + 1 || name.scrollHeight > name.clientHeight + 2
            || box.bottom > inside.bottom + 1 || box.right > inside.right + 1;
      }).map((name) => name.innerText)
      """;

  @Tag("soak")
  @Test
  void longNamesAreReadWholeOnAWall() {
    largePlant("assembly-of-gear-housings-", "hydraulic-deep-drawing-press-");
    look(1920, 1080, ColorScheme.DARK, "de-DE");
    for (String face : List.of("plant", "line/plant-a/assembly-of-gear-housings-0")) {
      reach("/wall?show=" + face + HELD);
      assertThat(page.locator(".wall-name").first()).isVisible();
      picture("wall-long-" + face.replaceAll("/.*", ""));
      assertThat(page.evaluate(CUT_NAMES)).as(face).isEqualTo(List.of());
    }
  }

  /** Which part of the height that a list has its rows fill. */
  private static final String FILLED =
      """
      () => {
        const list = document.querySelector(".wall-lines, .wall-causes"), rows = [...list.children];
        const others = [...list.parentElement.children].filter((node) => node !== list);
        const taken = others.reduce((sum, node) => sum + node.getBoundingClientRect().height, 0);
        const filled = rows.at(-1).getBoundingClientRect().bottom - rows[0].getBoundingClientRect().top;
        return filled / (list.parentElement.clientHeight - taken);
      }
      """;

  private static final String CUT_CAUSES =
      """
      [...document.querySelectorAll(".wall-causes .wall-name")]
          .filter((name) => name.scrollWidth > name.clientWidth + 1).map((name) => name.innerText)
      """;

  @Tag("soak")
  @Test
  void fewRowsShareTheHeightOfAWallAlsoOfOneThatStandsUpright() throws Exception {
    for (List<Integer> size : List.of(List.of(3840, 2160), List.of(1080, 1920))) {
      look(size.get(0), size.get(1), ColorScheme.DARK, "de-DE");
      for (String face : List.of("plant", "stops")) {
        reach("/wall?show=" + face + HELD);
        assertThat(page.locator(".wall-lines li, .wall-causes li").first()).isVisible();
        picture("wall-" + face + "-" + size.get(0));
        assertThat((Double) page.evaluate(FILLED)).as(face + " " + size).isGreaterThan(0.85);
        assertThat(scrollHeight()).isLessThanOrEqualTo(size.get(1));
        assertThat(page.evaluate(CUT_CAUSES)).as(face + " " + size).isEqualTo(List.of());
      }
    }
  }

  /** Eight lines beside the three that are heard: twelve machines each, some in each state. */
  private void largePlant(String lineName, String machineName) {
    EfficiencyResponse one = view.efficiency;
    assertThat(one).isNotNull();
    List<String> states =
        List.of(
            "running", "down", "setup", "idle", "starved", "blocked", "running", "running",
            "running", "running", "running", "starved");
    EfficiencyResponse.Shift shift = InventedFactory.shift(1, 0.8);
    List<EfficiencyResponse.Line> lines = new ArrayList<>();
    List<EfficiencyResponse.Machine> machines = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      String line = lineName + i;
      lines.add(new EfficiencyResponse.Line(Places.of("plant-a", "", line), shift, null));
      for (int k = 0; k < states.size(); k++) {
        machines.add(
            new EfficiencyResponse.Machine(
                Places.of("plant-a", "", line, machineName + k),
                Instant.now(),
                Instant.now(),
                states.get(k),
                states.get(k).equals("running") ? "" : "E-STOP",
                Instant.now().minusSeconds(7000),
                "",
                shift,
                null,
                0));
      }
    }
    view.efficiency =
        new EfficiencyResponse(null, 0.75, one.plant(), lines, machines, 0, 0, Map.of(), Map.of());
  }

  @Test
  @Tag("soak")
  void linesThatHaveNoRoomAreCountedAndNoTimeIsCutByItsTile() {
    largePlant("line-", "m-");
    for (String locale : LOCALES) {
      look(1920, 1080, ColorScheme.LIGHT, locale);
      for (String face : List.of("plant", "line/plant-a/line-0")) {
        reach("/wall?show=" + face + HELD);
        assertThat(page.locator(".wall-face > *")).isVisible();
        assertThat(page.evaluate(UNREADABLE)).as(face + " " + locale).isEqualTo(List.of());
      }
      reach("/wall?show=plant" + HELD);
      int shown = page.locator(".wall-lines > li").count();
      assertThat(shown).isGreaterThan(1);
      assertThat(page.locator(".wall-more").first()).containsText(String.valueOf(11 - shown));
    }
  }

  @Test
  void aWallGoesOnByItselfIsHeldByAPersonAndItsLinkHoldsWhereItStands() {
    page.clock().install();
    visit("/wall?show=plant,3600&show=stops");
    shows("Plant");
    page.clock().fastForward(2500); // the first one too stays for its seconds
    shows("Plant");
    visit("/wall?seconds=5&show=stops&show=" + LINE + ",3600");
    shows("press-shop"); // after the five seconds of the causes
    assertThat(page).hasURL(Pattern.compile(".*&at=2$"));
    page.locator(".wall-foot button").first().click();
    shows("Where the time went");
    assertThat(page.locator(".wall-left")).hasText(Pattern.compile("goes on in \\d+\\s+s"));
    page.keyboard().press("ArrowRight");
    shows("press-shop");
    page.locator("#zone").press("Enter");
    page.keyboard().press("Tab"); // away from the title, where a choice takes these keys
    page.keyboard().press("Tab");
    page.keyboard().press("ArrowRight");
    page.keyboard().press("Escape");
    shows("press-shop");
    page.keyboard().press("ArrowRight"); // around
    shows("Where the time went");
    page.getByText("Hold").click();
    assertThat(page).hasURL(Pattern.compile(".*&at=1&held=yes$"));
    page.reload();
    assertThat(page.locator(".wall-left")).hasText("held");
    assertThat(page.locator(".wall-position")).hasText("1 / 2");
    page.getByText("Leave the wall").click();
    assertThat(page.locator("nav")).isVisible();
    assertThat(page.locator(".machine").first()).isVisible();
  }

  @Test
  void aWallSaysInLargeTypeThatItsDataAreOldAndComesBackByItself() throws Exception {
    look(1920, 1080, ColorScheme.DARK);
    failingAnswers = true;
    visit("/wall?show=plant" + HELD);
    shows("Plant");
    int port = server.port();
    server.close();
    assertThat(page.locator("#alarms .unknown"))
        .containsText(Pattern.compile("No data from the gateway since .*"));
    assertThat(
            (Double)
                page.evaluate(
                    "parseFloat(getComputedStyle(document.querySelector('#alarms .unknown')).fontSize) + .5"))
        .isGreaterThan(1080 / 25);
    picture("wall-lost");
    serve(port, null);
    assertThat(page.locator("#alarms .unknown")).hasCount(0);
    shows("Plant");
  }

  @Test
  @Tag("soak")
  void afterAnUpgradeAWallLoadsItselfAgainAndAnotherPageWithTheNextView() {
    List<String> loads = new ArrayList<>();
    page.onDOMContentLoaded(loaded -> loads.add(loaded.url()));
    serveOnceOfAnEarlierVersion();
    visit("/wall?show=plant" + HELD);
    assertThat(page.locator("meta[name=weir-page]")).not().hasAttribute("content", EARLIER);
    shows("Plant");
    assertThat(loads).hasSize(3); // a blank one, the earlier one, and that of the gateway

    look(1920, 1080, ColorScheme.DARK); // another tab, which did not load itself again
    serveOnceOfAnEarlierVersion();
    visit("/stops?state=down");
    shows("Stops");
    assertThat(page.locator("meta[name=weir-page]")).hasAttribute("content", EARLIER);
    page.locator("nav a").first().click();
    assertThat(page.locator("meta[name=weir-page]")).not().hasAttribute("content", EARLIER);
    assertThat(page.locator(".machine").first()).isVisible();
  }

  @Test
  void aWallLoadsItselfAgainAlsoWhereItCannotReadWhatAnotherVersionSends() throws Exception {
    failingAnswers = true;
    List<String> loads = new ArrayList<>();
    visit("/wall?show=plant" + HELD);
    shows("Plant");
    page.onDOMContentLoaded(loaded -> loads.add(loaded.url()));
    page.route(
        "**/api/v1/stream",
        route ->
            route.fulfill(
                new Route.FulfillOptions()
                    .setHeaders(Map.of("X-Weir-Page", EARLIER))
                    .setBody("data: {}\n\n")));
    int port = server.port();
    server.close();
    serve(port, null);
    page.waitForCondition(() -> !loads.isEmpty());
    page.unroute("**/api/v1/stream");
    shows("Plant");
  }

  /** The next document is that of an earlier gateway, whose files have another version. */
  private void serveOnceOfAnEarlierVersion() {
    page.route(
        "**/",
        route -> {
          APIResponse answer = route.fetch();
          String earlier =
              answer.text().replaceFirst("(weir-page\" content=\")[0-9a-f]+", "$1" + EARLIER);
          route.fulfill(new Route.FulfillOptions().setResponse(answer).setBody(earlier));
        },
        new Page.RouteOptions().setTimes(1));
  }

  @Test
  @Tag("soak")
  void whereMachinesAreOfSeveralSitesEveryViewHasASwitchThatTheLinkKeeps() {
    EfficiencyResponse one = view.efficiency;
    assertThat(one).isNotNull();
    EfficiencyResponse.Shift shift = InventedFactory.shift(1, 0.5);
    List<EfficiencyResponse.Line> lines = new ArrayList<>(one.lines());
    lines.add(new EfficiencyResponse.Line(Places.of("plant-b", "", "casting"), shift, null));
    List<EfficiencyResponse.Machine> machines = new ArrayList<>(one.machines());
    machines.add(
        new EfficiencyResponse.Machine(
            Places.of("plant-b", "", "casting", "mould-01"),
            Instant.now(),
            Instant.now(),
            "running",
            "",
            Instant.now().minusSeconds(60),
            "",
            shift,
            null,
            0));
    view.efficiency =
        new EfficiencyResponse(
            null,
            0.75,
            one.plant(),
            List.of(
                new EfficiencyResponse.Site("plant-a", one.plant().shift(), null),
                new EfficiencyResponse.Site("plant-b", shift, null)),
            lines,
            machines,
            0,
            0,
            Map.of("early", Map.of("en", "Morning")),
            Map.of(
                "plant-b", Map.of("", "Lyon"),
                "plant-b/casting", Map.of("en", "Foundry", "de", "Guss"),
                "plant-a/hall-1/press-shop/press-02", Map.of("en", "Press two")));
    visit();
    assertThat(page.locator(".machine")).hasCount(13);
    page.locator("nav a").nth(1).click();
    assertThat(page.locator("table")).containsText("Press two");
    assertThat(page.locator("table")).containsText("Morning");
    assertThat(page.locator("a[href$='/press-02']").first()).hasText("Press two");
    assertThat(page.getByLabel("Line").first()).containsText("Lyon / Foundry");
    page.locator("nav a").first().click();
    assertThat(page.locator("#sites option").last()).hasText("Lyon");
    page.locator("#sites select").selectOption("plant-b");
    assertThat(page.locator(".machine")).hasCount(1);
    assertThat(page.locator(".shift .oee").first()).hasText("44 %");
    assertThat(page).hasURL(Pattern.compile(".*site=plant-b$"));
    page.locator("nav a").nth(1).click();
    assertThat(page.locator("h1")).hasText("Stops");
    assertThat(page).hasURL(Pattern.compile(".*#/stops\\?site=plant-b$"));
    page.waitForRequest(
        Pattern.compile(".*/api/v1/quality\\?site=plant-b"),
        () -> page.locator("nav a[href^='#/quality']").click());
    assertThat(page.locator(".whole-note")).containsText("not of Lyon alone");
    page.locator("nav a[href^='#/gateway']").click();
    assertThat(page.locator(".whole-note")).containsText("not of Lyon alone");
    page.locator("nav a[href^='#/wall']").click();
    shows("Plant");
    assertThat(page.locator(".wall-lines li")).hasCount(1);
    assertThat(page).hasURL(Pattern.compile(".*#/wall\\?site=plant-b&at=1$"));
  }
}
