package io.weir.gateway.grafana;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Page;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.weir.gateway.peers.Chromium;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The page of {@code grafana/scenes} in Chromium. It opens a dashboard with {@code @grafana/scenes}
 * and tells what it sees, in JSON; each question that it has goes to the real stores.
 */
final class Scenes implements AutoCloseable {

  private static final String PAGE =
      "<!doctype html><link rel=stylesheet href=/page.css><div id=page></div>"
          + "<script src=/page.js></script>";

  /** It only bounds a failure: the page is large, and the machine may be busy. */
  private static final double LONGEST_WAIT_MS = 120_000;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Chromium chromium = new Chromium();
  private final HttpServer server;
  private final Page page;

  /**
   * @param installed the folder in which {@code scripts/grafana-scenes} installed the packages
   * @param folder for what is bundled
   */
  Scenes(Path installed, Path folder, SceneStores stores) throws Exception {
    bundle(installed, folder);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/", exchange -> send(exchange, PAGE.getBytes(UTF_8), "text/html; charset=utf-8"));
    file("page.js", "text/javascript; charset=utf-8", folder);
    file("page.css", "text/css", folder);
    server.createContext(
        "/ask",
        exchange -> {
          String asked = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
          send(exchange, stores.answer(asked).getBytes(UTF_8), "application/json");
        });
    server.start();
    page =
        chromium
            .browser()
            .newContext(new Browser.NewContextOptions().setViewportSize(1600, 2600))
            .newPage();
    page.navigate(
        "http://127.0.0.1:" + server.getAddress().getPort() + "/",
        new Page.NavigateOptions().setTimeout(LONGEST_WAIT_MS));
    page.exposeFunction("weirPicture", names -> picture((String) names[0]));
    page.evaluate("sources => weir.begin(sources)", sources());
  }

  private void file(String name, String type, Path folder) {
    server.createContext(
        "/" + name, exchange -> send(exchange, Files.readAllBytes(folder.resolve(name)), type));
  }

  private static void send(HttpExchange exchange, byte[] body, String type) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
    try (OutputStream to = exchange.getResponseBody()) {
      to.write(body);
    }
  }

  /** With esbuild, which finds the packages where they were installed. */
  private static void bundle(Path installed, Path folder) throws Exception {
    Path packages = installed.resolve("node_modules");
    new Tool("node", "nodejs")
        .accepts(
            Dashboard.GRAFANA.resolve("scenes"),
            Map.of("NODE_PATH", packages.toString()),
            packages.resolve("esbuild/bin/esbuild").toString(),
            "page.jsx",
            "--bundle",
            "--outfile=" + folder.resolve("page.js"),
            "--define:process.env.NODE_ENV=\"production\"",
            "--alias:@grafana/plugin-compat/datasources=./sources.mjs",
            "--loader:.ttf=empty",
            "--loader:.svg=dataurl",
            "--log-level=error");
  }

  /** With {@code -Dweir.pictures=true}, of what is drawn. */
  private Object picture(String dashboard) {
    if (Boolean.getBoolean("weir.pictures")) {
      Path file = Path.of("target", "scenes", dashboard + ".png");
      page.screenshot(new Page.ScreenshotOptions().setPath(file).setFullPage(true));
    }
    return "";
  }

  /** Those of our own provisioning. */
  private static List<Map<String, String>> sources() {
    try {
      return new YAMLMapper()
              .readTree(Dashboard.GRAFANA.resolve("provisioning/datasources/weir.yaml").toFile())
              .path("datasources")
              .findParents("uid")
              .stream()
              .map(
                  each ->
                      Map.of(
                          "uid", each.path("uid").asText(),
                          "name", each.path("name").asText(),
                          "type", each.path("type").asText(),
                          "interval", each.at("/jsonData/timeInterval").asText()))
              .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Opens a dashboard as if its address had been entered, or a link followed.
   *
   * @param url path and query
   * @param draws whether it is drawn too
   */
  JsonNode open(JsonNode dashboard, String url, boolean draws) {
    return evaluate(
        "([json, url, draws]) => weir.show(JSON.parse(json), url, draws === 'true')",
        dashboard.toString(),
        url,
        String.valueOf(draws));
  }

  /** Chooses a value of a variable. */
  JsonNode choose(String variable, String value) {
    return evaluate("([name, value]) => weir.choose(name, value)", variable, value);
  }

  /** Chooses a range up to now. */
  JsonNode range(String from) {
    return evaluate("([from]) => weir.range(from)", from);
  }

  private JsonNode evaluate(String script, String... arguments) {
    Object seen =
        page.evaluate("async given => JSON.stringify(await (" + script + ")(given))", arguments);
    try {
      return JSON.readTree((String) seen);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    chromium.close();
    server.stop(0);
  }
}
