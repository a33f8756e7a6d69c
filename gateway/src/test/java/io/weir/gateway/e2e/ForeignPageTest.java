package io.weir.gateway.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import io.weir.gateway.Gateway;
import io.weir.gateway.StartedGateway;
import io.weir.gateway.log.Soak;
import io.weir.gateway.peers.Chromium;
import io.weir.gateway.peers.ForeignSite;
import io.weir.gateway.settings.ConfigFile;
import io.weir.peers.Ports;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * A page of another site, in the browser of somebody who uses the gateway and its store, tries what
 * a page can try. What counts is what the servers did: nothing has changed, and the page has read
 * nothing. One gateway has no token; at the other the browser has logged in to the store, so its
 * login goes along with whatever a page sends.
 */
@Tag("server")
class ForeignPageTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final String TOKEN = "s3cret";

  /** Stands in every answer that holds data. */
  private static final String SECRET = "press-4711";

  private static final String SCRIPT = "<img src=x onerror=window.broken=1>";

  private static final List<String> STATEMENTS =
      List.of(
          "SELECT * FROM telemetry",
          "DROP TABLE telemetry",
          "CHECKPOINT CREATE",
          "CREATE TABLE stolen AS (SELECT * FROM telemetry)",
          "SELECT count() FROM long_sequence(1000000) a CROSS JOIN long_sequence(1000000) b",
          "ALTER TABLE telemetry DROP COLUMN temperature");

  /** With a token, which is one guard more, in {@code make soak}. */
  private static final List<Boolean> TOKENS = Soak.ON ? List.of(false, true) : List.of(false);

  @TempDir static Path home;
  private static Chromium chromium;
  private static Target open;
  private static @Nullable Target closed;

  /** A gateway with its store. */
  private record Target(Gateway gateway, int port, int storePort, @Nullable String token)
      implements AutoCloseable {

    static Target start(Path folder, @Nullable String token) throws Exception {
      int port = Ports.free();
      int store = Ports.free();
      Path yaml = Files.createDirectories(folder).resolve("weir.yaml");
      Files.writeString(
          yaml,
          """
          gateway: { id: attacked, data-dir: data }
          http: { port: %d %s }
          sources: [ { name: posts, type: http } ]
          routes: [ { topic: '#', format: influx-line } ]
          sinks: [ { name: local, type: embedded, port: %d, reserve: 1MiB } ]
          """
              .formatted(port, token == null ? "" : ", token: " + token, store));
      Gateway gateway = StartedGateway.of(new ConfigFile(yaml, Map.of(), List.of()));
      Target target = new Target(gateway, port, store, token);
      target.ask(
          "POST",
          target.url("/write"),
          "telemetry,machine="
              + SECRET
              + ",reason="
              + SCRIPT.replace(" ", "\\ ").replace("=", "\\=")
              + " temperature=41.25");
      target.ask("POST", target.url("/write"), "no line protocol " + SECRET);
      await()
          .untilAsserted(
              () -> {
                assertThat(target.stored()).contains(SECRET);
                assertThat(target.get("/api/v1/quarantine")).contains("\"preview\"");
                assertThat(target.get("/api/v1/ledger"))
                    .contains("\"pending\":0")
                    .doesNotContain("\"pending\":1"); // of the quarantine neither
              });
      return target;
    }

    String url(String path) {
      return "http://127.0.0.1:" + port + path;
    }

    String sql(String statement) {
      return "http://127.0.0.1:" + storePort + "/exec?query=" + URLEncoder.encode(statement, UTF_8);
    }

    private String ask(String method, String url, String body) throws IOException {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(URI.create(url))
              .method(method, HttpRequest.BodyPublishers.ofString(body));
      if (token != null) {
        String login = Base64.getEncoder().encodeToString(("weir:" + token).getBytes(UTF_8));
        request.header(
            "authorization", url.contains(":" + storePort) ? "Basic " + login : "Bearer " + token);
      }
      try {
        return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString()).body();
      } catch (InterruptedException e) {
        throw new IOException("interrupted", e);
      }
    }

    String get(String path) throws IOException {
      return ask("GET", url(path), "");
    }

    String stored() throws IOException {
      return JSON.readTree(ask("GET", sql("SELECT * FROM telemetry"), ""))
          .path("dataset")
          .toString();
    }

    /** All that a page could have changed. */
    String state() throws IOException {
      JsonNode tables =
          JSON.readTree(ask("GET", sql("SELECT table_name FROM tables() ORDER BY 1"), ""));
      String reloads =
          get("/metrics")
              .lines()
              .filter(line -> line.startsWith("weir_config_reloads"))
              .toList()
              .toString();
      return String.join(
          "\n",
          stored(),
          tables.path("dataset").toString(),
          get("/api/v1/ledger"),
          get("/api/v1/quarantine"),
          reloads);
    }

    /** Every address at which something could be read or changed. */
    List<String> addresses() {
      List<String> all = new ArrayList<>();
      for (String path :
          List.of(
              "/api/v1/status",
              "/api/v1/assets",
              "/api/v1/quarantine",
              "/api/v1/stream",
              "/metrics",
              "/health/ready",
              "/api/v1/config/reload",
              "/api/v1/quarantine/replay",
              "/api/v1/readings",
              "/write",
              "/api/v2/write")) {
        all.add(url(path));
      }
      STATEMENTS.forEach(each -> all.add(sql(each)));
      all.add("http://127.0.0.1:" + storePort + "/write");
      all.add("http://127.0.0.1:" + storePort + "/imp?name=stolen");
      return all;
    }

    /** Those at which something could be changed; of both gateways together, each kind once. */
    List<String> changing() {
      return token == null
          ? List.of(
              url("/api/v1/config/reload"),
              url("/api/v1/quarantine/replay"),
              url("/write"),
              sql(STATEMENTS.get(1)))
          : STATEMENTS.stream()
              .skip(1)
              .limit(Soak.count(2, STATEMENTS.size()))
              .map(this::sql)
              .toList();
    }

    @Override
    public void close() {
      gateway.close();
    }
  }

  @BeforeAll
  static void start() throws Exception {
    SharedClasses.forStores();
    open = Target.start(home.resolve("open"), null);
    if (Soak.ON) {
      closed = Target.start(home.resolve("closed"), TOKEN);
    }
    chromium = Chromium.ofProcess();
  }

  @AfterAll
  static void stop() {
    for (AutoCloseable each : new AutoCloseable[] {chromium, open, closed}) {
      if (each != null) {
        try {
          each.close();
        } catch (Exception e) {
          throw new AssertionError(e);
        }
      }
    }
  }

  private static Target target(boolean token) {
    return token ? Objects.requireNonNull(closed) : open;
  }

  /** A browser whose user has logged in wherever a login is asked for. */
  private static BrowserContext browser(boolean token) {
    Browser.NewContextOptions options = new Browser.NewContextOptions();
    return chromium
        .browser()
        .newContext(token ? options.setHttpCredentials("weir", TOKEN) : options);
  }

  /**
   * Answers of the servers to requests that a page made for itself, not to a link that it opened.
   */
  private static Page watched(BrowserContext context, Target target, List<String> taken) {
    Page page = context.newPage();
    page.onResponse(
        response -> {
          URI uri = URI.create(response.url());
          boolean ours = uri.getPort() == target.port() || uri.getPort() == target.storePort();
          if (ours && response.status() < 400 && !uri.getPath().equals("/health/ready")) {
            taken.add(response.status() + " " + response.request().method() + " " + response.url());
          }
        });
    return page;
  }

  /** What each way of a page to send or to embed something could read. */
  private static final String ATTACK =
      """
      async ([urls, body]) => {
        const read = [];
        const bodyOf = (method) => (method === "GET" ? undefined : body);
        await Promise.all(urls.map(async (url) => {
          for (const method of ["GET", "POST", "DELETE"]) {
            for (const mode of ["cors", "no-cors"]) {
              for (const credentials of ["include"]) {
                if (mode === "no-cors" && method === "DELETE") continue;
                try {
                  const answer = await fetch(url, { method, mode, credentials, body: bodyOf(method), signal: AbortSignal.timeout(4000) });
                  if (answer.type !== "opaque") read.push(`fetch ${method} ${mode} ${url}: ${answer.status}`);
                  read.push(await answer.text());
                } catch { /* refused */ }
              }
            }
          }
          navigator.sendBeacon(url, body);
          const frame = document.createElement("iframe");
          const parts = ["img", "script", "video"].map((tag) => Object.assign(document.createElement(tag), { src: url }));
          parts.push(Object.assign(document.createElement("link"), { rel: "stylesheet", href: url }));
          parts.push(Object.assign(document.createElement("object"), { data: url }));
          parts.push(Object.assign(frame, { src: url }));
          await Promise.all(parts.map((part) => new Promise((done) => {
            part.onerror = done;
            part.onload = () => {
              try { if (part.sheet?.cssRules.length > 0) read.push(`a style sheet of ${url}`); } catch { /* refused */ }
              done();
            };
            setTimeout(done, 3000);
            document.body.append(part);
          })));
          try { read.push(frame.contentDocument?.body?.innerText ?? ""); } catch { /* refused */ }
          if (parts[0].naturalWidth > 0) read.push(`an image of ${url}`);
          parts.forEach((part) => part.remove());
        }));
        const stream = urls.find((url) => url.endsWith("/stream"));
        await new Promise((done) => {
          const events = new EventSource(stream, { withCredentials: true });
          events.onmessage = (event) => read.push(event.data);
          events.onerror = () => { events.close(); done(); };
          setTimeout(() => { events.close(); done(); }, 3000);
        });
        await new Promise((done) => {
          const socket = new WebSocket(stream.replace("http", "ws"));
          socket.onopen = () => read.push("an open socket");
          socket.onerror = socket.onclose = done;
        });
        return read.filter((text) => text !== "");
      }
      """;

  private static final String BODY = "{\"all\":true,\"reason\":\"no-route\"}\nt v=1";

  @ParameterizedTest
  @FieldSource("TOKENS")
  void whatAPageOfAnotherSiteSendsOrEmbedsIsRefused(boolean token) throws Exception {
    Target target = target(token);
    String before = target.state();
    List<String> taken = new ArrayList<>();
    try (ForeignSite evil = new ForeignSite();
        BrowserContext context = browser(token)) {
      try (Page own = context.newPage()) { // it may fetch its icon late, which is no attack
        login(own, target);
      }
      Page page = watched(context, target, taken);
      evil.page("<p>nothing to see");
      page.navigate(evil.origin());
      Object read = page.evaluate(ATTACK, List.of(target.addresses(), BODY));
      assertThat(read).as("what the page could read").isEqualTo(List.of());
    }
    assertThat(taken).as("requests that were not refused").isEmpty();
    assertThat(target.state()).isEqualTo(before);
  }

  /** Opens the console, so that the browser knows the login, if there is one, from now on. */
  private static void login(Page page, Target target) {
    if (target.token() != null) {
      page.navigate("http://127.0.0.1:" + target.storePort() + "/index.html");
    }
  }

  @ParameterizedTest
  @FieldSource("TOKENS")
  void whereAPageOfAnotherSiteLeadsTheBrowserNothingChanges(boolean token) throws Exception {
    Target target = target(token);
    String before = target.state();
    try (ForeignSite evil = new ForeignSite();
        BrowserContext context = browser(token)) {
      Page page = context.newPage();
      login(page, target);
      int led = 0;
      for (String url : target.changing()) {
        for (int way = 0; way < WAYS.size(); way++) {
          if (Soak.ON || (led + way) % 2 == 0) {
            WAYS.get(way).lead(page, evil, url);
          }
        }
        led++;
      }
      assertThat(led).as("addresses, so that each way was gone").isGreaterThan(1);
    }
    assertThat(target.state()).isEqualTo(before);
  }

  /** How a page of another site leads a browser to an address. */
  private interface Way {
    void lead(Page page, ForeignSite evil, String url);
  }

  /** Half of them before each change to one address, and the other half to the next. */
  private static final List<Way> WAYS =
      List.of(
          (page, evil, url) -> form(page, evil, url, "text/plain"),
          (page, evil, url) -> form(page, evil, url, "application/x-www-form-urlencoded"),
          (page, evil, url) -> {
            evil.page(
                "<form method=post action='%s'><input name=query value='DROP TABLE telemetry'></form>"
                    .formatted(evil.redirectWithBody(url)));
            lead(page, evil.origin(), "() => document.forms[0].submit()");
          },
          (page, evil, url) -> {
            evil.page("<a href='%s'>x</a>".formatted(evil.redirect(url)));
            lead(page, evil.origin(), "() => document.querySelector('a').click()");
          },
          (page, evil, url) -> {
            evil.page("");
            lead(page, evil.origin(), "() => { location = '%s' }".formatted(url));
          },
          ForeignPageTest::open);

  private static void form(Page page, ForeignSite evil, String url, String enctype) {
    evil.page(
        "<form method=post enctype='%s' action='%s'><input name='{\"all\":true,\"topic\":\"' value='\"}'></form>"
            .formatted(enctype, url));
    lead(page, evil.origin(), "() => document.forms[0].submit()");
  }

  /** Opens the address in a window of its own, and asks what stands there. */
  private static void open(Page page, ForeignSite evil, String url) {
    evil.page("");
    page.navigate(evil.origin());
    Object seen =
        page.evaluate(
            "async (url) => { const opened = window.open(url); await new Promise((r) =>"
                + " setTimeout(r, 300)); try { return opened.document.body.innerText; } catch {"
                + " return ''; } }",
            url);
    assertThat(String.valueOf(seen)).as(url).doesNotContain(SECRET);
    page.context().pages().stream().filter(each -> each != page).forEach(Page::close);
  }

  /** Goes to the page of the other site, which then leads the browser elsewhere. */
  private static void lead(Page page, String origin, String script) {
    page.navigate(origin);
    page.evaluate(script);
    page.waitForURL(url -> url.startsWith("http://127.0.0.1:"));
  }

  /** The site's own name leads to this machine, so its page asks as if it were ours. */
  @ParameterizedTest
  @FieldSource("TOKENS")
  void aNameOfAnotherSiteThatLeadsHereReadsAndChangesNothing(boolean token) throws Exception {
    Target target = target(token);
    String before = target.state();
    // As if its page had come from another server before the name led here: without our policy.
    Browser.NewContextOptions options = new Browser.NewContextOptions().setBypassCSP(true);
    try (BrowserContext context = chromium.browser().newContext(options)) {
      for (int port : List.of(target.port(), target.storePort())) {
        String own = "http://" + Chromium.FOREIGN_NAME + ":" + port;
        List<String> urls = new ArrayList<>();
        for (String url : target.addresses()) {
          if (url.contains(":" + port + "/")) {
            urls.add(url.replace("127.0.0.1", Chromium.FOREIGN_NAME));
          }
        }
        Page page = context.newPage();
        if (token && port == target.storePort()) {
          assertThat(Chromium.isAskedForLogin(page, own + "/"))
              .as("the browser asks for a login, which it knows for another name")
              .isTrue();
          continue;
        }
        page.navigate(own + "/");
        Object read =
            page.evaluate(
                """
                async ([urls, body]) => {
                  const read = [];
                  for (const url of urls) {
                    for (const method of ["GET", "POST"]) {
                      const answer = await fetch(url, { method, body: method === "GET" ? undefined : body });
                      const text = answer.ok && url.endsWith("/stream") ? "a stream" : await answer.text();
                      if (answer.ok || text.includes("%s")) read.push(`${method} ${url} ${text}`);
                    }
                  }
                  return read;
                }
                """
                    .formatted(SECRET),
                List.of(urls, BODY));
        assertThat((List<?>) read)
            .as("answers that were not refused")
            .allMatch(each -> each.equals("GET " + own + "/health/ready {\"ready\":true}"));
      }
    }
    assertThat(target.state()).isEqualTo(before);
  }

  /** The console, which the store brings, shows it in {@code make soak}. */
  private static final List<String> SHOWN = Soak.ON ? List.of("page", "console") : List.of("page");

  @ParameterizedTest
  @FieldSource("SHOWN")
  void aNameThatIsAScriptRunsNowhere(String where) {
    try (BrowserContext context = chromium.browser().newContext()) {
      Page page = context.newPage();
      if (where.equals("page")) {
        page.navigate(open.url("/"));
        page.locator(".machine").first().waitFor();
        page.navigate(open.url("/#/machine/" + SECRET));
        page.getByText(Pattern.compile("41\\.2")).first().waitFor();
      } else {
        page.navigate(
            "http://127.0.0.1:"
                + open.storePort()
                + "/index.html?query="
                + URLEncoder.encode("SELECT * FROM telemetry", UTF_8).replace("+", "%20")
                + "&executeQuery=true");
        page.getByText("41.25").first().waitFor();
      }
      assertThat(page.evaluate("window.broken")).isNull();
    }
  }
}
