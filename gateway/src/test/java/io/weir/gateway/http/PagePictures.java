package io.weir.gateway.http;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import io.weir.gateway.peers.Chromium;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;

/**
 * Makes the pictures of the live page in {@code docs/images} from a gateway that runs, such as that
 * of {@code make run} after some minutes, and prints what widens a view.
 *
 * <p>Arguments: the address of the gateway, the folder for the pictures.
 */
public final class PagePictures {

  private static final String LINE = "plant-a/press-shop/line-1";
  private static final String MACHINE = "#/machine/" + LINE + "/press-01";

  /**
   * A picture.
   *
   * @param awaits stands in the view once its data is there
   */
  private record Shot(String name, String view, String awaits, ColorScheme theme, String language) {

    boolean isPhone() {
      return name.contains("phone");
    }

    boolean isWall() {
      return name.contains("wall");
    }
  }

  private static final List<Shot> SHOTS =
      List.of(
          new Shot("", "#/", ".pareto li", ColorScheme.DARK, "en-GB"),
          new Shot("-light", "#/", ".pareto li", ColorScheme.LIGHT, "de-DE"),
          new Shot("-line", "#/line/" + LINE, "tbody tr .badge", ColorScheme.LIGHT, "zh-CN"),
          new Shot("-machine", MACHINE, ".charts canvas", ColorScheme.DARK, "en-GB"),
          new Shot("-stops", "#/stops", "button.cause-row", ColorScheme.DARK, "de-DE"),
          new Shot(
              "-trend",
              "#/trend?days=7&bucket=shift",
              ".trend tbody tr",
              ColorScheme.LIGHT,
              "en-GB"),
          new Shot("-quality", "#/quality", "#view .panel", ColorScheme.DARK, "zh-CN"),
          new Shot("-gateway", "#/gateway", ".ledger .sum", ColorScheme.LIGHT, "en-GB"),
          new Shot("-report", "#/report", ".sheet tbody tr", ColorScheme.LIGHT, "en-GB"),
          new Shot("-wall", "#/wall?seconds=3600", ".wall-lines li", ColorScheme.DARK, "en-GB"),
          new Shot(
              "-wall-line", "#/wall?seconds=3600&at=2", ".wall-tile", ColorScheme.LIGHT, "zh-CN"),
          new Shot("-phone", "#/", ".machine", ColorScheme.DARK, "en-GB"));

  private PagePictures() {}

  public static void main(String[] args) throws Exception {
    Path folder = Files.createDirectories(Path.of(args[1]));
    try (Chromium chromium = new Chromium()) {
      for (Shot shot : SHOTS) {
        try (BrowserContext context = chromium.browser().newContext(options(shot))) {
          Files.write(
              folder.resolve("live-page" + shot.name() + ".png"),
              take(context.newPage(), args[0], shot));
        }
      }
    }
    for (Shot shot : SHOTS) {
      shrink(folder.resolve("live-page" + shot.name() + ".png"));
    }
  }

  private static Browser.NewContextOptions options(Shot shot) {
    return new Browser.NewContextOptions()
        .setViewportSize(
            shot.isPhone() ? 390 : shot.isWall() ? 1280 : 1366,
            shot.isPhone() ? 844 : shot.isWall() ? 720 : 768)
        .setColorScheme(shot.theme())
        .setLocale(shot.language());
  }

  private static byte[] take(Page page, String address, Shot shot) {
    page.navigate(address + "/" + shot.view());
    page.locator(shot.awaits()).first().waitFor();
    page.waitForTimeout(1500); // the strips and the second snapshot
    int wide =
        (Integer)
            page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth");
    if (wide > 0) {
      System.out.println("live-page" + shot.name() + " is too wide by " + wide);
    }
    return page.screenshot();
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
