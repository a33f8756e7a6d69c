package io.weir.gateway.grafana;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.LoadState;
import io.weir.gateway.peers.Chromium;
import io.weir.peers.Peer;
import io.weir.peers.Ports;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Starts a real Grafana with our provisioning, opens every dashboard at the size of a desk and of a
 * wall, saves the pictures, and prints the errors of each panel. Data sources come from the
 * variables {@code WEIR_*} of the environment, as those of any Grafana.
 *
 * <p>Arguments: the folder of Grafana (with {@code bin/grafana}), the folder for the pictures, a
 * range such as {@code now-24h} (each dashboard's own).
 */
public final class GrafanaPictures {

  /** Name, width, height. */
  private record Size(String name, int width, int height) {}

  private static final List<Size> SIZES =
      List.of(new Size("desk", 1600, 900), new Size("wall", 3840, 2160));

  private static final double PATIENCE_MS = 60_000;

  private GrafanaPictures() {}

  public static void main(String[] args) throws Exception {
    Path pictures = Files.createDirectories(Path.of(args[1]));
    int failed = 0;
    try (Grafana grafana =
            new Grafana(Path.of(args[0]), Files.createTempDirectory("weir-grafana"));
        Chromium chromium = new Chromium()) {
      grafana.start();
      for (Size size : SIZES) {
        try (BrowserContext context =
            chromium
                .browser()
                .newContext(
                    new Browser.NewContextOptions().setViewportSize(size.width(), size.height()))) {
          for (Dashboard dashboard : Dashboard.all()) {
            failed += look(context.newPage(), grafana, dashboard, size, pictures, range(args));
          }
        }
      }
    }
    System.out.printf("%d panels with an error, pictures in %s%n", failed, pictures);
    System.exit(failed == 0 ? 0 : 1);
  }

  private static String range(String[] args) {
    return args.length > 2 ? "&from=" + args[2] + "&to=now" : "";
  }

  /** How many panels have an error. */
  private static int look(
      Page page, Grafana grafana, Dashboard dashboard, Size size, Path pictures, String range) {
    String name = Dashboard.GRAFANA.relativize(dashboard.file()).toString();
    page.navigate(grafana.url() + "/d/" + dashboard.uid() + "?kiosk" + range);
    page.waitForLoadState(LoadState.NETWORKIDLE);
    page.locator("section").first().waitFor(new Locator.WaitForOptions().setTimeout(PATIENCE_MS));
    String file = "%s-%s.png".formatted(dashboard.uid(), size.name());
    page.screenshot(new Page.ScreenshotOptions().setPath(pictures.resolve(file)).setFullPage(true));
    List<String> errors = errors(page);
    System.out.printf("%-40s %s  %d errors%n", name, file, errors.size());
    errors.forEach(error -> System.out.println("    " + error));
    page.close();
    return errors.size();
  }

  /** The mark that Grafana puts on a panel whose query failed, with the words of its button. */
  private static List<String> errors(Page page) {
    List<String> errors = new ArrayList<>();
    for (Locator panel : page.locator("section:has([data-testid*='Panel status error'])").all()) {
      errors.add(panel.innerText().lines().findFirst().orElse("a panel without a title"));
    }
    return errors;
  }

  /** A Grafana that anybody may look at, with our files, and data of its own for this once. */
  private static final class Grafana extends Peer {

    private final Path program;
    private final int port;

    Grafana(Path installed, Path home) throws IOException {
      super(home);
      program =
          Stream.of("bin/grafana", "bin/grafana-server")
              .map(installed::resolve)
              .filter(Files::isExecutable)
              .findFirst()
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "no bin/grafana in " + installed.toAbsolutePath()))
              .toAbsolutePath();
      port = Ports.free();
      copyProvisioning(home.resolve("provisioning"));
    }

    /** With the dashboards of this repository in place of those of a container. */
    private static void copyProvisioning(Path to) throws IOException {
      Path from = Dashboard.GRAFANA.resolve("provisioning");
      try (Stream<Path> files = Files.walk(from)) {
        for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
          Path copy = to.resolve(from.relativize(file).toString());
          Files.createDirectories(copy.getParent());
          Files.writeString(
              copy,
              Files.readString(file)
                  .replace(
                      "/etc/weir/dashboards",
                      Dashboard.GRAFANA.resolve("dashboards").toAbsolutePath().toString()));
        }
      }
    }

    @Override
    protected List<String> command() {
      String homePath = "--homepath=" + program.getParent().getParent();
      return program.endsWith("grafana")
          ? List.of(program.toString(), "server", homePath)
          : List.of(program.toString(), homePath);
    }

    @Override
    protected Map<String, String> environment() {
      return Map.of(
          "GF_SERVER_HTTP_ADDR",
          "127.0.0.1",
          "GF_SERVER_HTTP_PORT",
          String.valueOf(port),
          "GF_PATHS_DATA",
          home().resolve("data").toString(),
          "GF_PATHS_LOGS",
          home().resolve("logs").toString(),
          "GF_PATHS_PROVISIONING",
          home().resolve("provisioning").toString(),
          "GF_AUTH_ANONYMOUS_ENABLED",
          "true",
          "GF_ANALYTICS_REPORTING_ENABLED",
          "false",
          "GF_ANALYTICS_CHECK_FOR_UPDATES",
          "false");
    }

    @Override
    public int port() {
      return port;
    }

    String url() {
      return "http://127.0.0.1:" + port;
    }

    @Override
    protected boolean ready() throws IOException {
      try {
        return HttpClient.newHttpClient()
                .send(
                    HttpRequest.newBuilder(URI.create(url() + "/api/health")).build(),
                    HttpResponse.BodyHandlers.ofString())
                .statusCode()
            == 200;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException(e);
      }
    }
  }
}
