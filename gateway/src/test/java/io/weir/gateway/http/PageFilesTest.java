package io.weir.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.weir.gateway.api.GatewayServer;
import io.weir.gateway.efficiency.figure.FigureFields;
import io.weir.gateway.metrics.Meters;
import io.weir.gateway.settings.Config;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The files of the live page as they are, and as they are served. */
class PageFilesTest {

  private static final ObjectMapper DICTIONARY =
      JsonMapper.builder()
          .enable(JsonReadFeature.ALLOW_TRAILING_COMMA, JsonReadFeature.ALLOW_JAVA_COMMENTS)
          .build();

  private static final Pattern KEY = Pattern.compile("\"([a-z]+(?:\\.[A-Za-z0-9_.-]+)?)\"");

  private static final Path FOLDER = Path.of("page/src");

  private final Meters meters = new Meters("plant-a-1", "0.1.0");
  private final HttpClient client = HttpClient.newHttpClient();
  private GatewayServer server;

  @BeforeEach
  void start() throws IOException {
    server =
        GatewayServer.start(
            new Config.Http("127.0.0.1", 0, null, null, 10_000, Duration.ofSeconds(20)),
            new InventedView(),
            meters.registry(),
            List.of());
  }

  @AfterEach
  void stop() {
    server.close();
    meters.close();
  }

  private static String source(String name) throws Exception {
    return Files.readString(FOLDER.resolve(name));
  }

  private HttpResponse<String> get(String path, String... headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void everyFileOfTheFolderIsServedByItsNameAndType() throws Exception {
    List<Path> files;
    try (Stream<Path> list = Files.list(FOLDER)) {
      files = list.toList();
    }
    assertThat(files).hasSizeGreaterThan(20);
    for (Path file : files) {
      String name = file.getFileName().toString();
      HttpResponse<String> answer = get(name.equals("index.html") ? "/" : "/" + name);
      assertThat(answer.statusCode()).as(name).isEqualTo(200);
      assertThat(answer.body().replaceFirst("(name=\"weir-page\" content=\")[0-9a-f]{16}", "$1"))
          .as(name)
          .isEqualTo(Files.readString(file));
      assertThat(answer.headers().firstValue("content-type").orElseThrow())
          .as(name)
          .startsWith(
              switch (name.substring(name.lastIndexOf('.'))) {
                case ".js" -> "text/javascript";
                case ".css" -> "text/css";
                case ".svg" -> "image/svg+xml";
                default -> "text/html";
              });
    }
    assertThat(get("/uplot.js").body()).contains("export { uPlot as default }");
    assertThat(get("/uplot.css").body()).contains(".uplot");
  }

  @Test
  void aFileThatDidNotChangeIsNotSentAgain() throws Exception {
    HttpResponse<String> first = get("/main.js");
    String tag = first.headers().firstValue("etag").orElseThrow();
    assertThat(first.headers().firstValue("cache-control")).hasValue("no-cache");
    HttpResponse<String> again = get("/main.js", "if-none-match", tag);
    assertThat(again.statusCode()).isEqualTo(304);
    assertThat(again.body()).isEmpty();
    assertThat(get("/main.js", "if-none-match", "\"other\"").body()).isEqualTo(first.body());
    assertThat(get("/page.css").headers().firstValue("etag"))
        .isNotEqualTo(first.headers().firstValue("etag"));
    assertThat(again.headers().firstValue("content-security-policy").orElseThrow())
        .contains("script-src 'self'", "default-src 'none'");
  }

  private static JsonNode dictionary(String name) throws Exception {
    String text = source(name).replace("export default {", "{");
    return DICTIONARY.readTree(text.substring(0, text.lastIndexOf(';')));
  }

  private static Set<String> keys(JsonNode dictionary) {
    Set<String> keys = new LinkedHashSet<>();
    dictionary.fieldNames().forEachRemaining(keys::add);
    return keys;
  }

  private static Set<String> found(Pattern pattern, String text) {
    return pattern
        .matcher(text)
        .results()
        .map(match -> match.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String scripts() throws Exception {
    StringBuilder all = new StringBuilder(source("index.html"));
    try (Stream<Path> list = Files.list(FOLDER)) {
      for (Path file : list.toList()) {
        String name = file.getFileName().toString();
        if (name.endsWith(".js") && !name.matches("(de|en|zh)\\.js")) {
          all.append(Files.readString(file));
        }
      }
    }
    return all.toString();
  }

  @Test
  void allLanguagesHaveTheSameTexts() throws Exception {
    JsonNode english = dictionary("en.js");
    Pattern places = Pattern.compile("(\\{\\d\\})");
    for (String language : List.of("de.js", "zh.js")) {
      JsonNode other = dictionary(language);
      assertThat(keys(other)).as(language).isEqualTo(keys(english));
      for (String key : keys(english)) {
        Set<String> filled = found(places, other.path(key).toString());
        String what = "what is filled in at %s of %s".formatted(key, language);
        if (key.startsWith("expected.")) { // of the gateway's own words, which may be left out
          assertThat(found(places, english.path(key).toString())).as(what).containsAll(filled);
        } else {
          assertThat(filled).as(what).isEqualTo(found(places, english.path(key).toString()));
        }
        assertThat(other.path(key).toString()).as(key).hasSizeGreaterThan(2);
      }
    }
  }

  @Test
  void everyTextThatIsUsedExistsAndEveryTextIsUsed() throws Exception {
    String scripts = scripts();
    Set<String> keys = keys(dictionary("en.js"));
    Set<String> asked = found(Pattern.compile("\\bt\\(\"([^\"]+)\""), scripts);
    asked.addAll(found(Pattern.compile("data-t(?:-label)?=\"([^\"]+)\""), scripts));
    assertThat(asked).hasSizeGreaterThan(100);
    assertThat(keys).containsAll(asked);
    Set<String> groups = found(Pattern.compile("\\bword\\(\"([a-z]+)\""), scripts);
    groups.addAll(found(Pattern.compile("[(]`([A-Za-z.]+)\\.\\$\\{"), scripts));
    groups.addAll(
        found(Pattern.compile("\\bsaid\\(\"([a-z]+)\""), scripts)); // by what the gateway writes
    groups.addAll(List.of("expected", "given", "placed")); // of which configwords.js asks by name
    groups.addAll(found(Pattern.compile("\\btextOf\\(\"([A-Za-z]+)\""), scripts)); // by alarm id
    Set<String> quoted = found(KEY, scripts);
    Set<String> unused = new TreeSet<>(keys);
    unused.removeAll(quoted);
    unused.removeIf(key -> groups.stream().anyMatch(group -> key.startsWith(group + ".")));
    assertThat(unused).as("texts that nothing shows").isEmpty();
  }

  @Test
  void everyFigureOfTheStoreHasANameAndADefinition() throws Exception {
    Set<String> keys = keys(dictionary("en.js"));
    for (String group : List.of("field.", "means.")) {
      assertThat(keys)
          .filteredOn(key -> key.startsWith(group))
          .containsExactlyInAnyOrderElementsOf(
              FigureFields.names().stream().map(name -> group + name).toList());
    }
  }

  @Test
  void noFileNamesAnotherHost() throws Exception {
    Matcher address =
        Pattern.compile("https?://[^\"' ${]+")
            .matcher(scripts() + source("page.css") + source("views.css"));
    assertThat(
            address
                .results()
                .map(match -> match.group())
                .filter(a -> !a.startsWith("http://www.w3.org/")))
        .isEmpty();
  }
}
