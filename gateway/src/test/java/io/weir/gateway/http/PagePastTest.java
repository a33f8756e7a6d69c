package io.weir.gateway.http;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.ColorScheme;
import io.weir.gateway.api.EfficiencyResponse;
import io.weir.gateway.api.FigureTrend;
import io.weir.gateway.api.PastAnswer;
import io.weir.gateway.live.Places;
import io.weir.gateway.peers.Axe;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The live page looks back, in a real browser. */
@Tag("server")
class PagePastTest extends PageInChromium {

  private static final long DAY_MS = 86_400_000;
  private static final long BEGIN = System.currentTimeMillis() / DAY_MS * DAY_MS - 20 * DAY_MS;
  private static final String MACHINE = "/machine/plant-a/hall-1/press-shop/press-02";
  private static final String LINE = "/line/plant-a/hall-1/press-shop";

  private static final String SPAN =
      "?span=shift&from=%d&to=%d&day=x&vs=previous&from2=%d&to2=%d&day2=x"
          .formatted(
              BEGIN + DAY_MS / 4,
              BEGIN + DAY_MS / 12 * 7,
              BEGIN - DAY_MS / 12 * 5,
              BEGIN - DAY_MS / 12);

  private static final String WEEK =
      "?span=week&from=%d&to=%d&day=2026-01-05&vs=previous".formatted(BEGIN, BEGIN + 7 * DAY_MS);

  /** Each view of the past, and something that stands in it only once its data is there. */
  private static final List<List<String>> VIEWS =
      List.of(
          List.of("/" + SPAN, ".pareto li"),
          List.of(LINE + SPAN, "tbody tr .badge"),
          List.of(MACHINE + SPAN, ".charts canvas"),
          List.of("/stops" + SPAN, "button.cause-row"),
          List.of("/report" + SPAN, ".sheet tbody tr"),
          List.of("/report" + WEEK, ".sheet tbody tr"),
          List.of("/trend?other=&days=30", ".trend tbody tr"));

  private final InventedFactory factory = new InventedFactory(view);

  @BeforeEach
  void fill() {
    factory.send();
    factory.figure();
    factory.remember();
    EfficiencyResponse now = view.efficiency;
    assertThat(now).isNotNull();
    put("efficiency", now);
    put("states", view.machines.history);
    put("stops", view.machines.stops);
    put("signals", view.machines.signals);
    put("figures", new FigureTrend(Places.of(), "day", month(now.lines().get(0).shift())));
  }

  private void put(String name, Object answer) {
    view.past.answers.put(name, new PastAnswer<>("history", BEGIN + DAY_MS, "", answer));
  }

  private static List<EfficiencyResponse.Shift> month(EfficiencyResponse.Shift shift) {
    List<EfficiencyResponse.Shift> days = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      days.add(
          new EfficiencyResponse.Shift(
              "all",
              shift.start().minus(Duration.ofDays(30 - i)),
              shift.end().minus(Duration.ofDays(30 - i)),
              shift.basis(),
              shift.plannedBusySeconds(),
              shift.knownSeconds(),
              shift.runSeconds(),
              shift.idealTotalSeconds(),
              shift.idealGoodSeconds(),
              shift.total(),
              shift.good(),
              shift.scrap(),
              shift.stock(),
              shift.failures(),
              shift.availability(),
              shift.effectiveness(),
              shift.quality(),
              0.6 + (i % 7) / 50.0,
              i == 9 ? 0.3 : 1.0,
              shift.nee(),
              shift.teep(),
              shift.mtbfSeconds(),
              shift.mttrSeconds(),
              shift.targetOee(),
              shift.plan(),
              shift.members(),
              shift.expected(),
              shift.losses()));
    }
    return days;
  }

  private void show(List<String> view) {
    visit(view.get(0));
    assertThat(page.locator(view.get(1)).first()).isVisible();
  }

  private Locator select(String name) {
    return page.locator("#when label", new Page.LocatorOptions().setHasText(name))
        .locator("select");
  }

  private Locator note() {
    return page.locator("#when .note");
  }

  /** The names of figures that have less room than a word, and so need several lines. */
  private static final String NARROW_NAMES =
      """
      [...document.querySelectorAll(".figures tbody .name")].filter((name) => {
        const text = document.createRange();
        text.selectNodeContents(name);
        const lines = new Set([...text.getClientRects()].map((box) => Math.round(box.top)));
        return name.clientWidth > 0 && name.clientWidth < 100 && lines.size > 1;
      }).map((name) => name.textContent)
      """;

  @Tag("soak")
  @Test
  void everyViewOfThePastFitsAPhoneInGerman() {
    eachFits(390, 844, ColorScheme.LIGHT, "de-DE", view -> {});
  }

  @ParameterizedTest
  @CsvSource({"1366, 768, LIGHT, de-DE", "1920, 1080, DARK, en-GB", "390, 844, DARK, zh-CN"})
  @Tag("soak")
  void everyViewOfThePastIsWhatAxeAsksForAndFitsEachScreen(
      int width, int height, ColorScheme scheme, String locale) {
    eachFits(
        width, height, scheme, locale, view -> assertThat(Axe.violations(page)).as(view).isEmpty());
  }

  private void eachFits(
      int width, int height, ColorScheme scheme, String locale, Consumer<String> andMore) {
    look(width, height, scheme, locale);
    for (List<String> view : VIEWS) {
      show(view);
      String name = view.get(0).replaceAll("\\?span=(\\w+).*", "-$1").replaceAll("\\W", "-");
      picture("past-" + width + "-" + locale + name);
      assertThat(scrollWidth()).as(view.get(0)).isEqualTo(width);
      assertThat(page.evaluate(NARROW_NAMES)).as(name).isEqualTo(List.of());
      andMore.accept(view.get(0));
    }
  }

  @Test
  void aPickedTimeStandsInTheAddressOfEveryViewAndTheWayBackLeadsToThePresent() {
    visit();
    assertThat(page.locator(".pareto li").first()).isVisible();
    page.getByLabel("Earlier").click();
    assertThat(note()).containsText("From store history");
    assertThat(page.locator("body")).hasClass(Pattern.compile("past"));
    assertThat(view.past.asked.toString()).contains("efficiency [Span[bucket=shift, fromMs=");
    String first = page.url();
    assertThat(first).contains("span=shift", "from=", "day=", "from2=");
    page.getByLabel("Earlier").click();
    page.waitForURL(url -> !url.equals(first));
    page.locator("nav a[href^='#/stops']").click();
    assertThat(page.locator("button.cause-row").first()).isVisible();
    assertThat(page.url()).contains("#/stops?span=shift");
    assertThat(view.past.asked.toString()).contains("stops [StopQuery[period=Between[");
    page.goBack();
    page.goBack();
    assertThat(page.url()).isEqualTo(first);
    page.goBack();
    assertThat(page.locator("body")).not().hasClass(Pattern.compile("past"));
    assertThat(page.getByText("Now", new Page.GetByTextOptions().setExact(true)))
        .hasAttribute("aria-pressed", "true");
  }

  @Test
  @Tag("soak")
  void aTrendThatIsComparedWithNothingNamesItsFigure() {
    show(List.of("/trend?days=30", ".trend tbody tr"));
    Locator title = page.locator(".trend thead th.number").first();
    assertThat(title).hasText("OEE");
    page.getByLabel("Compared with").selectOption("");
    assertThat(title).hasText("First");
    page.getByLabel("Figure").selectOption("availability");
    page.getByLabel("Compared with").selectOption("none");
    assertThat(title).hasText("Availability");
  }

  /** By day there is no shift to show, whose empty column hid the figure. */
  @Test
  void aPhoneShowsTheFigureOfATrendWithoutScrolling() {
    look(390, 844, ColorScheme.LIGHT, "de-DE");
    for (String by : List.of("day", "shift")) {
      show(List.of("/trend?days=30&bucket=" + by, ".trend tbody tr"));
      assertThat(page.locator(".trend thead th").nth(1))
          .isVisible(new LocatorAssertions.IsVisibleOptions().setVisible(by.equals("shift")));
      Object beside =
          page.evaluate(
              "(({scrollWidth: all, clientWidth: seen}) => all - seen)(document.querySelector('.trend .scroll'))");
      assertThat(beside).as(by).isEqualTo(0);
    }
  }

  @Test
  @Tag("soak")
  void aDayAndAWeekAreComparedWithOneOfChoice() {
    visit("/" + SPAN.replace("day=x", "day=" + LocalDate.ofEpochDay(BEGIN / DAY_MS)));
    assertThat(note()).containsText("history");
    select("Show").selectOption("day");
    page.waitForURL(Pattern.compile("span=day"));
    assertThat(page.url()).contains("from=" + BEGIN + "&", "from2=" + (BEGIN - DAY_MS) + "&");
    select("Compare with").selectOption("week");
    page.waitForURL(Pattern.compile("vs=week"));
    assertThat(page.url()).contains("from2=" + (BEGIN - 7 * DAY_MS) + "&");
    select("Show").selectOption("week");
    page.waitForURL(Pattern.compile("span=week"));
    page.getByText("Now", new Page.GetByTextOptions().setExact(true)).click();
    page.waitForURL(url -> !url.contains("span"));
  }

  @Test
  @Tag("soak")
  void theReportOfAnyShiftAndOfAWeekIsOnePageOfA4() {
    for (String report : List.of("/report" + SPAN, "/report" + WEEK)) {
      show(List.of(report, ".sheet tbody tr"));
      byte[] pdf =
          page.pdf(
              new Page.PdfOptions()
                  .setPreferCSSPageSize(true)
                  .setPath(
                      Path.of(
                          "target", "page", report.contains("week") ? "week.pdf" : "past.pdf")));
      assertThat(
              Pattern.compile("/Type /Page\\b").matcher(new String(pdf, UTF_8)).results().count())
          .as(report)
          .isEqualTo(1);
    }
    assertThat(page.locator("h1")).hasText("Week report");
  }

  @Test
  void whatAStoreThatIsAwayDoesNotGiveIsSaid() throws Exception {
    failingAnswers = true;
    view.past.fail("store history: connection refused");
    visit("/stops" + SPAN);
    assertThat(note()).containsText("connection refused");
    assertThat(page.locator("main")).containsText("Request failed");
  }
}
