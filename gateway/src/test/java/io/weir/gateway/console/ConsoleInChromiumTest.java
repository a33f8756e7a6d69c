package io.weir.gateway.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.gateway.config.Secret;
import io.weir.gateway.e2e.SharedClasses;
import io.weir.gateway.log.Time;
import io.weir.gateway.peers.Chromium;
import io.weir.gateway.peers.ForeignSite;
import io.weir.gateway.sink.Sink.Answer;
import io.weir.gateway.sink.embedded.EmbeddedConfig;
import io.weir.gateway.sink.embedded.EmbeddedSink;
import io.weir.gateway.sink.embedded.StoreSql;
import io.weir.peers.Ports;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** QuestDB's console in a real browser, and a page of another origin in the same one. */
@Tag("server")
class ConsoleInChromiumTest {

  @TempDir static Path root;
  private static EmbeddedSink sink;
  private static Chromium chromium;

  @BeforeAll
  static void start() throws IOException {
    SharedClasses.forStores();
    sink =
        EmbeddedSink.start(
            new EmbeddedConfig(EmbeddedConfig.DEFAULT.common(), Ports.free(), 0, null),
            root.resolve("store"),
            Time.SYSTEM);
    assertThat(sink.write(List.of("press,machine=a t=41.25,point=1i 1000")))
        .isInstanceOf(Answer.Stored.class);
    chromium = Chromium.ofProcess();
  }

  @AfterAll
  static void stop() {
    chromium.close();
    sink.close();
  }

  private static Console console(@Nullable String token) throws Exception {
    Console console =
        new Console(
            sink.inside(),
            token == null ? null : new Secret(token),
            null,
            new SimpleMeterRegistry());
    console.start();
    return console;
  }

  @Test
  @Tag("soak")
  void aQueryShowsRows() throws Exception {
    try (Console console = console(null);
        BrowserContext context = chromium.browser().newContext()) {
      showRows(context, console.port());
    }
  }

  @Test
  void aQueryShowsRowsAfterALogin() throws Exception {
    try (Console console = console("s3cret")) {
      try (BrowserContext stranger = chromium.browser().newContext()) {
        Page page = stranger.newPage();
        assertThat(Chromium.isAskedForLogin(page, "http://127.0.0.1:" + console.port() + "/"))
            .as("the browser asks for a login, and nobody is there to answer")
            .isTrue();
      }
      try (BrowserContext user =
          chromium
              .browser()
              .newContext(new Browser.NewContextOptions().setHttpCredentials("weir", "s3cret"))) {
        showRows(user, console.port());
      }
    }
  }

  private static void showRows(BrowserContext context, int port) {
    Page page = context.newPage();
    List<String> elsewhere = new ArrayList<>();
    page.onResponse(
        response -> {
          if (!response.url().startsWith("http://127.0.0.1:" + port + "/")
              && response.url().startsWith("http")) {
            elsewhere.add(response.url());
          }
        });
    page.navigate(
        "http://127.0.0.1:"
            + port
            + "/index.html?query=SELECT%20t%20FROM%20press&executeQuery=true");
    assertThat(page.getByText("41.25").first()).isVisible();
    assertThat(elsewhere).isEmpty();
  }

  /** {@code ForeignPageTest} has a gateway and its store before each change. */
  @Test
  @Tag("soak")
  void aPageOfAnotherOriginReadsAndChangesNothing() throws Exception {
    List<Integer> heard = new ArrayList<>();
    try (Console console = console(null);
        ForeignSite evil = new ForeignSite();
        BrowserContext context = chromium.browser().newContext()) {
      String store = "http://127.0.0.1:" + console.port();
      String read = store + "/exec?query=SELECT%20t%20FROM%20press";
      String drop = store + "/exec?query=DROP%20TABLE%20press";
      evil.page(
          "<img src='%s'><script src='%s'></script><iframe src='%s'></iframe>"
                  .formatted(drop, drop, read)
              + "<form method=post action='%s'><input name=query value=x></form>".formatted(drop));
      String origin = evil.origin();
      Page page = context.newPage();
      page.onResponse(
          response -> {
            if (response.url().startsWith(store)) {
              heard.add(response.status());
            }
          });
      page.navigate(origin + "/");
      String fetched =
          (String) page.evaluate("url => fetch(url).then(r => r.text(), e => 'refused')", read);
      assertThat(fetched).isEqualTo("refused");
      page.evaluate(
          "url => fetch(url, {mode: 'no-cors', method: 'POST', body: 'x'}).catch(() => 0)", drop);
      page.navigate(evil.redirect(drop));
      page.navigate(origin + "/");
      page.evaluate("url => { location = url }", drop);
      page.waitForURL(drop);
      page.navigate(origin + "/");
      page.evaluate("() => document.forms[0].submit()");
      page.waitForURL(store + "/**");
      assertThat(heard).isNotEmpty().allMatch(status -> status >= 400);
      assertThat(StoreSql.rows(sink.inside(), "SELECT t FROM press").toString())
          .isEqualTo("[[41.25]]");
    }
  }
}
