package io.weir.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.ConsoleMessage;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import io.weir.gateway.admin.LoginRequests;
import io.weir.gateway.api.GatewayServer;
import io.weir.gateway.api.ReasonList;
import io.weir.gateway.config.Secret;
import io.weir.gateway.metrics.Meters;
import io.weir.gateway.peers.Chromium;
import io.weir.gateway.settings.Config;
import java.io.IOException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/**
 * The live page in a real browser, Chromium, with an invented gateway behind it. A script that
 * fails, a policy that is broken, an error in the console and a request to another host fail the
 * test.
 */
abstract class PageInChromium {

  /**
   * The page itself says which other hosts it asked: to hear of each of the hundred requests of a
   * load costs a sixth of it.
   */
  private static final String FOREIGN =
      """
      new PerformanceObserver((list) => {
        for (const { name } of list.getEntries()) {
          if (/^(https?|wss?):/.test(name) && !name.startsWith(`${location.origin}/`)) console.error(`a request to ${name}`);
        }
      }).observe({ type: "resource", buffered: true });
      """;

  private static Chromium chromium;

  final InventedView view = new InventedView();
  final InventedHints hints = new InventedHints();
  final InventedCorrections corrections = new InventedCorrections();
  final Meters meters = new Meters("plant-a-1", "0.1.0");
  final InventedNotices notices = new InventedNotices(meters.registry());
  final InventedSites sites = new InventedSites();
  final List<String> complaints = new ArrayList<>();
  GatewayServer server;
  BrowserContext context;
  Page page;

  /** Where answers fail on purpose, which the browser writes into its console by itself. */
  boolean failingAnswers;

  @BeforeAll
  static void openBrowser() {
    chromium = Chromium.ofProcess();
  }

  @AfterAll
  static void closeBrowser() {
    if (chromium != null) {
      chromium.close();
    }
  }

  @BeforeEach
  void open() throws IOException {
    view.machines.reasons = new ReasonList(List.of());
    serve(0, null);
    look(1920, 1080, ColorScheme.DARK);
  }

  void serve(int port, @Nullable String token) throws IOException {
    Secret secret = token == null ? null : new Secret(token);
    server =
        GatewayServer.start(
            new Config.Http("127.0.0.1", port, secret, null, 10_000, Duration.ofSeconds(20)),
            view,
            meters.registry(),
            Stream.of(
                    hints.routes(),
                    corrections.routes(),
                    notices.routes(),
                    sites.routes(),
                    new LoginRequests(null, token != null, false, null, ZoneId.systemDefault())
                        .routes())
                .flatMap(List::stream)
                .toList());
  }

  void look(int width, int height, ColorScheme scheme) {
    look(width, height, scheme, "en-GB");
  }

  void look(int width, int height, ColorScheme scheme, String locale) {
    look(
        new Browser.NewContextOptions()
            .setViewportSize(width, height)
            .setColorScheme(scheme)
            .setLocale(locale));
  }

  /** A phone, which a finger taps. */
  void lookByTouch() {
    look(
        new Browser.NewContextOptions()
            .setViewportSize(390, 844)
            .setColorScheme(ColorScheme.DARK)
            .setLocale("en-GB")
            .setIsMobile(true)
            .setHasTouch(true));
  }

  void look(Browser.NewContextOptions options) {
    if (context != null) {
      context.close();
    }
    context = chromium.browser().newContext(options);
    context.addInitScript(FOREIGN);
    page = context.newPage();
    page.onPageError(complaints::add);
    page.onConsoleMessage(this::heard);
  }

  private void heard(ConsoleMessage message) {
    boolean answer = message.text().startsWith("Failed to load resource");
    if (message.type().equals("error") && !(answer && failingAnswers)) {
      complaints.add(message.text() + " " + message.location());
    }
  }

  /** Opens a view, such as {@code /stops}. */
  void visit(String view) {
    page.navigate("about:blank"); // or else a change of the hash alone loads nothing
    page.navigate("http://127.0.0.1:" + server.port() + "/#" + view);
  }

  void visit() {
    visit("/");
  }

  /** Goes on to another view of the page that is open, as a link does. */
  void go(String view) {
    page.evaluate(
        """
        (view) => new Promise((done) => {
          addEventListener("hashchange", () => setTimeout(done), { once: true });
          location.hash = view;
        })
        """,
        "#" + view);
  }

  /** The first one loads the page; to the others the reader goes on. */
  void reach(String view) {
    if (page.url().equals("about:blank")) {
      visit(view);
    } else {
      go(view);
    }
  }

  @AfterEach
  void close() {
    context.close();
    server.close();
    hints.close();
    corrections.close();
    notices.close();
    sites.close();
    meters.close();
    assertThat(complaints).as("what the browser complains of").isEmpty();
  }

  void picture(String name) {
    Chromium.picture(page, name);
  }

  Locator machine(String name) {
    return page.locator(".machine", new Page.LocatorOptions().setHasText(name));
  }

  int scrollWidth() {
    return (Integer) page.evaluate("document.documentElement.scrollWidth");
  }

  int scrollHeight() {
    return (Integer) page.evaluate("document.documentElement.scrollHeight");
  }
}
