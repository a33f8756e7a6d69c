package io.weir.gateway.http;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.options.ColorScheme;
import io.weir.gateway.api.EfficiencyResponse;
import io.weir.gateway.api.QuarantinePage;
import io.weir.gateway.api.StateHistory;
import io.weir.gateway.api.StopList;
import io.weir.gateway.live.Place;
import io.weir.gateway.live.Places;
import io.weir.gateway.live.QualityList;
import io.weir.gateway.live.SignalList;
import io.weir.gateway.log.Soak;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Value;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Names as devices may invent them, in every view and every size of screen. */
@Tag("server")
class PageNamesTest extends PageInChromium {

  private static final String LONG = "W".repeat(300);

  private static final String SCRIPT =
      "<img src=x onerror=\"window.broken=1\"><script>window.broken=1</script>\"'`${1}";

  /** Reserved by Windows, evil, long, and of many bytes. */
  private static final List<String> NAMES =
      List.of(
          "CON",
          "NUL",
          "aux.",
          "ends in dots...",
          "\u202Egnp.exe\u202D",
          "\u2067right to left\u2069\u200F",
          LONG,
          "👩‍👩‍👧‍👦".repeat(40),
          "Z̷͙̈́̈".repeat(60),
          "长".repeat(120),
          "a/b\\c:d*e?f|g",
          SCRIPT);

  /** The smallest; {@code make soak} adds larger ones. */
  private static final List<List<Integer>> SCREENS =
      Soak.ON
          ? List.of(List.of(1920, 1080), List.of(1366, 768), List.of(390, 844))
          : List.of(List.of(390, 844));

  @BeforeEach
  void fill() {
    long now = System.currentTimeMillis();
    List<EfficiencyResponse.Line> lines = new ArrayList<>();
    List<EfficiencyResponse.Machine> machines = new ArrayList<>();
    List<StateHistory.Machine> history = new ArrayList<>();
    List<StopList.Stop> stops = new ArrayList<>();
    List<StopList.Sum> sums = new ArrayList<>();
    List<QualityList.Machine> quality = new ArrayList<>();
    List<QuarantinePage.Entry> held = new ArrayList<>();
    List<SignalList.Numbers> numbers = new ArrayList<>();
    List<SignalList.Texts> texts = new ArrayList<>();
    for (String name : NAMES) {
      Place path = Places.of(name, name, name, name);
      view.hear(
          new Asset(name, name, name, name),
          Map.of("zone", name),
          Map.of(name, new Value.Text(name), "temperature", new Value.Real(1e300)));
      lines.add(
          new EfficiencyResponse.Line(
              Places.of(name, name, name),
              InventedFactory.shift(1, 0.8),
              InventedFactory.shift(1, 0.8)));
      for (String state : List.of("down", "running")) {
        machines.add(
            new EfficiencyResponse.Machine(
                Places.of(name, name, name, state.equals("down") ? name : name + " 2"),
                Instant.now(),
                Instant.now(),
                state,
                name,
                Instant.ofEpochMilli(now - 240_000),
                name,
                InventedFactory.shift(1, 0.9),
                InventedFactory.shift(1, 0.8),
                0));
      }
      history.add(
          new StateHistory.Machine(
              path, List.of(new StateHistory.Span(now - 28_800_000, now, "down", name))));
      stops.add(new StopList.Stop(path, now - 240_000, 240, "down", name, "", name, true, true));
      sums.add(new StopList.Sum("down", name, "", 240, 240, 1));
      quality.add(quality(path, null, now));
      quality.add(quality(Place.NONE, name, now));
      numbers.add(
          new SignalList.Numbers(
              name,
              name,
              Map.of(name, name),
              List.of(
                  new SignalList.Point(now - 900_000, 48, 53, 51),
                  new SignalList.Point(now - 1_000, -1e300, 1e300, 1e300))));
      texts.add(
          new SignalList.Texts(
              name, name, Map.of(name, name), List.of(new SignalList.Change(now - 240_000, name))));
      held.add(
          new QuarantinePage.Entry(
              "0123456789abcdef",
              name,
              name,
              Instant.now(),
              List.of(new QuarantinePage.Fault("malformed", name, 1)),
              17,
              name,
              null));
    }
    view.efficiency =
        new EfficiencyResponse(
            null, 0.75, InventedFactory.plant(), lines, machines, 1, 1, Map.of(), Map.of());
    view.machines.history = new StateHistory(now - 28_800_000, now, history, false);
    view.machines.stops = new StopList(now - 28_800_000, now, stops, true, sums, 0);
    view.machines.signals =
        new SignalList(now - 3_600_000, now, now - 1_800_000, numbers, texts, true);
    view.machines.quality =
        new QualityList(quality, true, List.of(new QualityList.Held("malformed", 2, now - 5_000)));
    view.held = held;
    view.store = LONG;
    view.storeDown = true;
  }

  private static QualityList.Machine quality(Place path, String device, long now) {
    return new QualityList.Machine(
        path, device, now - 240_000, 240, 60.0, true, -42.0, 1, 1, 1, 1, 1, 1, now, 1.0);
  }

  private static String at(String view, int levels, String name) {
    String part = "/" + URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    return view + part.repeat(levels);
  }

  /** Each view, with something that stands in it only once its data is there. */
  private static List<List<String>> views() {
    List<List<String>> views = new ArrayList<>();
    views.add(List.of("/", ".machine"));
    views.add(List.of("/stops", "button.cause-row"));
    views.add(List.of("/quality", ".entries details"));
    views.add(List.of("/gateway", ".ledger .sum"));
    views.add(List.of("/report", ".sheet tbody tr"));
    for (String name : List.of(LONG, NAMES.get(7))) {
      views.add(List.of(at("/line", 3, name), "tbody tr .badge"));
      views.add(List.of(at("/machine", 4, name), ".charts canvas"));
    }
    return views;
  }

  /**
   * What stands beyond the window, or covers what stands beside it, without a box around it that
   * cuts it off or scrolls.
   */
  private static final String BEYOND =
      """
      () => {
        const bounded = (node) => {
          for (let up = node; up && up !== document.body; up = up.parentElement) {
            if (getComputedStyle(up).overflowX !== "visible") return true;
          }
          return false;
        };
        const found = new Set();
        for (const node of document.body.querySelectorAll("*")) {
          const box = node.getBoundingClientRect();
          if (box.width === 0 || node.closest("svg, canvas, option, .u-wrap, .visually-hidden")) continue;
          const parent = node.parentElement.getBoundingClientRect();
          const over = Math.max(box.right - innerWidth, box.right - parent.right,
              node.scrollWidth - node.clientWidth - (node.clientWidth === 0 ? node.scrollWidth : 0));
          if (over > 1.5 && !bounded(node)) {
            found.add(`${node.tagName}.${node.className} in ${node.parentElement.tagName}.${node.parentElement.className}`);
          }
        }
        return [...found];
      }
      """;

  @Test
  void noNameBreaksAView() {
    List<String> broken = new ArrayList<>();
    for (List<Integer> screen : SCREENS) {
      look(screen.get(0), screen.get(1), ColorScheme.DARK);
      for (List<String> each : views()) {
        reach(each.get(0));
        assertThat(page.locator(each.get(1)).first()).isVisible();
        String where =
            each.get(0).substring(0, Math.min(12, each.get(0).length())) + " at " + screen;
        if (scrollWidth() > screen.get(0)) {
          broken.add(where + " scrolls sideways: " + scrollWidth());
        }
        for (Object found : (List<?>) page.evaluate(BEYOND)) {
          broken.add(where + ": " + found);
        }
        picture(
            "names"
                + each.get(0).replaceAll("[^a-z]", "").replaceAll("(.{12}).*", "$1")
                + screen.get(0));
        assertThat(page.evaluate("window.broken")).isNull();
      }
    }
    assertThat(broken).isEmpty();
  }
}
