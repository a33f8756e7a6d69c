package io.weir.gateway.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.gateway.http.Answers;
import io.weir.gateway.http.HttpRoute;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import reactor.core.publisher.Mono;

/**
 * The live page, and the description of the API: files of the class path, read when one is first
 * asked for, served with an ETag so that a browser asks only whether they changed. They hold no
 * data, so they need no token; the page asks for it where the API does, and keeps it for the
 * browser's session. The document names the version of all files, and the stream does too: so a
 * page that runs sees that the gateway has other files now. Charts are drawn by uPlot, served from
 * its own jar.
 */
final class LivePage {

  /** Everything in the folder {@code page} but the document itself. */
  private static final List<String> FILES =
      List.of(
          "act.css",
          "act.js",
          "address.js",
          "alarmrows.js",
          "alarms.js",
          "allfigures.js",
          "api.js",
          "assetlabels.js",
          "card.js",
          "chart.js",
          "chartkeys.js",
          "configcycle.js",
          "configdraft.js",
          "configfields.js",
          "configfit.js",
          "configgroups.js",
          "configmachines.js",
          "configmeanwhile.js",
          "configmerge.js",
          "configpages.js",
          "configparts.js",
          "configreasons.js",
          "configrows.js",
          "configsettings.js",
          "configsignals.js",
          "configure.css",
          "configure.js",
          "configversions.js",
          "configwords.js",
          "corrections.js",
          "csv.js",
          "csvbutton.js",
          "csvids.js",
          "de.js",
          "discover.js",
          "dom.js",
          "en.js",
          "entry.js",
          "figures.js",
          "first.js",
          "fleet.js",
          "format.js",
          "freshness.js",
          "gateway.js",
          "group.js",
          "hints.js",
          "history.js",
          "i18n.js",
          "icon.svg",
          "ledger.js",
          "line.js",
          "lookback.js",
          "machine.js",
          "machinesheet.js",
          "main.js",
          "model.js",
          "names.js",
          "notices.js",
          "noticewords.js",
          "now.js",
          "orders.js",
          "outbox.js",
          "page.css",
          "pareto.js",
          "parts.js",
          "past.css",
          "pasttime.js",
          "people.js",
          "picker.js",
          "pieces.js",
          "places.js",
          "plant.js",
          "points.js",
          "quality.js",
          "quarantine.js",
          "ratechart.js",
          "rates.js",
          "reasonnames.js",
          "reasonpicker.js",
          "received.js",
          "report.js",
          "saidlist.js",
          "session.js",
          "sheet.js",
          "shift.js",
          "shiftlabels.js",
          "signalkinds.js",
          "signals.js",
          "sites.js",
          "siteswitch.js",
          "slices.js",
          "spans.js",
          "states.js",
          "stoplist.js",
          "stops.js",
          "stopsheet.js",
          "stream.js",
          "strip.js",
          "tray.js",
          "trend.js",
          "trendrows.js",
          "uncoded.js",
          "upgrade.js",
          "views.css",
          "views.js",
          "wall.css",
          "wall.js",
          "wallplan.js",
          "which.js",
          "who.js",
          "zh.js",
          "zone.js",
          "zonechoice.js");

  private static final String PAGE = "/io/weir/gateway/http/page/";

  /** The path of the document itself. */
  private static final String DOCUMENT = "/";

  /** In the document: where the version of all files is to stand. */
  private static final String NO_VERSION = "<meta name=\"weir-page\" content=\"\">";

  /** The files as they are sent, by the path of each. */
  private final Map<String, PageFile> files = new HashMap<>();

  private final String version;

  /** Read when somebody first asks for one: hashing them is a tenth of a start. */
  private static final class Installed {
    private static final LivePage PAGE = new LivePage();
  }

  @SuppressWarnings("ArrayRecordComponent") // sent, never compared
  private record PageFile(String tag, byte[] bytes) {}

  private LivePage() {
    Map<String, byte[]> contents = new HashMap<>();
    MessageDigest all = sha256();
    resources()
        .forEach(
            (path, resource) -> {
              byte[] bytes = read(resource);
              all.update(bytes);
              contents.put(path, bytes);
            });
    version = HexFormat.of().formatHex(all.digest(), 0, 8);
    String named = NO_VERSION.replace("\"\"", '"' + version + '"');
    contents.computeIfPresent(
        DOCUMENT,
        (path, bytes) -> new String(bytes, UTF_8).replace(NO_VERSION, named).getBytes(UTF_8));
    contents.forEach((path, bytes) -> files.put(path, new PageFile(tag(bytes), bytes)));
  }

  /** Another one where any file of the page is another one. */
  static String version() {
    return Installed.PAGE.version;
  }

  static List<HttpRoute> routes() {
    List<HttpRoute> routes = new ArrayList<>();
    resources().forEach((path, resource) -> routes.add(file(path, resource)));
    return routes;
  }

  /** The path of each file, and where it is. */
  private static Map<String, String> resources() {
    Map<String, String> resources = new LinkedHashMap<>();
    FILES.forEach(name -> resources.put("/" + name, PAGE + name));
    String dist = "/META-INF/resources/webjars/uplot/" + uplotVersion() + "/dist/";
    resources.put("/uplot.js", dist + "uPlot.esm.js");
    resources.put("/uplot.css", dist + "uPlot.min.css");
    resources.put(DOCUMENT, PAGE + "index.html");
    resources.put("/api/v1/openapi.yaml", "/io/weir/gateway/api/openapi.yaml");
    return resources;
  }

  private static HttpRoute file(String path, String resource) {
    String type = type(resource);
    return HttpRoute.open(
        "GET",
        path,
        (request, response) -> {
          PageFile file = Objects.requireNonNull(Installed.PAGE.files.get(path));
          response.header("cache-control", "no-cache").header("etag", file.tag);
          return isHeld(file.tag, request.requestHeaders().get("if-none-match", ""))
              ? response.status(304).send()
              : Mono.from(Answers.send(request, response, type, file.bytes));
        });
  }

  /** Whether the client has this version: a list, weak tags and * are allowed. */
  private static boolean isHeld(String tag, String ifNoneMatch) {
    return ifNoneMatch.contains(tag) || ifNoneMatch.equals("*");
  }

  private static String type(String resource) {
    return switch (resource.substring(resource.lastIndexOf('.') + 1)) {
      case "html" -> "text/html; charset=utf-8";
      case "css" -> "text/css; charset=utf-8";
      case "js" -> "text/javascript; charset=utf-8";
      case "svg" -> "image/svg+xml";
      case "yaml" -> "application/yaml";
      default -> throw new IllegalArgumentException("no type for " + resource);
    };
  }

  private static String tag(byte[] bytes) {
    return '"' + HexFormat.of().formatHex(sha256().digest(bytes), 0, 16) + '"';
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }

  /** The jar's files lie under its version. */
  private static String uplotVersion() {
    Properties properties = new Properties();
    try {
      properties.load(
          new ByteArrayInputStream(read("/META-INF/maven/org.webjars.npm/uplot/pom.properties")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.getProperty("version");
  }

  private static byte[] read(String resource) {
    try (InputStream in = LivePage.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("the page's " + resource + " is not in the program");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
