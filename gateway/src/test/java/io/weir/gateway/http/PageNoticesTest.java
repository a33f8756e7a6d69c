package io.weir.gateway.http;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import io.weir.gateway.notify.Cause;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** People say at the page that they know of a notification. */
@Tag("server")
class PageNoticesTest extends PageInChromium {

  private static final String PRESS = "plant-a/hall-1/press-shop/press-02";
  private static final long SINCE = 1_772_438_400_000_000_000L;

  private final InventedFactory factory = new InventedFactory(view);

  @BeforeEach
  void fill() {
    factory.send();
    factory.figure();
    factory.remember();
    view.storeDown = true;
    notices.send(
        new Cause("machine-down", PRESS, PRESS, true, PRESS + " is down: JAM", SINCE),
        new Cause("sink-down", "history", "", true, "the store of sink history is down", SINCE));
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
  }
}
