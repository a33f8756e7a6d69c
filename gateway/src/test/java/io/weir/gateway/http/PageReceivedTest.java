package io.weir.gateway.http;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import io.weir.gateway.live.Places;
import io.weir.gateway.live.ReceivedShift;
import io.weir.gateway.log.Soak;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Value;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The page of a central gateway, to which others send reports, and perhaps their figures. */
@Tag("server")
class PageReceivedTest extends PageInChromium {

  private static final List<String> LINE = List.of("plant-a", "press-shop", "line-1");

  @BeforeEach
  void report() {
    sites.receives = true;
    sites.reports().well("edge-1");
  }

  private static ReceivedShift shift(
      String level, List<String> levels, String gateway, @Nullable Double oee, double coverage) {
    Instant now = Instant.now();
    return new ReceivedShift(
        level,
        Places.of(levels.toArray(new String[0])),
        gateway,
        now.minusSeconds(180),
        "early",
        now.minusSeconds(7200),
        false,
        oee,
        coverage,
        412.0,
        9.0);
  }

  private static ReceivedShift machine(String name, @Nullable Double oee, double coverage) {
    return shift(
        "machine",
        List.of("plant-a", "press-shop", "line-1", name),
        name.equals("pack-04") ? "" : "edge-1",
        oee,
        coverage);
  }

  private void receive() {
    view.shifts =
        List.of(
            shift("line", LINE, "edge-1", 0.62, 0.99),
            machine("pack-04", 0.58, 0.97),
            machine("paint-03", 0.91, 0.3),
            machine("press-01", 0.71, 0.99),
            machine("robot-02", null, 0.99));
    view.hear(
        new Asset("plant-a", "press-shop", "line-1", "press-01"),
        Map.of("state", new Value.Text("RUNNING"), "speed", new Value.Real(12.5)));
  }

  private Locator card(String name) {
    return page.locator(".machine").filter(new Locator.FilterOptions().setHasText(name));
  }

  @Test
  void machinesShowTheOeeThatWasReceivedWithItsAgeAndAWayToItsGateway() {
    receive();
    visit();
    assertThat(page.locator("main .machine")).hasCount(4);
    assertThat(card("press-01")).containsText("71\u00a0%");
    assertThat(card("press-01")).containsText("running");
    assertThat(card("press-01")).containsText("speed");
    assertThat(card("press-01")).containsText("Received 3\u00a0min ago: shift early from");
    assertThat(card("press-01").locator(".received a")).hasText("from edge-1");
    assertThat(card("press-01").locator(".received a"))
        .hasAttribute("href", "https://edge-1.example");
    assertThat(card("pack-04")).containsText("figures only");
    assertThat(card("pack-04")).containsText("412 good · 9 scrap");
    assertThat(card("pack-04").locator(".received a")).isHidden();
    assertThat(card("paint-03").locator(".oee")).hasText("–"); // too little is known
    assertThat(card("robot-02").locator(".oee")).hasText("–");
    assertThat(page.locator(".line-head")).containsText("62\u00a0%");
    assertThat(page.locator("main .machine")).not().containsText(new String[] {"(no place)"});
    picture("received-desk");

    card("pack-04").locator("h3 a").click();
    assertThat(page.locator("h1")).hasText("pack-04");
    assertThat(page.locator("#main")).containsText("no readings are received of it");
    assertThat(page.locator("#main .told:visible")).containsText("58\u00a0%");
    picture("received-machine");
  }

  @Test
  @Tag("soak")
  void aLineAndTheWallShowItToo() {
    receive();
    visit("/line/plant-a/press-shop/line-1");
    assertThat(page.locator("#main .told:visible")).containsText("62\u00a0%");
    assertThat(page.locator(".machine-row")).hasCount(4);
    assertThat(page.locator(".machine-row").first()).containsText("Received 3\u00a0min ago");
    picture("received-line");
    failingAnswers =
        true; // the wall asks for stops, which only a gateway with figures of its own has
    visit("/wall?show=line/plant-a/press-shop/line-1");
    assertThat(page.locator(".wall-tile")).hasCount(4);
    assertThat(page.locator(".wall")).containsText("OEE 71\u00a0%, received");
    picture("received-wall");
  }

  @Test
  @Tag("soak")
  void itFitsAPhoneInGermanAndChinese() {
    receive();
    for (String locale : Soak.ON ? List.of("de-DE", "zh-CN") : List.of("de-DE")) {
      look(390, 844, ColorScheme.LIGHT, locale);
      for (String place : List.of("/", "/line/plant-a/press-shop/line-1")) {
        reach(place);
        assertThat(page.locator("#main .received:visible").first()).containsText("edge-1");
        assertThat(scrollWidth()).isEqualTo(390);
        picture("received-phone-" + locale + place.length());
      }
    }
  }

  @Test
  void whereAllAreReportsThePlantSaysSoAndNamesTheSites() {
    visit();
    Locator panel = page.locator("#main section.panel:visible").first();
    assertThat(panel).containsText("No machines here");
    assertThat(panel).containsText("Reports of other gateways are received");
    assertThat(page.locator("#main .first")).isHidden();
    picture("received-reports");
    panel.locator("a").click();
    assertThat(page.locator("h1")).hasText("Sites");
    visit();
    receive();
    assertThat(card("press-01")).isVisible();
    assertThat(
            page.locator("#main section", new Page.LocatorOptions().setHasText("No machines here")))
        .isHidden();
  }
}
