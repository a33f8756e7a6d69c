package io.weir.gateway;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.ColorScheme;
import io.weir.gateway.http.Role;
import io.weir.gateway.log.Soak;
import io.weir.gateway.peers.Axe;
import io.weir.gateway.peers.Chromium;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every view of the live page for those who see less, or have no pointer: by its own table of
 * views, so that a new one cannot be left out. One gateway, and one session of a browser.
 */
@Tag("server")
@Tag("slow")
class PageEveryViewTest {

  private static final String MACHINE = "/machine/s/a/l/m1";

  /**
   * @param address with which it has something to show
   * @param awaits stands in it only once its data is there
   */
  private record View(String address, String awaits) {}

  /** By the name in the table of the page. */
  private static final Map<String, View> VIEWS =
      new TreeMap<>(
          Map.ofEntries(
              entry("", new View("/", ".machine .badge")),
              entry("line", new View("/line/s/a/l", ".machine-row .badge")),
              entry("machine", new View(MACHINE, ".charts canvas")),
              entry("stops", new View("/stops", "button.stop-reason")),
              entry("quality", new View("/quality", "tbody tr")),
              entry("gateway", new View("/gateway", ".ledger .sum")),
              entry("report", new View("/report", ".sheet tbody tr")),
              entry("trend", new View("/trend", ".trend select:has(option)")),
              entry("wall", new View("/wall?held=yes&show=plant", ".wall-face > *")),
              entry("configure", new View("/configure", "main details")),
              entry("fleet", new View("/fleet", "tbody tr .badge"))));

  private static final List<ColorScheme> SCHEMES = List.of(ColorScheme.DARK, ColorScheme.LIGHT);

  /** {@code make soak} sets {@code weir.seeds=all}. */
  private static final boolean ALL = Soak.ON;

  private static final Map<String, int[]> PHONE = Map.of("phone", new int[] {390, 844});

  private static final Map<String, int[]> SIZES = withPhone("desk", 1366, 768);

  /** What is read from afar is seen on a large screen too. */
  private static final Map<String, int[]> WALL_SIZES = withPhone("wall", 3840, 2160);

  /** The larger one alone before each change. */
  private static Map<String, int[]> withPhone(String size, int width, int height) {
    Map<String, int[]> sizes = new TreeMap<>(Map.of(size, new int[] {width, height}));
    if (ALL) {
      sizes.putAll(PHONE);
    }
    return sizes;
  }

  private static StartedPeople people;
  private static Chromium chromium;

  private final List<String> faults = new ArrayList<>();
  private Page page;

  @BeforeAll
  static void start(@TempDir Path home) throws Exception {
    people = new StartedPeople(home);
    long now = System.currentTimeMillis();
    StringBuilder lines = new StringBuilder();
    for (String machine : List.of("line=l,machine=m1", "line=l,machine=m2", "line=k,machine=m1")) {
      for (int i = 40; i >= 0; i--) {
        lines.append(
            "telemetry,site=s,area=a,%s state=\"%s\",made=%d,temperature=%d %d%n"
                .formatted(
                    machine,
                    i > 20 || i < 5 ? "RUNNING" : "DOWN",
                    1000 - i,
                    20 + i % 7,
                    now - 30_000L * i));
      }
    }
    lines.append(
        "gateway_report,gateway=plant-b-1 ready=true,version=\"0.1.0\",config=\"0123456789ab\","
            + "alarms=\"sink-down history\",alarms_critical=1i,lag_s=5000,certificate_s=900000,"
            + "url=\"https://plant-b-1.example\" "
            + now
            + "\n");
    String[] ingest = {"authorization", "Bearer " + people.tokens.get(Role.INGEST)};
    people.ask("POST", "/write?precision=ms", lines.toString(), ingest);
    chromium = Chromium.ofProcess();
  }

  @AfterAll
  static void stop() {
    chromium.close();
    people.close();
  }

  @BeforeEach
  void open() {
    page =
        chromium
            .browser()
            .newContext(
                new Browser.NewContextOptions().setViewportSize(1366, 768).setLocale("en-GB"))
            .newPage();
    page.addInitScript(NOTE_POINTED);
  }

  @AfterEach
  void leave() {
    page.context().close();
  }

  private void visit(String view) {
    page.navigate("about:blank");
    page.navigate("http://127.0.0.1:" + people.port + "/#" + view);
  }

  /** Goes on to another view of the page that is open, as a link does. */
  private void show(View view) {
    go(view.address());
    page.locator(view.awaits()).first().waitFor();
  }

  private void go(String address) {
    page.evaluate(
        """
        (view) => new Promise((done) => {
          addEventListener("hashchange", () => setTimeout(done), { once: true });
          location.hash = view;
        })
        """,
        "#" + address);
  }

  private void login() {
    page.locator("#users input").first().fill("admin");
    page.locator("#users input[type=password]").fill(StartedPeople.PASSWORD);
    page.locator("#users form button").click();
    assertThat(page.locator("#who")).isVisible();
  }

  /** The table of this test has each view of the page's own. */
  private void hasEveryView() {
    Object named = page.evaluate("import('/views.js').then(({ VIEWS }) => Object.keys(VIEWS))");
    assertThat(new TreeSet<>((List<?>) named)).isEqualTo(new TreeSet<>(VIEWS.keySet()));
  }

  /** The colours of a phone are those of a large screen, so one theme of each says enough. */
  private static ColorScheme theme(String size) {
    return size.equals("phone") ? ColorScheme.LIGHT : ColorScheme.DARK;
  }

  private void axe(String what, Map<String, int[]> sizes) {
    sizes.forEach(
        (size, pixels) -> {
          page.setViewportSize(pixels[0], pixels[1]);
          for (ColorScheme scheme : ALL ? SCHEMES : List.of(theme(size))) {
            page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
            for (Object violation : Axe.violations(page)) {
              faults.add("%s, %s, %s: %s".formatted(what, size, scheme, violation));
            }
            Chromium.picture(page, "every-%s-%s-%s".formatted(what, size, scheme));
          }
        });
    page.setViewportSize(1366, 768);
  }

  @Test
  void everyViewIsWhatAxeAsksFor() {
    visit("/");
    page.locator("#users input").first().waitFor();
    axe("login", SIZES);
    login();
    hasEveryView();
    show(VIEWS.get("stops")); // or else the first of the table would be the one that is open
    VIEWS.forEach(
        (name, view) -> {
          show(view);
          for (Locator fold : page.locator("main details").all()) {
            fold.evaluate("fold => { fold.open = true; }");
          }
          axe(name.isEmpty() ? "plant" : name, name.equals("wall") ? WALL_SIZES : SIZES);
        });
    for (String face : List.of("line/s/a/l", "stops")) {
      show(new View("/wall?held=yes&show=" + face, ".wall-face > *"));
      axe("wall " + face, WALL_SIZES);
    }
    assertThat(faults).isEmpty();
  }

  /** Notes what does something where a pointer presses it. */
  private static final String NOTE_POINTED =
      """
      const add = EventTarget.prototype.addEventListener;
      window.pointed = new Set();
      EventTarget.prototype.addEventListener = function (kind, ...rest) {
        if (this instanceof Element && /^(click|dblclick|pointerdown|mousedown)$/.test(kind)) window.pointed.add(this);
        return add.call(this, kind, ...rest);
      };
      """;

  /**
   * {@code walked()} says of the element that has the focus what is wrong with it, and whether the
   * walk is at its end; it expects each that takes the focus in the order in which they stand.
   */
  private static final String WALK =
      """
      (root) => {
        const within = root === "" ? document : document.querySelector(root);
        if (root === "") {
          const top = document.createElement("span");
          top.tabIndex = -1;
          document.body.prepend(top);
          top.focus();
        } else {
          within.querySelector("h2").focus(); // which no key reaches
        }
        const TABBED = "a[href], button, input, select, textarea, summary, [tabindex]";
        const isShown = (one) => one.checkVisibility({ visibilityProperty: true });
        const tabbed = () => [...within.querySelectorAll(TABBED)]
          .filter((one) => one.tabIndex >= 0 && !one.disabled && isShown(one));
        const named = (one) => (one === null ? "nothing" : one.outerHTML.slice(0, 160));
        const isBefore = (one, other) =>
          (one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0;
        let last = null;

        /** Whether the ring around it is cut off at two sides or more. */
        function isCut(one, style) {
          const more = parseFloat(style.outlineOffset) + parseFloat(style.outlineWidth) - 1;
          const { left, top, right, bottom } = one.getBoundingClientRect();
          for (let box = one.parentElement; box !== null; box = box.parentElement) {
            if (!/hidden|clip/.test(getComputedStyle(box).overflow)) continue;
            const inner = box.getBoundingClientRect();
            const cut = [left - more < inner.left, top - more < inner.top, right + more > inner.right,
              bottom + more > inner.bottom].filter((side) => side).length;
            if (cut >= 2) return true;
          }
          return false;
        }

        /** What stands in the head is reached from the top on, in each row from the left. */
        function isBack(one, before) {
          if (before?.closest("header") === null || one.closest("header") === null || before?.id === "skip") return false;
          const [here, there] = [one, before].map((each) => each?.getBoundingClientRect());
          if (there === undefined) return false;
          const isAbove = here.bottom <= there.top;
          const isBeside = here.top < there.bottom && there.top < here.bottom;
          return (isAbove && here.left < there.right) || (isBeside && here.right <= there.left);
        }

        function look(one, before) {
          const faults = [];
          if (isBack(one, before)) faults.push(`back from ${named(before)}`);
          const style = getComputedStyle(one);
          if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2) faults.push("no ring");
          else if (isCut(one, style)) faults.push("its ring is cut off");
          const box = one.getClientRects()[0];
          const x = Math.min(Math.max((box.left + box.right) / 2, 1), innerWidth - 1);
          const y = Math.min(Math.max((box.top + box.bottom) / 2, 1), innerHeight - 1);
          const seen = document.elementFromPoint(x, y);
          if (box.bottom < 0 || box.top > innerHeight) faults.push("not on the screen");
          else if (seen === null || !(one.contains(seen) || seen.contains(one))) faults.push(`behind ${named(seen)}`);
          return faults.map((fault) => `${fault}: ${named(one)}`);
        }

        const scrolls = (one) => one.scrollWidth > one.clientWidth || one.scrollHeight > one.clientHeight;

        window.walked = () => {
          const one = document.activeElement;
          const isAway = one === null || one === document.body || !within.contains(one);
          const all = tabbed();
          const next = all.find((other) => last === null || isBefore(last, other)) ?? null;
          if (last !== null && !last.isConnected) return { end: true, faults: [`gone while it had the focus: ${named(last)}`] };
          const isRound = !isAway && last !== null && one !== last && isBefore(one, last);
          if (isAway || isRound) {
            return { end: true, faults: next === null ? [] : [`not reached: ${named(next)}, after ${named(last)}`] };
          }
          if (one === last && /^(date|time|datetime-local|week|month)$/.test(one.type)) return { end: false, faults: [] };
          if (!all.includes(one) && scrolls(one)) return { end: false, faults: [] }; // the browser's own
          if (one !== next) {
            last = one;
            return { end: false, faults: [`instead of ${named(next)}: ${named(one)}`] };
          }
          const before = last;
          last = one;
          return { end: false, faults: look(one, before) };
        };

        window.withoutKey = () => [...window.pointed]
          .filter((one) => one.isConnected && isShown(one) && one.closest("[hidden], dialog:not([open])") === null)
          .filter((one) => one.closest(".plot[role=img]") === null) // a chart that is a picture, with its table beside it
          .filter((one) => one.closest(TABBED) === null && one.querySelector(TABBED) === null)
          .map((one) => `no key does what a pointer does: ${named(one)}`);
      }
      """;

  /** Goes through all that takes the focus, in a view or a dialog. */
  private void walk(String what, String root) {
    page.evaluate(WALK, root);
    for (int i = 0; ; i++) {
      page.keyboard().press("Tab");
      Map<?, ?> step = (Map<?, ?>) page.evaluate("window.walked()");
      ((List<?>) step.get("faults")).forEach(fault -> faults.add(what + ": " + fault));
      if (Boolean.TRUE.equals(step.get("end"))) {
        break;
      }
      if (i > 400) {
        faults.add(what + ": the focus does not come out");
        break;
      }
    }
    ((List<?>) page.evaluate("window.withoutKey()"))
        .forEach(fault -> faults.add(what + ": " + fault));
  }

  @Test
  void everyViewIsWalkedByTheKeyboardAlone() {
    visit("/");
    page.locator("#users input").first().waitFor();
    walk("login", "");
    login();
    hasEveryView();
    show(VIEWS.get("stops")); // or else the first of the table would be the one that is open
    VIEWS.forEach(
        (name, view) -> {
          String what = name.isEmpty() ? "plant" : name;
          show(view);
          walk(what, "");
          if (ALL) {
            page.setViewportSize(390, 844);
            walk(what + " on a phone", "");
            page.setViewportSize(1366, 768);
          }
        });
    assertThat(faults.stream().collect(Collectors.joining("\n"))).isEmpty();
  }

  /** What opens a dialog, by the view in which it stands. */
  private static final List<List<String>> OPENERS =
      List.of(
          List.of("/", "#zone"),
          List.of("/stops", "button.stop-reason"),
          List.of(MACHINE, ".acts button >> nth=0"),
          List.of(MACHINE, ".acts button >> nth=1"),
          List.of(MACHINE, ".orders + p + button, .orders ~ button"),
          List.of(MACHINE, ".stop-reason"));

  /** Two categories, of which one is a reason that asks for a comment. */
  private static final String REASONS =
      """
      {"reasons": [
        {"id": "m", "name": "Mechanical", "labels": {}, "planned": false, "comment": false, "codes": [], "reasons": [
          {"id": "m/jam", "name": "Jam", "labels": {}, "planned": false, "comment": false, "codes": [], "reasons": []}]},
        {"id": "other", "name": "Other", "labels": {}, "planned": false, "comment": true, "codes": [], "reasons": []}]}
      """;

  /** Machines that are silent for long have another stop, of unknown time. */
  private static final String NEIGHBOURS =
      ".act-step .choices button, .act-step p:text-is('No other stop of this machine is known')";

  /** What leads to a step within the dialog of a stop, and what stands there then. */
  private static final List<List<String>> STEPS =
      List.of(
          List.of(".act-step .category", ".act-step .back"),
          List.of(".act-step .reason-button:not(.category)", ".act-step textarea"),
          List.of(".choices.small button >> nth=0", ".act-step .category"),
          List.of(".choices.small button >> nth=1", ".act-step .choices button >> nth=5"),
          List.of(".choices.small button >> nth=2", ".act-step input[type=range]"),
          List.of(".choices.small button >> nth=3", NEIGHBOURS),
          List.of(".choices.small button >> nth=4", ".act-step textarea"));

  @Test
  @Tag("soak")
  void everyStepOfAStopIsWalkedOnAPhoneAndEscapeLeadsBackFromIt() {
    page.route(
        Pattern.compile("/api/v1/reasons\\b"),
        route -> route.fulfill(new Route.FulfillOptions().setBody(REASONS)));
    visit("/");
    login();
    page.setViewportSize(390, 844);
    show(VIEWS.get("stops"));
    page.locator("button.stop-reason").first().press("Enter");
    Locator dialog = page.locator("dialog[open]");
    for (List<String> step : STEPS) {
      dialog.locator(".act-step .category").waitFor();
      dialog.locator(step.get(0)).first().press("Enter");
      dialog.locator(step.get(1)).first().waitFor();
      assertThat(dialog.locator(":focus")).hasCount(1);
      walk(String.join(" ", step), "dialog[open]");
      page.keyboard().press("Escape");
    }
    assertThat(dialog.locator(".act-step .category")).isFocused();
    page.keyboard().press("Escape");
    assertThat(dialog).hasCount(0);
    assertThat(faults.stream().collect(Collectors.joining("\n"))).isEmpty();
  }

  /** Opens a dialog by a key, and walks what stands in it. */
  private Locator opened(Locator button) {
    button.press("Enter");
    Locator dialog = page.locator("dialog[open]");
    assertThat(dialog.locator(":focus")).hasCount(1);
    walk(dialog.locator("h2").textContent(), "dialog[open]");
    return dialog;
  }

  private void closes(Locator dialog) {
    page.keyboard().press("Enter");
    assertThat(dialog).hasCount(0);
  }

  private Locator order(String act) {
    return page.locator(".orders li button", new Page.LocatorOptions().setHasText(act));
  }

  private void orderIsMade(String act, String then) {
    Locator dialog = opened(order(act));
    dialog.locator("button", new Locator.LocatorOptions().setHasText(act)).focus();
    closes(dialog);
    assertThat(order(then)).isFocused(); // where another step of the order stands now
  }

  @Test
  @Tag("soak")
  void anOrderIsStartedPausedAndFinishedByTheKeyboardOnASmallPhone() {
    visit("/");
    login();
    page.setViewportSize(360, 740);
    show(VIEWS.get("machine"));
    Locator start = page.locator(OPENERS.get(4).get(1)).first();
    Locator dialog = opened(start);
    dialog.locator("form input").focus();
    page.keyboard().type("A-1");
    closes(dialog);
    assertThat(start).isFocused();
    orderIsMade("Pause", "Start");
    orderIsMade("Start", "Pause");
    dialog = opened(order("Undo"));
    page.keyboard().press("Escape");
    assertThat(dialog).hasCount(0);
    assertThat(order("Undo")).isFocused();
    dialog = opened(order("Finish"));
    dialog.locator("button", new Locator.LocatorOptions().setHasText("Finish")).focus();
    closes(dialog);
    assertThat(order("Finish")).hasCount(0);
    assertThat(start).isFocused();
    assertThat(faults.stream().collect(Collectors.joining("\n"))).isEmpty();
  }

  @Test
  @Tag("soak")
  void scrapIsBookedByTheKeyboardOnASmallPhoneAndEscapeLeadsBackFromAReason() {
    page.route(
        Pattern.compile("/api/v1/reasons\\b"),
        route -> route.fulfill(new Route.FulfillOptions().setBody(REASONS)));
    visit("/");
    login();
    page.setViewportSize(360, 740);
    show(VIEWS.get("machine"));
    Locator book = page.locator(".acts button").first();
    book.press("Enter");
    Locator dialog = page.locator("dialog[open]");
    Locator category = dialog.locator(".act-step .category");
    category.waitFor();
    Locator amount = dialog.locator(".amount");
    assertThat(amount).isFocused();
    walk("scrap", "dialog[open]");
    category.press("Enter");
    Locator reason = dialog.locator(".act-step .reason-button").first();
    assertThat(reason).isFocused();
    walk("scrap, a reason", "dialog[open]");
    reason.press("Enter");
    assertThat(amount).isFocused(); // it says that the pieces are missing
    walk("scrap without pieces", "dialog[open]");
    page.keyboard().press("Escape");
    assertThat(category).isFocused();
    page.keyboard().press("ArrowRight");
    page.keyboard().press("Enter");
    assertThat(amount).isFocused();
    page.keyboard().type("3");
    dialog.locator(".act-step .reason-button:not(.category)").press("Enter");
    assertThat(dialog.locator("textarea")).isFocused(); // which this reason asks for
    walk("scrap without a comment", "dialog[open]");
    dialog.locator("textarea").focus();
    page.keyboard().type("burr");
    dialog.locator(".act-step .reason-button:not(.category)").focus();
    closes(dialog);
    assertThat(book).isFocused();
    Locator foot = page.locator("#said");
    assertThat(foot).containsText("Saved");
    Locator undo = foot.locator("button:text-is('Undo'):visible");
    undo.press("Enter");
    assertThat(foot).containsText("Saved");
    assertThat(undo).hasCount(0); // also what was taken back is saved now
    assertThat(faults.stream().collect(Collectors.joining("\n"))).isEmpty();
  }

  @Test
  @Tag("soak")
  void everyDialogIsWalkedClosedByEscapeAndGivesTheFocusBack() {
    visit("/");
    login();
    for (List<String> opener : OPENERS) {
      if (!page.url().endsWith("#" + opener.get(0))) {
        go(opener.get(0));
      }
      Locator button = page.locator(opener.get(1)).first();
      button.waitFor();
      button.focus();
      page.keyboard().press("Enter");
      Locator dialog = page.locator("dialog[open]");
      dialog.waitFor();
      String what = opener.get(0) + " " + dialog.locator("h2").textContent();
      assertThat(dialog.locator(":focus")).hasCount(1);
      walk(what, "dialog[open]");
      axe(what.replaceAll("\\W+", "-"), SIZES);
      page.keyboard().press("Escape");
      assertThat(dialog).hasCount(0);
      assertThat(button).isFocused();
    }
    assertThat(faults.stream().collect(Collectors.joining("\n"))).isEmpty();
  }
}
