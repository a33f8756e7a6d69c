package io.weir.gateway.peers;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import io.weir.peers.Peer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A real browser beside a test, without a window. */
public final class Chromium implements AutoCloseable {

  /** It only bounds a failure: Playwright's five seconds may pass on a busy machine. */
  private static final double LONGEST_WAIT_MS = 60_000;

  /** A name of another site, which leads to this machine. */
  public static final String FOREIGN_NAME = "evil.example";

  private final Playwright playwright;
  private final Browser browser;

  public Chromium() {
    Path program = Path.of(Peer.program("chromium", "chromium"));
    PlaywrightAssertions.setDefaultAssertionTimeout(LONGEST_WAIT_MS);
    playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    browser =
        playwright
            .chromium()
            .launch(
                new BrowserType.LaunchOptions()
                    .setExecutablePath(program)
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

  public Browser browser() {
    return browser;
  }

  @Override
  public void close() {
    playwright.close();
  }
}
