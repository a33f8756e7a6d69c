package io.weir.gateway.http;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import io.weir.gateway.config.Config;
import io.weir.gateway.metrics.Meters;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Value;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The live page in a real browser, Chromium. Leaves pictures in {@code target/page}. */
class PageTest {

  private static final String HOSTILE =
      "<img src=x onerror=\"window.broken=1\"><script>window.broken=1</script>\"'`${1}";

  private static final Instant SHIFT_START = Instant.now().minusSeconds(14_400);

  private static Playwright playwright;
  private static Browser browser;

  private final InventedView view = new InventedView();
  private final Meters meters = new Meters("plant-a-1", "0.1.0");
  private final List<String> complaints = new ArrayList<>();
  private HttpServer server;
  private BrowserContext context;
  private Page page;

  @BeforeAll
  static void openBrowser() {
    Path chromium = Path.of("/usr/bin/chromium");
    assertThat(Files.isExecutable(chromium))
        .as("the page is tested in a real browser; get it with: apt-get install chromium")
        .isTrue();
    playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    browser =
        playwright
            .chromium()
            .launch(
                new BrowserType.LaunchOptions()
                    .setExecutablePath(chromium)
                    .setArgs(List.of("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage")));
  }

  @AfterAll
  static void closeBrowser() {
    if (playwright != null) {
      playwright.close();
    }
  }

  @BeforeEach
  void open() throws IOException {
    serve(0, null);
    look(1920, 1080, ColorScheme.DARK);
  }

  private void serve(int port, String token) throws IOException {
    Config.Secret secret = token == null ? null : new Config.Secret(token);
    server =
        HttpServer.start(
            new Config.Http("127.0.0.1", port, secret, null, 10_000, Duration.ofSeconds(20)),
            view,
            meters.registry(),
            List.of());
  }

  private void look(int width, int height, ColorScheme scheme) {
    if (context != null) {
      context.close();
    }
    context =
        browser.newContext(
            new Browser.NewContextOptions().setViewportSize(width, height).setColorScheme(scheme));
    page = context.newPage();
    page.onPageError(complaints::add);
    page.onConsoleMessage(
        message -> {
          if (message.type().equals("error") && message.text().contains("Content Security")) {
            complaints.add(message.text());
          }
        });
  }

  private void visit() {
    page.navigate("http://127.0.0.1:" + server.port() + "/");
  }

  @AfterEach
  void close() {
    context.close();
    server.close();
    meters.close();
    assertThat(complaints).as("scripts that failed, policies that were broken").isEmpty();
  }

  private void picture(String name) {
    page.screenshot(new Page.ScreenshotOptions().setPath(Path.of("target", "page", name + ".png")));
  }

  private void hear(String line, String machine, String state, double temperature) {
    Map<String, Value> metrics = new TreeMap<>();
    metrics.put("state", new Value.Text(state));
    metrics.put("temperature", new Value.Real(temperature));
    metrics.put("total", new Value.Whole(18_204));
    metrics.put("good", new Value.Whole(17_752));
    metrics.put("reject", new Value.Whole(452));
    metrics.put("vibration", new Value.Real(2.31));
    metrics.put("power_kw", new Value.Real(14.2));
    metrics.put("energy_kwh", new Value.Real(104_233.5));
    view.hear(new Asset("plant-a", "hall-1", line, machine), metrics);
  }

  private void hearAFactory() {
    hear("machining", "cnc-01", "RUNNING", 48.2);
    hear("machining", "cnc-02", "RUNNING", 47.1);
    hear("machining", "cnc-03", "SETUP", 31.9);
    hear("machining", "cnc-04", "RUNNING", 52.8);
    hear("packing", "pack-01", "STARVED", 24.6);
    hear("packing", "pack-02", "RUNNING", 27.3);
    hear("packing", "pal-01", "MAINTENANCE", 22.4);
    hear("packing", "pal-02", "RUNNING", 25.0);
    hear("press-shop", "oven-01", "RUNNING", 212.7);
    hear("press-shop", "press-01", "RUNNING", 61.2);
    hear("press-shop", "press-02", "DOWN", 58.9);
    hear("press-shop", "press-03", "RUNNING", 60.4);
  }

  @Test
  void readingsAreShownAsTheyCome() {
    visit();
    assertThat(page.locator("#first")).containsText("mosquitto_pub");
    assertThat(page.locator("#first")).containsText("factory/site-1/area-1/line-1/machine-1");
    picture("first-start");
    hear("machining", "cnc-01", "RUNNING", 48.2);
    assertThat(page.locator(".machine")).containsText("48.2");
    assertThat(page.locator(".machine .badge")).hasText("running");
    assertThat(page.locator("#first")).isHidden();
    hear("machining", "cnc-01", "DOWN", 21.5);
    assertThat(page.locator(".machine")).containsText("21.5");
    assertThat(page.locator(".machine .badge")).hasText("down");
  }

  @Test
  void theLedgerStandsInLinesThatAddUp() {
    hearAFactory();
    visit();
    assertThat(page.locator("#ledger .sum").nth(0))
        .hasText("97 received= 96 in the log+ 1 quarantined");
    assertThat(page.locator("#ledger .sum").nth(1)).containsText("96 offered= 96 stored");
    assertThat(page.locator("#ledger")).not().containsText("unexplained");
  }

  @Test
  void aWallScreenShowsAFactoryWithoutScrolling() {
    hearAFactory();
    visit();
    assertThat(page.locator(".machine")).hasCount(12);
    assertThat(page.locator("#tally")).containsText("1 down");
    assertThat((Integer) page.evaluate("document.documentElement.scrollHeight"))
        .isLessThanOrEqualTo(1080);
    picture("wall-dark");
    look(1920, 1080, ColorScheme.LIGHT);
    visit();
    assertThat(page.locator(".machine")).hasCount(12);
    picture("wall-light");
  }

  /** A shift of 8 hours, {@code known} of it known, that makes of its known time what it can. */
  private static Efficiency.Shift shift(double known, double availability) {
    double planned = 14_400;
    double seconds = planned * known;
    double made = seconds * availability * 0.9;
    return new Efficiency.Shift(
        "early",
        SHIFT_START,
        SHIFT_START.plusSeconds(28_800),
        "bottleneck",
        planned,
        seconds,
        seconds * availability,
        made,
        made * 0.98,
        made,
        made * 0.98,
        made * 0.02,
        3,
        availability,
        0.9,
        0.98,
        availability * 0.9 * 0.98,
        known,
        availability * 0.9 * 0.98,
        availability * 0.9 * 0.98,
        seconds * availability / 3,
        seconds * (1 - availability) * 0.25,
        seconds * 0.75,
        1,
        1,
        new Efficiency.Losses(
            planned - seconds,
            List.of(
                new Efficiency.Stop("down", seconds * (1 - availability) * 0.75),
                new Efficiency.Stop("micro_stop", seconds * (1 - availability) * 0.25)),
            seconds * availability - made,
            made * 0.02));
  }

  private static Efficiency.Machine figures(
      String line, String machine, String state, Efficiency.Shift shift) {
    return new Efficiency.Machine(
        List.of("plant-a", "hall-1", line, machine),
        Instant.now(),
        state,
        state.equals("down") ? "E-STOP" : "",
        Instant.now().minusSeconds(240),
        "",
        shift,
        null,
        0);
  }

  private void figureAFactory() {
    List<Efficiency.Line> lines = new ArrayList<>();
    List<Efficiency.Machine> machines = new ArrayList<>();
    for (String line : List.of("press-shop", "machining", "packing")) {
      lines.add(
          new Efficiency.Line(
              List.of("plant-a", "hall-1", line),
              shift(line.equals("packing") ? 0.8 : 1, 0.85),
              null));
    }
    String[] presses = {"press-01", "press-02", "press-03", "oven-01"};
    for (String press : presses) {
      String state = press.equals("press-02") ? "down" : "running";
      machines.add(figures("press-shop", press, state, shift(1, 0.9)));
    }
    machines.add(figures("machining", "cnc-01", "starved", shift(0.8, 0.9)));
    machines.add(figures("machining", "cnc-02", "unknown", shift(0.4, 0.9)));
    machines.add(figures("machining", "cnc-03", "setup", shift(1, 0.8)));
    machines.add(figures("machining", "cnc-04", "micro_stop", shift(1, 0.7)));
    for (String machine : List.of("pack-01", "pack-02", "pal-01", "pal-02")) {
      machines.add(figures("packing", machine, "running", shift(1, 0.95)));
    }
    view.efficiency = new Efficiency(0.75, lines, machines, 0, 0);
  }

  private Locator machine(String name) {
    return page.locator(".machine", new Page.LocatorOptions().setHasText(name));
  }

  @Test
  void theShiftsFiguresStandFirstAndWhatIsNotKnownIsNotSaid() {
    hearAFactory();
    figureAFactory();
    visit();
    assertThat(page.locator(".machine")).hasCount(12);
    // all lines: 0.85 x 0.9 x 0.98 of the time that is known
    assertThat(page.locator("#oee")).hasText("75 %");
    assertThat(page.locator("#shift-parts")).containsText("A 85 % · E 90 % · Q 98 %");
    assertThat(page.locator("#shift-parts")).containsText("known: 93 % of planned time");
    assertThat(page.locator("#losses-legend")).containsText("unknown 7 %");
    assertThat(page.locator(".group h2").nth(0)).containsText("press-shop");
    assertThat(page.locator(".group h2").nth(0)).containsText("OEE 75 %");
    assertThat(page.locator(".group h2 b").nth(2)).hasClass("doubtful");
    assertThat(page.locator(".machine h3").nth(3)).hasText("oven-01");
    assertThat(machine("press-01").locator(".main")).hasText("79 % OEE");
    assertThat(machine("press-02").locator(".badge")).hasText("down: E-STOP · 4 min");
    assertThat(machine("cnc-01").locator(".badge")).hasText("starved · 4 min");
    assertThat(machine("cnc-01").locator(".main")).hasClass("main doubtful");
    assertThat(machine("cnc-02").locator(".main")).hasText("– OEE");
    assertThat(page.locator("#tally")).containsText("1 unknown");
    picture("efficiency-dark");
    assertThat((Integer) page.evaluate("document.documentElement.scrollHeight"))
        .isLessThanOrEqualTo(1080);
    look(390, 844, ColorScheme.LIGHT);
    visit();
    assertThat(page.locator(".machine")).hasCount(12);
    assertThat((Integer) page.evaluate("document.documentElement.scrollWidth")).isEqualTo(390);
    picture("efficiency-phone");
  }

  @Test
  void aMachineWithFiguresIsShownThoughItIsNotHeard() {
    view.efficiency =
        new Efficiency(
            0.75,
            List.of(),
            List.of(figures("machining", "cnc-09", "unknown", shift(1, 0.9))),
            0,
            0);
    visit();
    assertThat(page.locator(".machine h3")).hasText("cnc-09");
    assertThat(page.locator(".machine .badge")).containsText("unknown");
    assertThat(page.locator("#shift")).isHidden();
  }

  @Test
  void aPhoneShowsAFactoryWithoutScrollingSideways() {
    hearAFactory();
    look(390, 844, ColorScheme.LIGHT);
    visit();
    assertThat(page.locator(".machine")).hasCount(12);
    assertThat((Integer) page.evaluate("document.documentElement.scrollWidth")).isEqualTo(390);
    picture("phone-light");
    page.screenshot(
        new Page.ScreenshotOptions()
            .setFullPage(true)
            .setPath(Path.of("target", "page", "phone-whole.png")));
  }

  @Test
  void aStoreThatIsDownShowsWhatIsSafeAndWhenItIsTriedAgain() {
    view.storeDown = true;
    hearAFactory();
    visit();
    assertThat(page.locator("#alarms")).containsText("Store history is down");
    assertThat(page.locator("#alarms"))
        .containsText("96 readings safe on disk, tried again in 8.0 s");
    assertThat(page.locator("#state")).hasText("degraded");
    picture("store-down");
    view.storeDown = false;
    assertThat(page.locator("#alarms")).isEmpty();
  }

  @Test
  void aLostStreamIsShownAndRecoversByItself() throws IOException {
    hearAFactory();
    visit();
    assertThat(page.locator("#stream")).hasText("live");
    int port = server.port();
    server.close();
    assertThat(page.locator("#stream")).hasText("stream lost");
    assertThat(page.locator("#alarms")).containsText("is lost since");
    picture("stream-lost");
    serve(port, null);
    assertThat(page.locator("#stream")).hasText("live");
    assertThat(page.locator("#alarms")).isEmpty();
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
    server.close();
    serve(0, "sesame");
    hearAFactory();
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

  @Test
  void threeHundredMachinesCanBeSearched() {
    Random random = new Random(5);
    String[] states = {"RUNNING", "RUNNING", "RUNNING", "IDLE", "SETUP", "DOWN"};
    for (int i = 0; i < 300; i++) {
      hear("line-" + i / 30, "machine-%03d".formatted(i), states[random.nextInt(6)], 20 + i / 10.0);
    }
    visit();
    assertThat(page.locator(".machine")).hasCount(300);
    picture("three-hundred");
    page.setViewportSize(390, 844);
    picture("three-hundred-phone");
    assertThat((Integer) page.evaluate("document.documentElement.scrollWidth")).isEqualTo(390);
    page.locator("#search").fill("machine-29");
    assertThat(page.locator(".machine")).hasCount(10);
    page.locator("#search").fill("");
    page.locator("#tally .down").click();
    assertThat(page.locator(".machine.running")).hasCount(0);
    assertThat(page.locator(".machine.down").first()).isVisible();
  }

  @Test
  void textHasContrastInBothThemes() {
    hearAFactory();
    figureAFactory();
    view.storeDown = true;
    for (ColorScheme scheme : List.of(ColorScheme.DARK, ColorScheme.LIGHT)) {
      look(1400, 1000, scheme);
      visit();
      assertThat(page.locator(".alarm")).hasCount(1); // one store, though it takes two logs
      Object faint = page.evaluate(CONTRAST);
      assertThat((List<?>) faint).as("text below 4.5 in the %s theme", scheme).isEmpty();
    }
  }

  /** Every visible text with a contrast below 4.5 against the nearest opaque background. */
  private static final String CONTRAST =
      """
      () => {
        const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
        const rgba = (css) => {
          canvas.clearRect(0, 0, 1, 1);
          canvas.fillStyle = css;
          canvas.fillRect(0, 0, 1, 1);
          return [...canvas.getImageData(0, 0, 1, 1).data];
        };
        const light = ([r, g, b]) => {
          const part = (v) => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
          return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
        };
        const behind = (e) => {
          for (; e; e = e.parentElement) {
            const colour = rgba(getComputedStyle(e).backgroundColor);
            if (colour[3] === 255) return colour;
          }
          return rgba(getComputedStyle(document.body).backgroundColor);
        };
        const faint = [];
        const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        while (texts.nextNode()) {
          const e = texts.currentNode.parentElement;
          if (!texts.currentNode.textContent.trim() || !e.checkVisibility()) continue;
          let opacity = 1;
          for (let up = e; up; up = up.parentElement) opacity *= getComputedStyle(up).opacity;
          const back = behind(e);
          const ink = rgba(getComputedStyle(e).color).map((v, i) => v * opacity + back[i] * (1 - opacity));
          const [a, b] = [light(ink), light(back)].sort((x, y) => y - x);
          const contrast = (a + 0.05) / (b + 0.05);
          if (contrast < 4.5) faint.push(`${contrast.toFixed(2)} ${texts.currentNode.textContent.trim()}`);
        }
        return faint;
      }
      """;
}
