package io.weir.gateway.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.playwright.APIRequestContext;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.RequestOptions;
import com.microsoft.playwright.options.WaitForSelectorState;
import io.weir.gateway.peers.Chromium;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.imageio.ImageIO;
import org.awaitility.Awaitility;

/**
 * Makes the pictures of the live page in {@code docs/images} from a gateway that runs, as {@code
 * scripts/page-pictures} starts it, and prints what widens a view: single ones, and for each view a
 * sheet with both themes in every language.
 *
 * <p>Arguments: the address of the gateway, the folder for the pictures, its token, the password of
 * its users anna and bert; and names of sheets, where only these are wanted. Those of the sheets
 * are in {@code target/page} too, as large as they are.
 */
public final class PagePictures {

  private static final String LINE = "plant-a/press-shop/line-1";
  private static final String MACHINE = "#/machine/" + LINE + "/press-01";
  private static final String REPORT = ".sheet tbody tr";
  private static final Duration LONGEST_PLAY = Duration.ofMinutes(40);
  private static final List<String> LANGUAGES = List.of("en-GB", "zh-CN", "de-DE");

  /** A screen. */
  private enum Screen {
    DESK(1366, 768),
    PHONE(390, 844),
    WALL(1280, 720);

    final int width;
    final int height;

    Screen(int width, int height) {
      this.width = width;
      this.height = height;
    }
  }

  /**
   * A picture.
   *
   * @param awaits stands in the view once its data is there
   */
  private record Shot(
      String name, String view, String awaits, Screen screen, ColorScheme theme, String language) {}

  /**
   * A view, of which there is a sheet.
   *
   * @param awaits stands in the view once its data is there
   * @param taps what is tapped then, in this order
   * @param begins what the picture begins with; "" for the begin of the view
   */
  private record Sheet(
      String name,
      String view,
      Screen screen,
      String awaits,
      List<String> taps,
      String begins,
      boolean loggedIn) {

    static Sheet of(String name, String view, Screen screen, String awaits, String... taps) {
      return new Sheet(name, view, screen, awaits, List.of(taps), "", true);
    }

    Sheet from(String selector) {
      return new Sheet(name, view, screen, awaits, taps, selector, loggedIn);
    }

    Sheet withoutLogin() {
      return new Sheet(name, view, screen, awaits, taps, begins, false);
    }
  }

  private static final List<Shot> SHOTS =
      List.of(
          desk("", "#/", ".pareto li", ColorScheme.DARK, "en-GB"),
          desk("-light", "#/", ".pareto li", ColorScheme.LIGHT, "de-DE"),
          desk("-line", "#/line/" + LINE, "tbody tr .badge", ColorScheme.LIGHT, "zh-CN"),
          desk("-machine", MACHINE, ".charts canvas", ColorScheme.DARK, "en-GB"),
          desk("-stops", "#/stops", "button.cause-row", ColorScheme.DARK, "de-DE"),
          desk(
              "-trend",
              "#/trend?days=7&bucket=shift",
              ".trend tbody tr",
              ColorScheme.LIGHT,
              "en-GB"),
          desk("-quality", "#/quality", "#view .panel", ColorScheme.DARK, "zh-CN"),
          desk("-gateway", "#/gateway", ".ledger .sum", ColorScheme.LIGHT, "en-GB"),
          desk("-report", "#/report", REPORT, ColorScheme.LIGHT, "en-GB"),
          new Shot(
              "-wall", wall("plant"), ".wall-lines li", Screen.WALL, ColorScheme.DARK, "en-GB"),
          new Shot(
              "-wall-line",
              wall("line/" + LINE),
              ".wall-tile",
              Screen.WALL,
              ColorScheme.LIGHT,
              "zh-CN"),
          new Shot("-phone", "#/", ".machine", Screen.PHONE, ColorScheme.DARK, "en-GB"));

  private static final List<Sheet> SHEETS =
      List.of(
          Sheet.of("login", "#/", Screen.DESK, "#users input").withoutLogin(),
          Sheet.of("plant", "#/", Screen.DESK, ".pareto li"),
          Sheet.of("line", "#/line/" + LINE, Screen.DESK, "tbody tr .badge"),
          Sheet.of("machine", MACHINE, Screen.DESK, ".charts canvas"),
          Sheet.of("stops", "#/stops", Screen.DESK, "button.cause-row"),
          Sheet.of("trend", "#/trend?days=7&bucket=shift", Screen.DESK, ".trend tbody tr"),
          Sheet.of("report", "#/report", Screen.DESK, REPORT),
          Sheet.of("quality", "#/quality", Screen.DESK, "#view .panel"),
          Sheet.of("gateway", "#/gateway", Screen.DESK, ".ledger .sum"),
          Sheet.of("notifications", "#/gateway", Screen.DESK, "main .known button")
              .from("main section:has(.known)"),
          Sheet.of("people", "#/gateway", Screen.DESK, "section:has(form.form) + section tbody tr")
              .from("section:has(form.form)"),
          Sheet.of(
                  "configure",
                  "#/configure",
                  Screen.DESK,
                  ".config-parts details",
                  ".config-parts details:nth-of-type(5) summary",
                  ".config-parts details:nth-of-type(3) summary")
              .from(".config-parts"),
          Sheet.of(
                  "discover",
                  "#/configure",
                  Screen.DESK,
                  ".config > details",
                  ".config > details > summary")
              .from(".config > details"),
          Sheet.of("wall-plant", wall("plant"), Screen.WALL, ".wall-lines li"),
          Sheet.of("wall-line", wall("line/" + LINE), Screen.WALL, ".wall-tile"),
          Sheet.of("wall-stops", wall("stops"), Screen.WALL, ".wall-causes li"),
          Sheet.of("plant-phone", "#/", Screen.PHONE, ".pareto li"),
          Sheet.of("stops-phone", "#/stops?range=24&state=down", Screen.PHONE, ".stop-reason"),
          Sheet.of(
              "reasons-phone",
              "#/stops?range=24&state=down",
              Screen.PHONE,
              ".stop-reason.asks",
              ".stop-reason.asks",
              "dialog .category"),
          Sheet.of("orders-phone", MACHINE, Screen.PHONE, ".orders li").from(".orders"),
          Sheet.of("machine-phone", MACHINE, Screen.PHONE, ".charts canvas"));

  private final String address;
  private final Path folder;
  private final String token;
  private final String password;
  private final List<String> only;
  private final Browser browser;
  private String login = "";

  private PagePictures(List<String> arguments, Browser browser) {
    address = arguments.get(0);
    folder = Path.of(arguments.get(1));
    token = arguments.get(2);
    password = arguments.get(3);
    only = arguments.subList(4, arguments.size());
    this.browser = browser;
  }

  private static String wall(String face) {
    return "#/wall?held=yes&show=" + face;
  }

  private static Shot desk(
      String name, String view, String awaits, ColorScheme theme, String language) {
    return new Shot(name, view, awaits, Screen.DESK, theme, language);
  }

  public static void main(String[] args) throws Exception {
    try (Chromium chromium = new Chromium()) {
      PagePictures pictures = new PagePictures(List.of(args), chromium.browser());
      pictures.awaitPlayed();
      pictures.work();
      if (args.length == 4) {
        pictures.takeShots();
      }
      pictures.takeSheets();
    }
  }

  // ---- A factory to look at

  /** Until the past has been played: then what a machine sent last is new. */
  private void awaitPlayed() throws Exception {
    ObjectMapper json = new ObjectMapper();
    APIRequestContext api = browser.newContext().request();
    RequestOptions asAdmin = RequestOptions.create().setHeader("Authorization", "Bearer " + token);
    Awaitility.await()
        .atMost(LONGEST_PLAY)
        .pollInterval(Duration.ofSeconds(5))
        .ignoreExceptions()
        .until(
            () -> {
              String text = api.get(address + "/api/v1/efficiency", asAdmin).text();
              JsonNode figures = json.readTree(text);
              Instant told = Instant.parse(figures.at("/machines/0/seen").asText());
              return told.isAfter(Instant.now().minusSeconds(30));
            });
  }

  /** A user gives two reasons, starts an order, and listens for what is new at the broker. */
  private void work() throws Exception {
    try (BrowserContext context =
        browser.newContext(options(Screen.PHONE, ColorScheme.DARK, "en-GB"))) {
      context
          .request()
          .post(
              address + "/api/v1/session",
              RequestOptions.create().setData(Map.of("name", "anna", "password", password)));
      login = context.storageState();
      Page page = context.newPage();
      open(page, "#/stops?range=24&state=down", ".stop-reason.asks");
      for (int i = 0; i < 2; i++) {
        page.locator(".stop-reason.asks").nth(1).click();
        page.locator("dialog .category").nth(i).click();
        page.locator("dialog .reason-button:not(.category):visible").first().click();
        page.locator("dialog").waitFor(detached());
      }
      open(page, MACHINE, ".orders li");
      page.locator(".orders li button").first().click();
      page.locator("dialog .reason-button").first().click();
      page.locator("dialog").waitFor(detached());
      open(page, "#/configure", ".config > details");
      page.locator(".config > details > summary").click();
      page.locator(".config > details .config-row button").click();
      page.locator(".config > details pre").first().waitFor();
    }
  }

  private static Locator.WaitForOptions detached() {
    return new Locator.WaitForOptions().setState(WaitForSelectorState.DETACHED);
  }

  // ---- Pictures

  private void takeShots() throws Exception {
    Files.createDirectories(folder);
    for (Shot shot : SHOTS) {
      try (BrowserContext context = open(shot.screen(), shot.theme(), shot.language(), true)) {
        Page page = context.newPage();
        open(page, shot.view(), shot.awaits());
        write("live-page" + shot.name(), page);
      }
    }
    try (BrowserContext context = open(Screen.PHONE, ColorScheme.DARK, "en-GB", true)) {
      Page page = context.newPage();
      open(page, "#/stops?range=24&state=down", ".stop-reason.asks");
      page.locator(".stop-reason.asks").first().click();
      page.locator("dialog .category").first().click();
      write("live-page-reasons", page);
    }
  }

  private void write(String name, Page page) throws IOException {
    sayIfTooWide(name, page);
    Path file = folder.resolve(name + ".png");
    Files.write(file, page.screenshot());
    shrink(file);
  }

  private void takeSheets() throws Exception {
    Files.createDirectories(folder.resolve("views"));
    for (Sheet sheet : SHEETS) {
      if (!only.isEmpty() && !only.contains(sheet.name())) {
        continue;
      }
      List<byte[]> pictures = new ArrayList<>();
      for (ColorScheme theme : List.of(ColorScheme.DARK, ColorScheme.LIGHT)) {
        for (String language : LANGUAGES) {
          pictures.add(take(sheet, theme, language));
        }
      }
      Files.write(
          folder.resolve("views/" + sheet.name() + ".webp"), joined(pictures, sheet.screen()));
    }
  }

  private byte[] take(Sheet sheet, ColorScheme theme, String language) throws Exception {
    try (BrowserContext context = open(sheet.screen(), theme, language, sheet.loggedIn())) {
      Page page = context.newPage();
      open(page, sheet.view(), sheet.awaits());
      for (String tap : sheet.taps()) {
        page.locator(tap).first().click();
      }
      if (!sheet.begins().isEmpty()) {
        page.locator(sheet.begins())
            .first()
            .evaluate("node => scrollTo(0, node.getBoundingClientRect().top + scrollY - 12)");
      }
      page.waitForTimeout(300);
      String name = sheet.name() + "-" + theme.name().toLowerCase(Locale.ROOT) + "-" + language;
      sayIfTooWide(name, page);
      Path file = Files.createDirectories(Path.of("target", "page")).resolve(name + ".png");
      return page.screenshot(new Page.ScreenshotOptions().setPath(file));
    }
  }

  private BrowserContext open(Screen screen, ColorScheme theme, String language, boolean loggedIn) {
    Browser.NewContextOptions options = options(screen, theme, language);
    return browser.newContext(loggedIn ? options.setStorageState(login) : options);
  }

  private static Browser.NewContextOptions options(
      Screen screen, ColorScheme theme, String language) {
    return new Browser.NewContextOptions()
        .setViewportSize(screen.width, screen.height)
        .setHasTouch(screen == Screen.PHONE)
        .setColorScheme(theme)
        .setLocale(language);
  }

  private void open(Page page, String view, String awaits) {
    page.setDefaultTimeout(60_000);
    page.navigate(address + "/" + view);
    page.locator(awaits).first().waitFor();
    page.waitForTimeout(1500); // the strips and the second snapshot
  }

  private static void sayIfTooWide(String name, Page page) {
    int wide =
        (Integer)
            page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth");
    if (wide > 0) {
      System.out.println(name + " is too wide by " + wide);
    }
  }

  // ---- Sheets

  /** A row for each theme, a column for each language, each half as large; drawn by the browser. */
  private byte[] joined(List<byte[]> pictures, Screen screen) {
    try (BrowserContext context = browser.newContext()) {
      List<String> coded = pictures.stream().map(Base64.getEncoder()::encodeToString).toList();
      double scale = screen == Screen.PHONE ? 0.8 : 0.5;
      String picture =
          (String)
              context
                  .newPage()
                  .evaluate(
                      """
                      async ({ coded, columns, width, height }) => {
                        const gap = 8, rows = coded.length / columns;
                        const canvas = document.createElement("canvas");
                        canvas.width = columns * (width + gap) - gap;
                        canvas.height = rows * (height + gap) - gap;
                        const context = canvas.getContext("2d");
                        context.imageSmoothingQuality = "high";
                        for (const [i, text] of coded.entries()) {
                          const image = new Image();
                          image.src = `data:image/png;base64,${text}`;
                          await image.decode();
                          context.drawImage(image, (i % columns) * (width + gap),
                            Math.floor(i / columns) * (height + gap), width, height);
                        }
                        return canvas.toDataURL("image/webp", 0.7).split(",")[1];
                      }
                      """,
                      Map.of(
                          "coded",
                          coded,
                          "columns",
                          LANGUAGES.size(),
                          "width",
                          (int) (screen.width * scale),
                          "height",
                          (int) (screen.height * scale)));
      return Base64.getDecoder().decode(picture);
    }
  }

  // ---- Smaller files

  /** Writes it again with the 256 colours that it has most of. */
  private static void shrink(Path file) throws IOException {
    BufferedImage from = ImageIO.read(new ByteArrayInputStream(Files.readAllBytes(file)));
    int[] palette = palette(from);
    byte[][] parts = new byte[3][palette.length];
    for (int i = 0; i < palette.length; i++) {
      for (int part = 0; part < 3; part++) {
        parts[part][i] = (byte) (palette[i] >> (16 - 8 * part));
      }
    }
    BufferedImage to =
        new BufferedImage(
            from.getWidth(),
            from.getHeight(),
            BufferedImage.TYPE_BYTE_INDEXED,
            new IndexColorModel(8, palette.length, parts[0], parts[1], parts[2]));
    Map<Integer, Integer> nearest = new HashMap<>();
    for (int y = 0; y < from.getHeight(); y++) {
      for (int x = 0; x < from.getWidth(); x++) {
        int index = nearest.computeIfAbsent(from.getRGB(x, y), rgb -> nearest(palette, rgb));
        to.getRaster().setSample(x, y, 0, index);
      }
    }
    ImageIO.write(to, "png", file.toFile());
  }

  /** Of colours that look alike the one that is there most. */
  private static int[] palette(BufferedImage of) {
    Map<Integer, Integer> counts = new HashMap<>();
    for (int y = 0; y < of.getHeight(); y++) {
      for (int x = 0; x < of.getWidth(); x++) {
        counts.merge(of.getRGB(x, y), 1, Integer::sum);
      }
    }
    Map<Integer, Integer> alike = new HashMap<>();
    counts.entrySet().stream()
        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
        .forEach(each -> alike.putIfAbsent(each.getKey() & 0xf8f8f8, each.getKey()));
    return alike.values().stream()
        .sorted(Comparator.comparing(counts::get, Comparator.reverseOrder()))
        .limit(256)
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private static int nearest(int[] palette, int rgb) {
    int best = 0;
    int least = Integer.MAX_VALUE;
    for (int i = 0; i < palette.length; i++) {
      int distance = 0;
      for (int shift = 0; shift <= 16; shift += 8) {
        int apart = ((palette[i] >> shift) & 0xff) - ((rgb >> shift) & 0xff);
        distance += apart * apart;
      }
      if (distance < least) {
        least = distance;
        best = i;
      }
    }
    return best;
  }
}
