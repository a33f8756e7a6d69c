package io.weir.gateway;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.Cookie;
import io.weir.gateway.http.Role;
import io.weir.gateway.peers.Axe;
import io.weir.gateway.peers.Chromium;
import io.weir.gateway.peers.OidcProvider;
import io.weir.gateway.people.User;
import io.weir.peers.Ports;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who logs in at the live page, and what it lets whom do. */
@Tag("server")
class PeoplePageTest {

  /** How somebody is told, in each language, that the provider knows no role. */
  private static final Map<String, String> NO_ROLE =
      Map.of("en-GB", "has no role here", "de-DE", "hat hier keine Rolle", "zh-CN", "没有角色");

  @TempDir Path home;

  private static Chromium chromium;

  private final int providerPort = Ports.free();
  private StartedPeople people;
  private Page page;

  @BeforeAll
  static void openBrowser() {
    chromium = Chromium.ofProcess();
  }

  @AfterAll
  static void closeBrowser() {
    chromium.close();
  }

  @BeforeEach
  void start() throws Exception {
    people =
        new StartedPeople(
            home,
            """
              public-url: http://127.0.0.1:PORT
              oidc:
                issuer: http://localhost:%d
                client-id: weir
                client-secret: "s e:cret"
                roles: { shift-leaders: operator, staff: viewer }
            """
                .formatted(providerPort));
    long now = System.currentTimeMillis();
    String line = "telemetry,site=s,area=a,line=l,machine=m state=\"DOWN\" ";
    String lines = line + (now - 600_000) + "\n" + line + now;
    String[] ingest = {"authorization", "Bearer " + people.tokens.get(Role.INGEST)};
    people.ask("POST", "/write?precision=ms", lines, ingest);
    page = open(1366, 768, ColorScheme.DARK, "en-GB");
  }

  @AfterEach
  void stop() {
    chromium.browser().contexts().forEach(BrowserContext::close);
    people.close();
  }

  private Page open(int width, int height, ColorScheme scheme, String locale) {
    BrowserContext context =
        chromium
            .browser()
            .newContext(
                new Browser.NewContextOptions()
                    .setViewportSize(width, height)
                    .setColorScheme(scheme)
                    .setLocale(locale));
    return context.newPage();
  }

  private void visit(Page shown, String view) {
    shown.navigate("about:blank");
    shown.navigate("http://127.0.0.1:" + people.port + "/#" + view);
  }

  private static void login(Page shown, String name, String password) {
    shown.locator("#users input").first().fill(name);
    shown.locator("#users input[type=password]").fill(password);
    shown.locator("#users form button").click();
  }

  private static void picture(Page shown, String name) {
    Chromium.picture(shown, "people-" + name);
  }

  private void isWhatAxeAsksFor(Page shown, String what) {
    Assertions.assertThat(Axe.violations(shown)).as(what).isEmpty();
  }

  @Test
  void somebodyLogsInComesBackToWhereHeWasAndLogsOut() {
    visit(page, "/quality");
    assertThat(page.getByRole(com.microsoft.playwright.options.AriaRole.HEADING).first())
        .hasText("Log in");
    assertThat(page.locator("nav")).isHidden();
    isWhatAxeAsksFor(page, "the login");
    picture(page, "login");
    login(page, "operator", "a wrong password");
    assertThat(page.locator("#users [role=alert]").first()).hasText("Name or password is wrong.");
    login(page, "operator", StartedPeople.PASSWORD);
    assertThat(page.locator("h1")).hasText("Data quality");
    assertThat(page.locator("#who")).hasText("operator, operator");
    Assertions.assertThat(page.evaluate(WITHOUT_CSRF)).as("by the cookie alone").isEqualTo(403);
    page.locator("#logout").click();
    assertThat(page.locator("#users input").first()).isVisible();
    guessUntilItIsTooMuch();
  }

  /** What a page of another site could send, if its browser sent the cookie. */
  private static final String WITHOUT_CSRF =
      "fetch('/api/v1/session/look', { method: 'POST', body: '{}' }).then(({ status }) => status)";

  private void guessUntilItIsTooMuch() {
    Locator said = page.locator("#users [role=alert]").first();
    for (int tries = 0; tries < 60 && !said.textContent().startsWith("Too many"); tries++) {
      login(page, "viewer", "a guess");
      assertThat(page.locator("#users form button").first()).isEnabled();
    }
    assertThat(said)
        .hasText(Pattern.compile("Too many tries\\. Wait \\d+.s before you try again\\."));
    login(page, "viewer", StartedPeople.PASSWORD);
    assertThat(said).containsText("Too many tries");
  }

  @Tag("soak")
  @Test
  void theLoginFitsAPhoneInEachLanguageAndTheme() {
    for (String locale : List.of("en-GB", "de-DE", "zh-CN")) {
      Page phone = open(390, 844, ColorScheme.DARK, locale);
      phone.navigate("http://127.0.0.1:" + people.port + "/?login=no-role");
      assertThat(phone.locator("#users input").first()).isVisible();
      assertThat(phone.locator("#users [role=alert]").first()).containsText(NO_ROLE.get(locale));
      for (ColorScheme scheme : List.of(ColorScheme.DARK, ColorScheme.LIGHT)) {
        phone.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
        String name = "login-" + locale + "-" + scheme.name().toLowerCase();
        isWhatAxeAsksFor(phone, name);
        Assertions.assertThat(
                (Boolean)
                    phone.evaluate(
                        "document.documentElement.scrollWidth <= document.documentElement.clientWidth"))
            .as(name)
            .isTrue();
        picture(phone, name);
      }
      phone.context().close();
    }
  }

  @Test
  @Tag("soak")
  void somebodyLogsInByAProviderAtAnotherSiteAndOutAgainThereToo() throws Exception {
    String here = "http://127.0.0.1:" + people.port;
    try (OidcProvider provider =
        new OidcProvider(
            home.resolve("provider"), providerPort, here + "/api/v1/session/oidc/callback")) {
      provider.start();
      page.route("https://**", Route::abort); // letters that its pages would fetch
      visit(page, "/quality");
      goToProvider("anna");
      assertThat(page.locator("h1")).hasText("Data quality");
      assertThat(page.locator("#who")).hasText("anna, operator");
      page.reload();
      assertThat(page.locator("#who")).hasText("anna, operator");

      // The session here ends: the provider is asked again, and asks nobody anything.
      Cookie before = sessionCookie();
      page.context().clearCookies(new BrowserContext.ClearCookiesOptions().setName(before.name));
      page.reload();
      assertThat(page.locator("#who")).hasText("anna, operator");
      assertThat(page.locator("h1")).hasText("Data quality");
      Assertions.assertThat(sessionCookie().value).isNotEqualTo(before.value);
      page.locator("#logout").click();
      page.locator("button[name=logout]").first().click();
      assertThat(page.locator("#users input").first()).isVisible();

      goToProvider("bert");
      assertThat(page.locator("#users [role=alert]").first()).containsText("has no role here");
      Assertions.assertThat(page.url()).doesNotContain("login=");
    }
    String[] token = {"authorization", "Bearer " + people.tokens.get(Role.ADMIN)};
    Assertions.assertThat(people.get("/api/v1/audit", token).body())
        .contains("\"who\":\"anna\"", "login by the provider");
  }

  private Cookie sessionCookie() {
    return page.context().cookies("http://127.0.0.1:" + people.port).stream()
        .filter(each -> each.name.equals("weir-" + people.port))
        .findFirst()
        .orElseThrow();
  }

  /** To the pages of the provider, which asks who it is and whether Weir may know. */
  private void goToProvider(String name) {
    page.getByText("Log in with the plant's account").click();
    page.locator("input[name=login]").fill(name);
    page.locator("input[name=password]").fill("any");
    page.locator("button[type=submit]").click();
    page.getByText("Continue").click();
  }

  @Test
  void aViewerSeesWhyNothingCanBeSaidAndAnOperatorSaysItUnderTheNameOfTheLogin() throws Exception {
    visit(page, "/machine/s/a/l/m");
    login(page, "viewer", StartedPeople.PASSWORD);
    assertThat(page.locator(".acts button").first()).isDisabled();
    assertThat(page.locator(".acts")).containsText("Your role may not do this: viewer.");
    isWhatAxeAsksFor(page, "a machine, for a viewer");
    picture(page, "viewer");
    page.locator("#logout").click();
    login(page, "operator", StartedPeople.PASSWORD);
    assertThat(page.locator(".acts button").first()).isEnabled();
    page.locator(".acts button").last().click();
    assertThat(page.locator("dialog .who")).containsText("operator (logged in)");
    page.locator("dialog textarea").fill("oil on the floor");
    page.locator("dialog form button").last().click();
    assertThat(page.locator("#said")).containsText("oil on the floor");
    assertThat(page.locator("#said")).containsText("Saved");
    String[] token = {"authorization", "Bearer " + people.tokens.get(Role.VIEWER)};
    Assertions.assertThat(people.get("/api/v1/corrections", token).body())
        .contains("\"who\":\"operator\",\"verified\":true");
  }

  @Tag("soak")
  @Test
  void languageAndZoneOfAUserHoldOnEveryScreenAndNameTheZone() throws Exception {
    visit(page, "/");
    login(page, "operator", StartedPeople.PASSWORD);
    assertThat(page.locator("#who")).hasText("operator, operator"); // the page has come again
    assertThat(page.locator("#zone")).hasText("UTC"); // that of the plant
    page.locator("#zone").click();
    isWhatAxeAsksFor(page, "the choice of a zone");
    page.locator("dialog select").selectOption("Asia/Tokyo");
    page.locator("dialog form button").click();
    assertThat(page.locator("#zone")).hasText("Tokyo");
    page.locator("#languages button").nth(1).click();
    assertThat(page.locator("nav a").nth(1)).hasText("Stillstände");

    Page other = open(390, 844, ColorScheme.LIGHT, "en-GB");
    visit(other, "/");
    login(other, "operator", StartedPeople.PASSWORD);
    assertThat(other.locator("nav a").nth(1)).hasText("Stillstände");
    assertThat(other.locator("#zone")).hasText("Tokyo");
    String name = other.locator("#zone").getAttribute("aria-label");
    Assertions.assertThat(name).isEqualTo("Zeiten sind die von Asia/Tokyo");
    assertThat(page.locator("#zone")).hasText("Tokyo");
    assertThat(page.locator("#clock")).not().isEmpty();
    int shown = Integer.parseInt(page.locator("#clock").textContent().split(":")[0]);
    int tokyo = ZonedDateTime.now(ZoneId.of("Asia/Tokyo")).getHour();
    Assertions.assertThat(Math.floorMod(tokyo - shown, 24)).isLessThanOrEqualTo(1);
    picture(page, "zone");
  }

  @Test
  void whoGetsAnotherRoleHasItAndWhoIsRemovedIsLedToTheLogin() throws Exception {
    visit(page, "/");
    login(page, "viewer", StartedPeople.PASSWORD);
    assertThat(page.locator("#who")).hasText("viewer, viewer");
    visit(page, "/machine/s/a/l/m");
    assertThat(page.locator(".acts button").first()).isDisabled();
    User before = people.users().user("viewer");
    User promoted = new User("viewer", Role.OPERATOR, before.hash());
    people.change(people.users().with(promoted));
    assertThat(page.locator("#who")).hasText("viewer, operator");
    assertThat(page.locator(".acts button").first()).isEnabled();
    people.change(people.users().without("viewer"));
    assertThat(page.locator("#users input").first()).isVisible();
    assertThat(page.locator("#main")).isHidden();
  }

  @Test
  @Tag("soak")
  void aScreenIsPairedByAnAdminAndEndedAgain() throws Exception {
    Page wall = open(1920, 1080, ColorScheme.DARK, "en-GB");
    visit(wall, "/");
    wall.locator(".pairing button").click();
    assertThat(wall.locator(".pairing b")).not().isEmpty();
    picture(wall, "pairing");
    String code = wall.locator(".pairing b").textContent();

    visit(page, "/gateway");
    login(page, "admin", StartedPeople.PASSWORD);
    page.getByLabel("Code that the screen shows").fill(code);
    page.getByLabel("Name of the screen").fill("Hall 2");
    page.getByText("Pair", new Page.GetByTextOptions().setExact(true)).click();
    assertThat(wall.locator("#who")).hasText("Hall 2, viewer");
    assertThat(wall.locator("#logout")).isHidden();
    staysPairedAfterARestartOfBothSides(wall.context().storageState());
    visit(page, "/gateway");
    assertThat(page.getByText("Hall 2, since")).isVisible();
    assertThat(page.getByText("POST /api/v1/walls")).isVisible();
    isWhatAxeAsksFor(page, "walls and the audit");
    picture(page, "admin");
    page.getByText("End", new Page.GetByTextOptions().setExact(true)).click();
    assertThat(wall.locator("#users input").first()).isVisible();
  }

  /**
   * @param kept what the browser of the wall has on its disk
   */
  private void staysPairedAfterARestartOfBothSides(String kept) throws Exception {
    Assertions.assertThat(kept).contains("\"httpOnly\":true").doesNotContain("\"expires\":-1");
    people.restart();
    try (Chromium other = new Chromium();
        BrowserContext context =
            other
                .browser()
                .newContext(
                    new Browser.NewContextOptions()
                        .setViewportSize(1920, 1080)
                        .setLocale("en-GB")
                        .setStorageState(kept))) {
      Page again = context.newPage();
      again.navigate("http://127.0.0.1:" + people.port + "/#/wall");
      assertThat(again.locator("h1")).hasText("Plant");
      assertThat(again.locator("#users input").first()).isHidden();
      again.navigate("http://127.0.0.1:" + people.port + "/#/");
      assertThat(again.locator("#who")).hasText("Hall 2, viewer");
    }
  }
}
