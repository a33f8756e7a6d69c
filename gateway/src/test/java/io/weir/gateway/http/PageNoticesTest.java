package io.weir.gateway.http;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import io.weir.gateway.live.Places;
import io.weir.gateway.model.Asset;
import io.weir.gateway.notify.Cause;
import io.weir.gateway.notify.Facts;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** People say at the page that they know of a notification. */
@Tag("server")
class PageNoticesTest extends PageInChromium {

  private static final String PRESS = "plant-a/hall-1/press-shop/press-02";
  private static final String SAW = "plant-a/hall-1/press-shop/press-03";
  private static final String LINE = "plant-a/hall-1/press-shop";
  private static final long SINCE = 1_772_438_400_000_000_000L;

  private final InventedFactory factory = new InventedFactory(view);

  @BeforeEach
  void fill() {
    factory.send();
    factory.figure();
    factory.remember();
    view.storeDown = true;
    notices.send(
        cause("machine-down", PRESS, PRESS + " is down: JAM", Facts.because("JAM")),
        cause("uncoded-stops", SAW, SAW + " has 16 stops", Facts.uncoded(16)),
        cause("oee-under", LINE, "OEE of " + LINE, Facts.low(0.621, 0.75, "early")),
        new Cause(
            "sink-down", "history", Asset.NONE, true, "the store of sink history is down", SINCE));
  }

  private static Cause cause(String kind, String asset, String text, Facts facts) {
    return new Cause(
        kind, asset, Places.of(asset.split("/")).asset(), false, true, text, facts, SINCE);
  }

  private Locator notice(String text) {
    return page.locator("#main .said-list li", new Page.LocatorOptions().setHasText(text));
  }

  @Test
  void whoKnowsOfANotificationSaysItOnceAndEveryViewShowsWhoAndWhen() {
    look(390, 844, ColorScheme.DARK);
    visit();
    Locator known = notice("press-02").locator(".known");
    known.locator("button").click();
    page.locator("dialog input").fill("anna");
    page.locator("dialog form > button").click();
    assertThat(known).containsText("known to anna, ");
    assertThat(known.locator("button")).isHidden();
    assertThat(page.locator("#said")).containsText("Saved: I know of: press-02 is down");
    assertThat(page.locator("#said button").first()).isHidden(); // it cannot be undone
    assertThat(scrollWidth()).isEqualTo(390);
    picture("notices-phone");

    look(1366, 768, ColorScheme.LIGHT);
    visit("/machine/" + PRESS);
    assertThat(notice("press-02").locator(".known")).containsText("known to anna, ");
    assertThat(notice("Store")).hasCount(0);
    Locator alarm = page.locator("#alarms .known");
    assertThat(alarm.locator("button")).hasText("I know of it");
    picture("notices-machine");
    visit("/gateway");
    assertThat(notice("press-02")).isVisible();
    assertThat(notice("Store history is down").locator("button")).isVisible();
    picture("notices-gateway");

    look(390, 844, ColorScheme.LIGHT, "de-DE"); // the messages of this gateway are English
    visit();
    assertThat(notice("press-02 hat")).containsText("press-shop / press-02 · JAM · seit ");
    assertThat(notice("press-03 hat"))
        .containsText("press-03 · 16 Stillstände der letzten 24 h haben keinen Grund · seit ");
    assertThat(notice("OEE von"))
        .containsText("OEE bisher 62,1\u00a0%, Ziel 75\u00a0% · Schicht early · seit ");
    assertThat(scrollWidth()).isEqualTo(390);
    picture("notices-german");
  }
}
