package io.weir.gateway.peers;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.PlaywrightException;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import io.weir.peers.Peer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A real browser beside a test, without a window. */
public final class Chromium implements AutoCloseable {

  /** It only bounds a failure: Playwright's five seconds may pass on a busy machine. */
  private static final double LONGEST_WAIT_MS = 60_000;

  /** A name of another site, which leads to this machine. */
  public static final String FOREIGN_NAME = "evil.example";

  private static @Nullable Chromium ofProcess;

  private final Playwright playwright;
  private final Browser browser;

  /** Whether it goes on when a test class has ended. */
  private final boolean stays;

  /** A browser of its own. */
  public Chromium() {
    this(false);
  }

  /**
   * The one of this process, for one test class after the other: to start a browser costs seconds.
   * When it is closed, its contexts are, and with them all that pages left behind.
   */
  public static synchronized Chromium ofProcess() {
    if (ofProcess == null || !ofProcess.browser.isConnected()) {
      Chromium started = new Chromium(true);
      Runtime.getRuntime().addShutdownHook(new Thread(started.playwright::close));
      ofProcess = started;
    }
    return ofProcess;
  }

  private Chromium(boolean stays) {
    this.stays = stays;
    PlaywrightAssertions.setDefaultAssertionTimeout(LONGEST_WAIT_MS);
    playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    browser =
        playwright
            .chromium()
            .launch(
                new BrowserType.LaunchOptions()
                    .setExecutablePath(program())
                    // Pages that were left are kept to go back to, as in everybody's browser.
                    .setIgnoreDefaultArgs(List.of("--disable-back-forward-cache"))
                    .setArgs(
                        List.of(
                            "--no-sandbox",
                            "--disable-gpu",
                            "--disable-dev-shm-usage",
                            // A name whose owner lets it lead to this machine.
                            "--host-resolver-rules=MAP " + FOREIGN_NAME + " 127.0.0.1")));
  }

  /** The one that was built without windows does half of the work of the whole browser. */
  private static Path program() {
    String windowless = "chromium-headless-shell";
    return Path.of(
        Peer.installed(windowless)
            .or(() -> Peer.installed("chromium"))
            .orElseGet(() -> Peer.program(windowless, windowless)));
  }

  public Browser browser() {
    return browser;
  }

  /**
   * With {@code -Dweir.pictures=true}, leaves a picture in {@code target/page} for people to look
   * at. No test reads it, and it costs as much as what it shows.
   */
  public static void picture(Page page, String name) {
    picture(page, name, new Page.ScreenshotOptions());
  }

  /** Likewise, also of what stands beyond the window. */
  public static void wholePicture(Page page, String name) {
    picture(page, name, new Page.ScreenshotOptions().setFullPage(true));
  }

  private static void picture(Page page, String name, Page.ScreenshotOptions options) {
    if (Boolean.getBoolean("weir.pictures")) {
      page.screenshot(options.setPath(Path.of("target", "page", name + ".png")));
    }
  }

  /**
   * Whether a page that is opened asks for a login: a browser with windows would ask the user and
   * opens nothing, one without shows what the server said.
   */
  public static boolean isAskedForLogin(Page page, String url) {
    try {
      return page.navigate(url).status() == 401;
    } catch (PlaywrightException e) {
      return e.getMessage().contains("ERR_INVALID_AUTH_CREDENTIALS");
    }
  }

  @Override
  public void close() {
    if (stays) {
      List.copyOf(browser.contexts()).forEach(BrowserContext::close);
    } else {
      playwright.close();
    }
  }
}
