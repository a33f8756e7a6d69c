package io.weir.gateway.http;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.ColorScheme;
import io.weir.gateway.model.Value;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The page of the gateways that report here. */
@Tag("server")
class PageFleetTest extends PageInChromium {

  private static final String SCRIPT =
      "<img src=x onerror=\"window.broken=1\"><script>window.broken=1</script>".repeat(5);

  @BeforeEach
  void fill() {
    new InventedFactory(view).send();
    sites.receives = true;
    sites.reports().well("plant-a-1");
    sites.reports().ahead("plant-a-2", Duration.ofMinutes(7));
    sites
        .reports()
        .send(
            "plant-b-1",
            Map.of(
                "alarms_critical", new Value.Whole(1),
                "alarms", new Value.Text("sink-held history"),
                "lag_s", new Value.Real(1234),
                "bundle", new Value.Whole(12),
                "bundle_state", new Value.Text("trial"),
                "certificate_s", new Value.Real(86400 * 12)));
    sites
        .reports()
        .send(
            "plant-b-2",
            Map.of(
                "alarms_warning", new Value.Whole(1),
                "alarms", new Value.Text(SCRIPT),
                "version", new Value.Text(SCRIPT),
                "config", new Value.Text(SCRIPT),
                "bundle_state", new Value.Text(SCRIPT),
                "url", new Value.Text("https://x.example/\"><script>window.broken=1</script>")));
  }

  private Locator rows() {
    return page.locator("#main tbody tr");
  }

  @Test
  void theWorstStandFirstAndAreFoundAndOpenedByOneClick() {
    visit("/fleet");
    assertThat(page.locator("nav #fleet")).isVisible();
    assertThat(rows()).hasCount(4);
    assertThat(rows().nth(0)).containsText("plant-b-1");
    assertThat(rows().nth(0)).containsText("sink-held history");
    assertThat(rows().nth(0)).containsText("12 · on trial");
    assertThat(rows().nth(1)).containsText("plant-b-2");
    assertThat(page.locator(".find")).containsText("4 gateways, 2 with trouble");
    assertThat(rows().filter(having("plant-a-2"))).containsText("7 min ahead");
    assertThat(rows().nth(0).locator("a")).hasAttribute("href", "https://plant-b-1.example");
    picture("fleet-desk");

    page.locator("input[type=search]").fill("plant-a");
    assertThat(rows()).hasCount(2);
    page.reload();
    assertThat(rows()).hasCount(2);
    assertThat(page.evaluate("window.broken")).isNull();
  }

  private static Locator.FilterOptions having(String text) {
    return new Locator.FilterOptions().setHasText(text);
  }

  @Test
  void howASiteWasIsOpenedByTheKeyboard() {
    visit("/fleet");
    sites.reports().well("plant-b-1");
    Locator badge = rows().filter(having("plant-b-1")).locator("button");
    badge.focus();
    page.keyboard().press("Enter");
    Locator sheet = page.locator("dialog");
    assertThat(sheet).containsText("plant-b-1");
    assertThat(sheet.locator("li")).hasCount(2);
    assertThat(sheet.locator("li").nth(0)).containsText("well");
    assertThat(sheet.locator("li").nth(1)).containsText("sink-held history");
    page.keyboard().press("Escape");
    assertThat(sheet).hasCount(0);
  }

  @Test
  @Tag("soak")
  void itFitsAPhoneAndSpeaksGermanAndChinese() {
    look(390, 844, ColorScheme.LIGHT, "de-DE");
    visit("/fleet");
    assertThat(page.locator("h1")).hasText("Standorte");
    assertThat(rows()).hasCount(4);
    assertThat(scrollWidth()).isEqualTo(390);
    double height = rows().filter(having("plant-a-1")).boundingBox().height;
    assertThat(height).as("a card, no word in single letters").isLessThan(330);
    assertThat(page.evaluate("document.querySelector('.cards').scrollWidth <= 390"))
        .isEqualTo(true);
    picture("fleet-phone-german");

    look(3840, 2160, ColorScheme.DARK, "zh-CN");
    visit("/fleet");
    assertThat(page.locator("h1")).hasText("站点");
    assertThat(rows()).hasCount(4);
    assertThat(scrollWidth()).isEqualTo(3840);
    picture("fleet-wall-chinese");
  }

  @Test
  @Tag("soak")
  void whereNothingIsReceivedNoWayLeadsThere() {
    sites.receives = false;
    visit();
    assertThat(page.locator("main .machine").first()).isVisible();
    assertThat(page.locator("nav #fleet")).isHidden();
    visit("/fleet");
    assertThat(page.locator("#main")).containsText("fleet.receive is not set");
  }
}
