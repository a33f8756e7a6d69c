package io.weir.gateway.http;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import io.weir.gateway.api.EfficiencyResponse;
import io.weir.gateway.api.StateHistory;
import io.weir.gateway.api.StopList;
import io.weir.gateway.live.Place;
import io.weir.gateway.live.Places;
import io.weir.gateway.live.QualityList;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Value;
import io.weir.gateway.notify.Cause;
import io.weir.gateway.notify.Facts;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Machines that lack different levels may have one path: none has the figures of another. */
@Tag("server")
class PageOnePathTest extends PageInChromium {

  private static final Place OF_LINE = Places.of("a", "", "b", "m");
  private static final Place OF_AREA = Places.of("a", "b", "", "m");
  private static final Place OTHER = Places.of("a", "", "b", "n/1 %2F..");

  private static final String LINK = "a[href^='#/machine']";

  private final List<EfficiencyResponse.Machine> machines = new ArrayList<>();
  private final List<EfficiencyResponse.Line> lines = new ArrayList<>();
  private final List<StateHistory.Machine> histories = new ArrayList<>();
  private final List<StopList.Stop> stops = new ArrayList<>();
  private final List<QualityList.Machine> quality = new ArrayList<>();
  private final long now = System.currentTimeMillis();

  @BeforeEach
  void fill() {
    lines.add(line(Places.of("a", "", "b"), 0.9));
    lines.add(line(Places.of("a", "b"), 0.5));
    add(OF_LINE, "running", 0.9, 11);
    add(OF_AREA, "down", 0.5, 22);
    add(OTHER, "running", 0.8, 33);
    show();
  }

  private static EfficiencyResponse.Line line(Place place, double availability) {
    return new EfficiencyResponse.Line(place, InventedFactory.shift(1, availability), null);
  }

  private void add(Place place, String state, double availability, double temperature) {
    view.hear(place.asset(), Map.of("temperature", new Value.Real(temperature)));
    machines.add(
        new EfficiencyResponse.Machine(
            place,
            Instant.now(),
            Instant.now(),
            state,
            state.equals("down") ? "E-STOP" : "",
            Instant.ofEpochMilli(now - 240_000),
            "",
            InventedFactory.shift(1, availability),
            null,
            0));
    histories.add(
        new StateHistory.Machine(
            place, List.of(new StateHistory.Span(now - 28_800_000, now, state, "E-STOP"))));
    quality.add(
        new QualityList.Machine(
            place, null, now, 1, 60.0, false, 0.0, 0, 0, 0, 0, (long) temperature, 0, null, 1.0));
  }

  private void show() {
    view.efficiency =
        new EfficiencyResponse(
            Instant.now(),
            0.75,
            InventedFactory.plant(),
            List.copyOf(lines),
            List.copyOf(machines),
            0,
            0,
            Map.of(),
            Map.of());
    view.machines.history = new StateHistory(now - 28_800_000, now, List.copyOf(histories), false);
    stops.clear();
    for (Place place : List.of(OF_LINE, OF_AREA)) {
      stops.add(
          new StopList.Stop(
              place,
              now - 240_000,
              place.equals(OF_AREA) ? 240 : 120,
              "down",
              "E-STOP",
              "",
              "early",
              false,
              false));
    }
    view.machines.stops = new StopList(now - 28_800_000, now, stops, false, List.of(), 0);
    view.machines.quality = new QualityList(quality, false, List.of());
  }

  /** Follows a link, and says whose machine's page it opened: by state and newest value. */
  private String opened(Locator link) {
    link.click();
    return shown();
  }

  private String shown() {
    assertThat(page.locator("h1")).hasText("m");
    assertThat(page.locator(".values tbody tr")).hasCount(1);
    return page.locator(".title .badge").textContent()
        + " "
        + page.locator(".values tbody td").nth(1).textContent();
  }

  @Test
  void eachMachineOfThePlantHasItsOwnStateFiguresAndPage() {
    visit();
    assertThat(page.locator(".machine")).hasCount(3);
    Locator running = page.locator(".machine.running", new Page.LocatorOptions().setHasText("m"));
    Locator down = page.locator(".machine.down");
    assertThat(running.first().locator(".oee")).hasText("79 %");
    assertThat(down.locator(".oee")).hasText("44 %");
    assertThat(page.locator("h2 a").allTextContents().toString()).isEqualTo("[b, b]");
    assertThat(page.locator(".line-head .quiet").allTextContents()).contains("a / –", "a");
    assertThat(opened(down.locator(LINK))).startsWith("down").endsWith("22");
    assertThat(page.url()).endsWith("#/machine/a/b//m");
    page.goBack();
    assertThat(opened(running.first().locator(LINK))).startsWith("running").endsWith("11");
    assertThat(page.url()).endsWith("#/machine/a//b/m");
    page.locator(".title a").click();
    assertThat(page.locator(".machine-row.running")).hasCount(2);
    assertThat(page.locator(".machine-row.down")).hasCount(0);
    assertThat(page.url()).endsWith("#/line/a//b");
    picture("one-path-line");
  }

  @Test
  void stopsQualityAndNotificationsLeadToTheirOwnMachine() {
    notices.send(
        new Cause(
            "machine-down",
            "a/b/m",
            OF_AREA.asset(),
            false,
            true,
            "a/b//m is down",
            Facts.because("E-STOP"),
            now * 1_000_000));
    visit();
    Locator notice = page.locator("#main .said-list li a");
    assertThat(opened(notice)).startsWith("down");
    assertThat(page.locator("#main .said-list li")).hasCount(1);
    go("/machine/a//b/m");
    assertThat(shown()).startsWith("running");
    assertThat(page.locator("#main .said-list li")).hasCount(0);

    go("/stops");
    assertThat(opened(page.getByText("m (a / b / –)"))).startsWith("down");
    go("/quality");
    Locator ofArea = page.locator("tr", new Page.LocatorOptions().setHasText("a / b / –"));
    assertThat(opened(ofArea.locator("a"))).startsWith("down");
  }

  @Test
  void anAddressThatNamesSeveralMachinesAsksWhichIsMeant() {
    visit("/machine/a/b/m");
    Locator asked = page.locator(".which a");
    assertThat(asked).hasCount(2);
    assertThat(page.locator(".which")).containsText("a / – / b / m");
    assertThat(page.locator("canvas, .values tbody tr").first()).isHidden();
    picture("one-path-asked");
    assertThat(opened(asked.nth(1))).startsWith("down").endsWith("22");
    go("/line/a/b");
    assertThat(page.locator(".which a")).hasCount(2);
    page.locator(".which a").nth(1).click();
    assertThat(page.locator(".machine-row.down")).hasCount(1);
    assertThat(page.locator(".machine-row")).hasCount(1);
  }

  @Test
  void aFileSaysOfWhichOfTheMachinesItsRowsAre() throws IOException {
    visit("/machine/a/b//m");
    shown();
    Download stopsOfArea =
        page.waitForDownload(
            () -> page.locator("button[aria-label='CSV: Stops of the last 24 hours']").click());
    assertThat(Files.readString(stopsOfArea.path())).contains("a//b/m").contains("a/b//m");
  }

  @Test
  @Tag("soak")
  void aWallSaysOfWhichLineAndMachineItSpeaks() {
    visit("/wall?show=plant&held=yes");
    assertThat(page.locator(".wall-lines .wall-apart").first()).hasText("a / –");
    assertThat(page.locator(".wall-lines .wall-apart").nth(1)).hasText("a");
    assertThat(page.locator(".wall-tile .wall-apart")).hasText("a / b / –");
    picture("one-path-wall");
  }

  @Test
  @Tag("soak")
  void aLongNameLeavesRoomForTheOtherChoices() {
    failingAnswers = true; // there are no trends
    add(Places.of("a", "", "l".repeat(200), "m".repeat(200)), "running", 0.8, 44);
    lines.add(line(Places.of("a", "", "l".repeat(200)), 0.9));
    show();
    look(1440, 900, ColorScheme.LIGHT);
    for (String choices : List.of("/trend", "/stops", "/report")) {
      reach(choices);
      assertThat(page.locator(".toolbar option").nth(2)).isAttached();
      assertThat((Integer) page.evaluate(WIDEST)).as(choices).isLessThanOrEqualTo(320);
      picture("long-name" + choices.replace('/', '-'));
    }
    look(390, 844, ColorScheme.LIGHT);
    visit("/trend");
    assertThat(page.locator(".toolbar option").nth(2)).isAttached();
    assertThat(scrollWidth()).isEqualTo(390);
  }

  @Test
  void aTrendOfAMachineThatIsGoneIsNotThatOfThePlant() {
    failingAnswers = true;
    page.waitForRequest(
        Pattern.compile(".*/api/v1/past/figures\\?.*site=a&area=&line=b&machine=gone"),
        () -> visit("/trend?one=%5B%22a%22,%22%22,%22b%22,%22gone%22%5D"));
  }

  private static final String WIDEST =
      "Math.round(Math.max(...[...document.querySelectorAll('.toolbar select')]"
          + ".map((each) => each.getBoundingClientRect().width)))";

  @Test
  void anAddressStaysShortWhileItIsOfOneMachineAndIsAlwaysUnderstood() {
    visit();
    Locator other = page.locator(".machine " + LINK, new Page.LocatorOptions().setHasText("n/1"));
    other.click();
    assertThat(page.url()).endsWith("#/machine/a/b/n%2F1%20%252F..");
    assertThat(page.locator("h1")).hasText("n/1 %2F..");
    assertThat(page.locator(".values tbody td").nth(1)).hasText("33");
    go("/machine/a//b/n%2F1%20%252F..");
    assertThat(page.locator(".values tbody td").nth(1)).hasText("33");
    // once another has the path too, what is open stays what it is
    add(Places.of("a", "b", "", "n/1 %2F.."), "down", 0.5, 44);
    show();
    assertThat(page.locator("h1")).hasText("n/1 %2F..");
    assertThat(page.locator(".values tbody td").nth(1)).hasText("33");
    go("/");
    assertThat(page.locator(".machine")).hasCount(4);
    go("/machine/a/b/n%2F1%20%252F..");
    assertThat(page.locator(".which a")).hasCount(2);
  }

  @Test
  void aMachineOfAnotherLevelThatIsGoneIsNotReplacedByOneOfItsPath() {
    visit("/machine/a/b/m/");
    assertThat(page.getByText("Nothing has been received from here")).isVisible();
    go("/machine//a/b/m");
    assertThat(page.getByText("Nothing has been received from here")).isVisible();
    assertThat(page.locator(".values tbody tr").first()).isHidden();
  }

  @Tag("soak")
  @Test
  void namesThatAreEqualButForCaseOrFormAreTwo() {
    String composed = "é";
    String decomposed = "e\u0301";
    int value = 50;
    for (String name :
        List.of("Press", "press", composed, decomposed, "..", ".", "x".repeat(200))) {
      add(new Place(new Asset("a", null, "c", name)), "running", 0.9, value++);
    }
    show();
    look(1366, 768, ColorScheme.LIGHT);
    visit();
    assertThat(page.locator(".machine")).hasCount(10);
    List<String> values = new ArrayList<>();
    for (int i = 3; i < 10; i++) {
      page.locator(".machine " + LINK).nth(i).click();
      assertThat(page.locator(".values tbody tr")).hasCount(1);
      values.add(page.locator(".values tbody td").nth(1).textContent());
      page.goBack();
      assertThat(page.locator(".machine")).hasCount(10);
    }
    assertThat(values).doesNotHaveDuplicates().hasSize(7);
  }
}
