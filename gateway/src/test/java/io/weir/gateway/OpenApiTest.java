package io.weir.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.Error;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jwt.JWTClaimsSet;
import com.sun.net.httpserver.HttpServer;
import io.weir.gateway.http.HttpRoute;
import io.weir.gateway.http.Role;
import io.weir.gateway.oidc.ScriptedProvider;
import io.weir.gateway.passwords.Passwords;
import io.weir.gateway.people.User;
import io.weir.gateway.people.Users;
import io.weir.gateway.people.UsersFile;
import io.weir.gateway.settings.ConfigFile;
import io.weir.peers.Ports;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The description of the API, held against a gateway that runs: its routes, the parameters that it
 * takes, its statuses, and each of its answers. One gateway has all that there is to describe; the
 * other has no figures, a source that is not connected, a token and a user.
 */
@Tag("slow")
class OpenApiTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final String PAST = "/api/v1/past/";
  private static final String PROVIDER = "/api/v1/session/oidc";
  private static final String PASSWORD = "correct horse";
  private static final String PROBLEM = "application/problem+json";

  @TempDir static Path home;

  private static ObjectNode document;

  /** A store that takes all it is sent, and has nothing. */
  private static HttpServer store;

  private static ScriptedProvider provider;

  private static Path yaml;
  private static Gateway gateway;
  private static Gateway bare;
  private static int port;
  private static int barePort;

  /** Each operation with each status that it was seen to answer. */
  private static final Set<String> SEEN = new TreeSet<>();

  @BeforeAll
  static void start() throws Exception {
    try (InputStream in = Gateway.class.getResourceAsStream("/io/weir/gateway/api/openapi.yaml")) {
      document = (ObjectNode) new YAMLMapper().readTree(in);
    }
    store = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    store.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    store.createContext(
        "/query",
        exchange -> {
          byte[] nothing = "{\"results\":[{}]}".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, nothing.length);
          exchange.getResponseBody().write(nothing);
          exchange.close();
        });
    store.start();
    provider = new ScriptedProvider();
    port = Ports.free();
    barePort = Ports.free();
    yaml = Files.createDirectory(home.resolve("a")).resolve("weir.yaml");
    Files.copy(Path.of("../config/reasons.yaml"), yaml.resolveSibling("reasons.yaml"));
    Files.writeString(yaml, whole("temperature"));
    gateway = StartedGateway.of(new ConfigFile(yaml, Map.of(), List.of()));
    Path other = Files.createDirectory(home.resolve("b")).resolve("weir.yaml");
    Files.writeString(
        other,
        """
        gateway: { id: bare, data-dir: data }
        http:
          port: %d
          token: secret
          users: users.yaml
          public-url: http://127.0.0.1
          oidc: { issuer: "PROVIDER", client-id: weir, roles: { staff: viewer } }
        sources: [ { name: plant, type: mqtt, url: "tcp://127.0.0.1:1" } ]
        routes: [ { topic: "plant/{machine}", format: json } ]
        sinks: [ { name: away, type: influxdb, version: 1, url: "http://127.0.0.1:1", database: d } ]
        """
            .formatted(barePort)
            .replace("PROVIDER", provider.issuer()));
    UsersFile users = new UsersFile(other.resolveSibling("users.yaml"));
    users.write(Users.NONE.with(new User("anna", Role.ADMIN, Passwords.hash(PASSWORD))));
    bare = StartedGateway.of(new ConfigFile(other, Map.of(), List.of()));
    send();
  }

  private static String whole(String metric) {
    return """
    gateway: { id: described, data-dir: data }
    http: { port: %d, max-body-size: 64KiB }
    sources: [ { name: posts, type: http } ]
    routes:
      - { topic: api/v1/readings, format: json, metrics: [ { from: %s, to: heat } ] }
      - { topic: '#', format: influx-line }
    sinks: [ { name: near, type: influxdb, version: 1, url: "http://127.0.0.1:%d", database: d } ]
    efficiency:
      reasons: reasons.yaml
      zone: UTC
      learned: { enabled: true }
      defaults:
        state: { metric: state, running: [RUNNING], down: [DOWN] }
        count: { total: made }
      machines: [ { asset: s/a/l/named, micro-stop: 10s } ]
    notify:
      outlets: [ { name: near, type: webhook, url: "http://127.0.0.1:%d" } ]
      rules: [ { name: down, when: [machine-down], to: [near] } ]
    fleet: { receive: {} }
    """
        .formatted(port, metric, store.getAddress().getPort(), store.getAddress().getPort());
  }

  @AfterAll
  static void stop() {
    provider.close();
    gateway.close();
    bare.close();
    store.stop(0);
  }

  private static final String MACHINE =
      "\"site\":\"s\",\"area\":\"a\",\"line\":\"l\",\"machine\":\"m\"";

  /** The body of a correction of the last ten seconds. */
  private static String correction(String machine) {
    Instant now = Instant.now();
    return """
    {"kind":"reason-given",%s,"from":"%s","to":"%s","toEndOfStop":true,"category":"c",
        "reason":"jam-infeed","detail":"d","planned":false,"comment":"c","who":"anna"}\
    """
        .formatted(machine, now.minusSeconds(10), now);
  }

  /** One machine that ran and is down, with numbers, words and something for the quarantine. */
  private static void send() throws Exception {
    long now = System.currentTimeMillis();
    String name = "telemetry,site=s,area=a,line=l,machine=m,zone=1 ";
    String lines =
        name
            + "state=\"RUNNING\",temperature=1.5 "
            + (now - 600_000)
            + "\n"
            + name
            + "state=\"DOWN\",temperature=2.5,on=true "
            + (now - 300_000)
            + "\n"
            + name
            + "temperature=3.5 "
            + now
            + "\ntelemetry,site=s/2,area=a,line=l,machine=m state=\"RUNNING\" "
            + now
            + "\ntelemetry,site=s,area=a,line=l,machine=m/2 state=\"RUNNING\" "
            + now
            + "\nefficiency,site=b,line=l,machine=m,bucket=shift,level=machine,shift=early oee=0.5 "
            + now
            + "\ngateway_report,gateway=plant-b-1 ready=true,certificate_s=5.5,alarms_warning=1i "
            + now;
    assertThat(post("/write?precision=ms", lines).statusCode()).isEqualTo(204);
    assertThat(post("/write", "no line protocol").statusCode()).isEqualTo(400);
    await()
        .untilAsserted(
            () -> {
              assertThat(get("/api/v1/stops").body()).contains("\"down\"", "\"uncoded\":1");
              assertThat(get("/api/v1/history").body()).contains("\"down\"");
              assertThat(get("/api/v1/signals?site=s&area=a&line=l&machine=m").body())
                  .contains("RUNNING", "3.5");
              assertThat(get("/api/v1/quarantine").body()).contains("\"preview\"");
              assertThat(get("/api/v1/efficiency").body()).contains("\"machine\"");
              assertThat(get("/api/v1/sites").body()).contains("plant-b-1");
              assertThat(get("/api/v1/received").body()).contains("early");
            });
    assertThat(post("/api/v1/corrections", correction(MACHINE)).statusCode()).isEqualTo(201);
  }

  @ParameterizedTest
  @ValueSource(strings = {"figures", "signals"})
  void levelsMayBeLeftOutWhereTheOthersNameOneMachine(String what) throws Exception {
    String path = "/api/v1/" + what + "?machine=";
    HttpResponse<String> one = get(path + "m/2");
    assertThat(one.statusCode()).as(one.body()).isEqualTo(200);
    assertThat(one.body()).contains(what.equals("figures") ? "setup_s" : "RUNNING");
    HttpResponse<String> two = get(path + "m");
    assertThat(two.statusCode()).isEqualTo(400);
    assertThat(two.body()).contains("'m' is one of ", "s/2/a/l/m, s/a/l/m: give all levels");
    HttpResponse<String> none = get(path + "m&site=t");
    assertThat(none.statusCode()).isEqualTo(404);
    assertThat(none.body()).contains("'t/m': /api/v1/", " lists all");
    assertThat(get("/api/v1/" + what + "?site=s&area=a&line=l&machine=m").statusCode())
        .isEqualTo(200);
  }

  private static HttpResponse<String> ask(
      int at, String method, String path, String body, String... headers) throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + at + path))
            .method(
                method,
                body.isEmpty()
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException e) {
      throw new IOException("interrupted", e);
    }
  }

  private static HttpResponse<String> get(String path) throws IOException {
    return ask(port, "GET", path, "");
  }

  private static HttpResponse<String> post(String path, String body) throws IOException {
    return ask(port, "POST", path, body, "content-type", "application/json");
  }

  // ---- Routes and parameters

  private static Set<String> described() {
    Set<String> all = new TreeSet<>();
    document
        .path("paths")
        .fields()
        .forEachRemaining(
            path ->
                path.getValue()
                    .fieldNames()
                    .forEachRemaining(
                        method ->
                            paths(path.getKey(), path.getValue().path(method))
                                .forEach(
                                    each ->
                                        all.add(method.toUpperCase(Locale.ROOT) + " " + each))));
    return all;
  }

  /** The path; with one that stands for a list of files, each of them. */
  private static List<String> paths(String path, JsonNode operation) {
    for (JsonNode parameter : operation.path("parameters")) {
      if (path.equals("/{file}") && parameter.path("name").asText().equals("file")) {
        List<String> files = new ArrayList<>();
        parameter.at("/schema/enum").forEach(file -> files.add("/" + file.asText()));
        return files;
      }
    }
    return List.of(path);
  }

  @Test
  void everyRouteIsDescribedAndNoOther() {
    Set<String> served = new TreeSet<>();
    for (HttpRoute route : gateway.routes()) {
      served.add(route.method() + " " + route.path());
    }
    assertThat(described()).isEqualTo(served);
  }

  @Test
  void whatNeedsNoTokenIsSaid() throws Exception {
    for (HttpRoute route : bare.routes()) {
      JsonNode operation = operation(route.method(), route.path());
      int status =
          ask(barePort, route.method(), route.path().replace("{id}", "0"), "").statusCode();
      assertThat(status == 401)
          .as(route.path())
          .isEqualTo(operation.path("security").isMissingNode());
    }
  }

  private static JsonNode operation(String method, String path) {
    JsonNode paths = document.path("paths");
    JsonNode found = paths.path(path).path(method.toLowerCase(Locale.ROOT));
    return found.isMissingNode()
        ? paths.path("/{file}").path(method.toLowerCase(Locale.ROOT))
        : found;
  }

  private static JsonNode resolved(JsonNode node) {
    return node.has("$ref") ? document.at(node.path("$ref").asText().substring(1)) : node;
  }

  /** What a path says that it takes, when it is asked with something that it does not know. */
  private static @Nullable Set<String> taken(String path) throws IOException {
    String detail =
        JSON.readTree(get(path.replace("{id}", "0000000000000000") + "?unheard-of=1").body())
            .path("detail")
            .asText();
    Matcher said = Pattern.compile("this path takes (.*)").matcher(detail);
    return said.find() ? new TreeSet<>(List.of(said.group(1).split(", "))) : null;
  }

  @Test
  void theParametersOfAPathAreThoseThatItTakes() throws Exception {
    for (HttpRoute route : gateway.routes()) {
      if (!route.method().equals("GET")
          || !route.path().startsWith("/api/")
          || route.path().endsWith("stream")
          || route.path().endsWith(".yaml")) {
        continue;
      }
      Set<String> documented = new TreeSet<>();
      for (JsonNode each : operation("GET", route.path()).path("parameters")) {
        JsonNode parameter = resolved(each);
        if (parameter.path("in").asText().equals("query")) {
          documented.add(parameter.path("name").asText());
        }
      }
      Set<String> taken = taken(route.path());
      assertThat(documented).as(route.path()).isEqualTo(taken == null ? Set.of() : taken);
      for (JsonNode each : operation("GET", route.path()).path("parameters")) {
        if (resolved(each).path("in").asText().equals("query")) {
          probe(route.path(), resolved(each));
        }
      }
    }
  }

  /** What a question about the past needs beside one parameter. */
  private static String ofPast(String path, String but) {
    long now = System.currentTimeMillis();
    boolean hasBucket = path.endsWith("/efficiency") || path.endsWith("/figures");
    String bucket = hasBucket && !but.equals("bucket") ? "bucket=day&" : "";
    return bucket + "fromMs=%d&toMs=%d&".formatted(now - 3_600_000, now);
  }

  /** The bounds and the words of one parameter, each asked on both of its sides. */
  private static void probe(String path, JsonNode parameter) throws IOException {
    String name = parameter.path("name").asText();
    JsonNode schema = resolved(parameter.path("schema"));
    String machine = path.endsWith("signals") && !name.equals("machine") ? "machine=m/2&" : "";
    if (path.startsWith(PROVIDER)) {
      return; // it leads a browser away
    }
    if (path.startsWith(PAST) && (name.endsWith("Ms") || name.equals("againstBucket"))) {
      return; // each depends on another one
    }
    String rest = path.startsWith(PAST) ? ofPast(path, name) : "";
    String asked = path + "?" + machine + rest + name + "=";
    for (JsonNode word : schema.path("enum")) {
      assertThat(get(asked + word.asText()).statusCode()).as(asked + word).isEqualTo(200);
    }
    if (schema.has("enum")) {
      assertThat(get(asked + "unheard-of").statusCode()).as(asked).isEqualTo(400);
    }
    if (schema.path("type").asText().equals("integer")) {
      long least = schema.path("minimum").asLong();
      assertThat(get(asked + least).statusCode()).as(asked + least).isEqualTo(200);
      assertThat(get(asked + (least - 1)).statusCode()).as(asked).isEqualTo(400);
      if (schema.has("maximum")) {
        long most = schema.path("maximum").asLong();
        assertThat(get(asked + most).statusCode()).as(asked + most).isEqualTo(200);
        assertThat(get(asked + (most + 1)).statusCode()).as(asked).isEqualTo(400);
      }
    }
  }

  // ---- Answers

  /**
   * Whether an answer is as described: its status, its type, and every member of its body. More
   * members than are described may come with a later version, but not with this one.
   */
  private static void check(String method, String path, int code, HttpHeaders headers, String body)
      throws IOException {
    JsonNode responses = operation(method, path).path("responses");
    String status = Integer.toString(code);
    JsonNode response = resolved(responses.path(responses.has(status) ? status : "default"));
    String where = method + " " + path + " " + status;
    assertThat(response.isMissingNode()).as(where).isFalse();
    assertThat(responses.has(status) || code >= 400).as(where).isTrue();
    SEEN.add(where);
    JsonNode content = response.path("content");
    String type = headers.firstValue("content-type").orElse("").split(";")[0];
    if (content.isMissingNode()) {
      assertThat(body).as(where).isEmpty();
      return;
    }
    assertThat(content.has(type)).as(where + " of type " + type).isTrue();
    if (type.endsWith("json")) {
      assertThat(errors(content.path(type).path("schema"), body)).as(where + " " + body).isEmpty();
    }
  }

  private static List<Error> errors(JsonNode schema, String body) throws IOException {
    ObjectNode whole = JSON.createObjectNode();
    whole.set("allOf", JSON.createArrayNode().add(strict(schema)));
    whole.set("components", strict(document.path("components")));
    return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
        .getSchema(whole)
        .validate(JSON.readTree(body));
  }

  /** The same schema, in which an object has no members that are not described. */
  private static JsonNode strict(JsonNode schema) {
    JsonNode copy = schema.deepCopy();
    for (JsonNode each : copy.findParents("properties")) {
      if (each.path("type").asText().equals("object") && !each.has("additionalProperties")) {
        ((ObjectNode) each).put("additionalProperties", false);
      }
    }
    return copy;
  }

  private static void asked(String method, String path, HttpResponse<String> answer, int status)
      throws IOException {
    assertThat(answer.statusCode()).as(method + " " + path + " " + answer.body()).isEqualTo(status);
    check(method, path, answer.statusCode(), answer.headers(), answer.body());
  }

  private static void got(String path, String query, int status) throws IOException {
    asked("GET", path, get(path + query), status);
  }

  private static void posted(String path, String query, String body, int status, String... headers)
      throws IOException {
    asked("POST", path, ask(port, "POST", path + query, body, headers), status);
  }

  @Test
  void everyAnswerIsAsDescribedAndEveryDescribedStatusIsAnswered() throws Exception {
    for (HttpRoute route : gateway.routes()) {
      if (route.method().equals("GET")
          && !route.path().endsWith("}")
          && !route.path().endsWith("/signals")
          && !route.path().startsWith(PAST)
          && !route.path().startsWith(PROVIDER)
          && !route.path().endsWith("/stream")) {
        got(route.path(), "", 200);
        String tag = get(route.path()).headers().firstValue("etag").orElse("");
        if (!tag.isEmpty()) {
          HttpResponse<String> held = ask(port, "GET", route.path(), "", "if-none-match", tag);
          asked("GET", route.path(), held, 304);
        }
      }
    }
    got("/api/v1/signals", "?site=s&area=a&line=l&machine=m", 200);
    got("/api/v1/signals", "", 400);
    got("/api/v1/signals", "?site=elsewhere&machine=m", 404);
    got("/api/v1/figures", "?site=s&area=a&line=l&machine=m", 200);
    got("/api/v1/figures", "?site=s&area=a&line=l", 200);
    got("/api/v1/figures", "?site=elsewhere", 404);
    for (String path : List.of("figures", "history", "stops", "reasons", "quality", "quarantine")) {
      got("/api/v1/" + path, "?x=1", 400);
    }
    for (String path : List.of("efficiency", "figures", "states", "stops", "signals", "shifts")) {
      String machine = path.equals("signals") ? "site=s&area=a&line=l&machine=m&" : "";
      got(PAST + path, "?" + machine + ofPast("/" + path, ""), 200);
      got(PAST + path, "?" + machine + "fromMs=5&toMs=5", 400);
      if (!path.equals("signals")) {
        String query = "?" + ofPast("/" + path, "");
        HttpResponse<String> answer =
            ask(barePort, "GET", PAST + path + query, "", "authorization", "Bearer secret");
        asked("GET", PAST + path, answer, 404);
      }
    }
    for (String path : List.of("efficiency", "figures", "history", "stops", "reasons")) {
      HttpResponse<String> none =
          ask(barePort, "GET", "/api/v1/" + path, "", "authorization", "Bearer secret");
      asked("GET", "/api/v1/" + path, none, 404);
    }
    String id = JSON.readTree(get("/api/v1/quarantine").body()).at("/entries/0/id").asText();
    String one = "/api/v1/quarantine/{id}";
    asked("GET", one, get(one.replace("{id}", id)), 200);
    asked("GET", one, get(one.replace("{id}", "0000000000000000")), 404);
    asked("GET", one, get(one.replace("{id}", "none")), 400);
    String site = "/api/v1/sites/{id}";
    asked("GET", site, get(site.replace("{id}", "plant-b-1")), 200);
    asked("GET", site, get(site.replace("{id}", "none")), 404);
    asked("GET", site, get(site.replace("{id}", "none") + "?unheard-of=1"), 400);
    asked("GET", "/api/v1/sites", get("/api/v1/sites?unheard-of=1"), 400);
    probes();
    inputs();
    operations();
    stream();
    people();
    others();
    assertThat(explicit())
        .as("statuses that are described, against those answered")
        .isEqualTo(seen());
  }

  private static void probes() throws IOException {
    String ready = "/health/ready";
    await()
        .untilAsserted(
            () -> assertThat(ask(barePort, "GET", ready, "").statusCode()).isEqualTo(503));
    asked("GET", ready, ask(barePort, "GET", ready, ""), 503);
    asked("GET", ready, ask(barePort, "GET", ready, "", "authorization", "Bearer secret"), 503);
    misdirected(ready, 200);
  }

  private static void inputs() throws IOException {
    String large = "x".repeat(70_000);
    String json = "content-type";
    posted("/api/v1/readings", "", "{\"machine\":\"m\",\"t\":1}", 200, json, "application/json");
    posted("/api/v1/readings", "", "{", 400, json, "application/json");
    posted("/api/v1/readings", "", large, 413, json, "application/json");
    posted("/api/v1/readings", "", "{}", 415, json, "text/html");
    for (String path : List.of("/write", "/api/v2/write")) {
      posted(path, "", "t v=1", 204);
      posted(path, "", "no line\nt v=1", 400);
      posted(path, "?precision=fortnight", "t v=1", 400);
      posted(path, "", large, 413);
      posted(path, "", "t v=1", 415, "content-encoding", "lzw");
      posted(path, "", "t v=1", 400, "content-encoding", "gzip");
    }
  }

  private static void operations() throws IOException {
    String replay = "/api/v1/quarantine/replay";
    posted(replay, "", "{\"reason\":\"no-route\"}", 200);
    posted(replay, "", "{\"reasons\":1}", 400);
    String ids = "{\"ids\":[\"" + "0".repeat(65_600) + "\"]}";
    posted(replay, "", ids.substring(0, 64 << 10) + "0", 413);
    corrections();
    orders();
    hints();
    notifications();
    recompute();
    site();
    discover();
    String reload = "/api/v1/config/reload";
    Files.writeString(yaml, whole("humidity"));
    posted(reload, "", "", 200);
    Files.writeString(yaml, whole("humidity").replace("sinks:", "sink:"));
    posted(reload, "", "", 422);
  }

  private static void discover() throws IOException {
    String path = "/api/v1/discover";
    String[] token = {"authorization", "Bearer secret"};
    got(path, "?x=1", 400);
    posted(path, "", "{\"seconds\":0}", 400);
    asked("POST", path, ask(barePort, "POST", path, "{\"seconds\":1}", token), 202);
    asked("GET", path, ask(barePort, "GET", path, "", token), 200);
  }

  private static String siteChange(String text) throws IOException {
    String version = JSON.readTree(get("/api/v1/config/site").body()).path("version").asText();
    return """
    {"text":"%s","version":"%s","who":"anna","comment":"c"}"""
        .formatted(text, version);
  }

  private static void site() throws IOException {
    String all = "/api/v1/config/site";
    String better = "efficiency: { target: { oee: 0.8 } }";
    String wrong = "efficiency: { target: { oee: 8 } }";
    got(all, "?x=1", 400);
    posted(all + "/check", "", siteChange(wrong), 200);
    posted(all + "/check", "", siteChange(better), 200);
    posted(all, "", siteChange(wrong), 422);
    String first = siteChange(better);
    posted(all, "", first, 200);
    posted(all, "", first, 409);
    got(all, "", 200);
    got(all + "/versions", "?x=1", 400);
    got(all + "/versions", "", 200);
    String one = all + "/versions/{id}";
    String restore = one + "/restore";
    asked("GET", one, get(one.replace("{id}", "x")), 400);
    asked("GET", one, get(one.replace("{id}", "77")), 404);
    asked("GET", one, get(one.replace("{id}", "0")), 200);
    String back = siteChange("").replace("\"text\":\"\",", "");
    asked("POST", restore, post(restore.replace("{id}", "77"), back), 404);
    asked("POST", restore, post(restore.replace("{id}", "0"), back), 200);
    asked("POST", restore, post(restore.replace("{id}", "0"), back), 409);
  }

  private static void recompute() throws IOException {
    String path = "/api/v1/efficiency/recompute";
    String span = "\"from\":\"2026-01-01T00:00:00Z\",\"to\":\"2026-01-02T00:00:00Z\"}";
    posted(path, "", "{" + span, 202);
    posted(path, "", "{\"asset\":\"a//b/\"," + span, 400);
    posted(path, "", "{\"asset\":\"" + "x".repeat(65_530) + "\"}", 413);
    got(path, "", 200);
    String retire = "/api/v1/efficiency/retire";
    posted(retire, "", "{\"asset\":\"" + "x".repeat(65_530) + "\"}", 413);
    posted(retire, "", "{\"asset\":\"s/a/l\"}", 400);
    posted(retire, "", "{\"asset\":\"s/a/l/unheard-of\"}", 404);
    posted(retire, "", "{\"asset\":\"s//l/unheard-of\"}", 404);
    posted(retire, "", "{\"asset\":\"s/a/l/\"}", 400);
    posted(retire, "", "{\"asset\":\"s/a/l/named\"}", 409);
    posted(retire, "", "{\"asset\":\"s/a/l/m\"}", 200);
    posted(path, "", "{\"asset\":\"s/a/l/m/2\"," + span, 202);
    posted(retire, "", "{\"asset\":\"s/a/l/m/2\"}", 200);
    posted(retire, "", "{\"asset\":\"s/a/l/m/unheard-of\"}", 404);
    posted(path, "", "{\"asset\":\"s\\\\/2/a/l\"," + span, 202);
    posted(retire, "", "{\"asset\":\"s\\\\/2/a/l/m\"}", 200);
    posted(retire, "", "{\"asset\":\"s/a/l/m/\"}", 400);
  }

  /** A press that worked for four hours of each of five days, and has no ideal cycle. */
  private static void work() throws IOException {
    long today = Instant.now().truncatedTo(ChronoUnit.DAYS).toEpochMilli();
    long made = 0;
    for (int day = -6; day < -1; day++) {
      StringBuilder lines = new StringBuilder();
      for (int minute = 0; minute < 240; minute++) {
        made += 6;
        lines
            .append("telemetry,site=s,area=a,line=l,machine=press state=\"RUNNING\",made=")
            .append(made)
            .append(' ')
            .append(today + day * 86_400_000L + minute * 60_000L)
            .append('\n');
      }
      assertThat(post("/write?precision=ms", lines.toString()).statusCode()).isEqualTo(204);
    }
  }

  private static void hints() throws IOException {
    work();
    String all = "/api/v1/hints";
    await().untilAsserted(() -> assertThat(get(all).body()).contains("\"no-cycle\""));
    got(all, "?x=1", 400);
    String id = JSON.readTree(get(all).body()).at("/hints/0/id").asText();
    for (String decision : List.of("dismiss", "confirm")) {
      String one = all + "/{id}/" + decision;
      String path = one.replace("{id}", id);
      asked("POST", one, post(path, "{\"who\":\"" + "x".repeat(65_527) + "\"}"), 413);
      asked("POST", one, post(path, "{}"), 400);
      assertThat(post(path, "{}").body()).contains("who is missing").doesNotContain("undo");
      asked("POST", one, post(path.replace(id, "0"), "{\"who\":\"anna\"}"), 404);
      asked("POST", one, post(path, "{\"who\":\"anna\",\"comment\":\"c\"}"), 200);
    }
    got(all, "?machine=press", 200);
    assertThat(get(all).body())
        .contains("\"state\":\"confirmed\"", "\"toPaste\":\"- { asset: \\\"s/a/l/press\\\"");
    assertThat(get(all + "?machine=other").body()).contains("\"hints\":[]", "\"decided\":[]");
  }

  private static void notifications() throws IOException {
    String all = "/api/v1/notifications";
    await().untilAsserted(() -> assertThat(get(all).body()).contains("\"machine-down\""));
    String one = all + "/{id}/acknowledge";
    String path = one.replace("{id}", JSON.readTree(get(all).body()).at("/open/0/id").asText());
    asked("POST", one, post(path, "{\"who\":\"" + "x".repeat(65_527) + "\"}"), 413);
    asked("POST", one, post(path, "{}"), 400);
    asked("POST", one, post(one.replace("{id}", "n0"), "{\"who\":\"anna\"}"), 404);
    asked("POST", one, post(path, "{\"who\":\"anna\",\"comment\":\"c\"}"), 200);
    got(all, "", 200);
  }

  private static void corrections() throws IOException {
    String all = "/api/v1/corrections";
    posted(all, "", correction(MACHINE), 201);
    Instant now = Instant.now();
    for (String said :
        List.of(
            "\"kind\":\"stop-split\",\"parts\":[{},{\"from\":\"%s\",\"reason\":\"jam-infeed\"}],"
                .formatted(now.minusSeconds(5)),
            "\"kind\":\"stops-merged\",",
            "\"kind\":\"scrap-booked\",\"amount\":3,",
            "\"kind\":\"rework-booked\",\"amount\":1.5,\"reason\":\"jam-infeed\",")) {
      String span = ",\"from\":\"%s\",\"to\":\"%s\",".formatted(now.minusSeconds(10), now);
      posted(all, "", "{" + said + "\"who\":\"anna\"" + span + MACHINE + "}", 201);
    }
    JsonNode defects = JSON.readTree(get("/api/v1/defects").body());
    assertThat(defects.at("/pareto/0/scrap").asDouble()).isEqualTo(3);
    assertThat(defects.at("/pareto/1/reason").asText()).isEqualTo("jam-infeed");
    assertThat(defects.at("/pareto/1/rework").asDouble()).isEqualTo(1.5);
    got("/api/v1/defects", "?toMs=0", 200);
    got("/api/v1/defects", "", 200);
    got("/api/v1/defects", "?fromMs=x", 400);
    posted(all, "", "{}", 400);
    posted(all, "", correction("\"machine\":\"unheard-of\""), 404);
    assertThat(post(all, correction("\"machine\":\"m\"")).body())
        .as("a machine without its line")
        .contains("name all of its levels, as in s/a/l/m");
    keyed(all);
    meanwhile(all);
    String large = "{\"who\":\"" + "x".repeat(65_527) + "\"}";
    posted(all, "", large, 413);
    String one = all + "/{id}/undo";
    String id = JSON.readTree(get(all).body()).at("/corrections/0/id").asText();
    String undo = one.replace("{id}", id);
    asked("POST", one, post(undo, large), 413);
    asked("POST", one, post(undo, "{}"), 400);
    asked("POST", one, post(undo, "{\"who\":\"anna\"}"), 201);
    asked("POST", one, post(undo, "{\"who\":\"anna\"}"), 409);
    asked("POST", one, post(one.replace("{id}", "99999"), "{\"who\":\"anna\"}"), 404);
    got(all, "", 200);
    got(all, "?x=1", 400);
    got(all + "/export", "?x=1", 400);
  }

  private static HttpResponse<String> post(String path, String body, String key)
      throws IOException {
    return ask(port, "POST", path, body, "Idempotency-Key", key);
  }

  /** What is sent again with its key is kept once: a correction, its undo, an order. */
  private static void keyed(String all) throws IOException {
    String said = correction(MACHINE);
    String first = post(all, said, "key-1").body();
    assertThat(post(all, said, "\"key-1\"").body()).isEqualTo(first).contains("\"key-1\"");
    assertThat(post(all, said, "key-2").body()).isNotEqualTo(first);
    String undo = all + "/" + JSON.readTree(first).path("id").asText() + "/undo";
    String who = "{\"who\":\"anna\"}";
    String undone = post(undo, who, "key-3").body();
    assertThat(post(undo, who, "key-3").body()).isEqualTo(undone).contains("\"undone\"");
    asked("POST", all, post(all, said, "key-3"), 409);
    asked("POST", all, post(all, said, "no key"), 400);
    String start = "{\"kind\":\"order-started\",\"order\":\"1\"," + MACHINE + ",\"who\":\"anna\"}";
    String started = post("/api/v1/orders", start, "key-4").body();
    assertThat(post("/api/v1/orders", start, "key-4").body()).isEqualTo(started);
    String order = JSON.readTree(started).path("id").asText();
    assertThat(post("/api/v1/orders/" + order + "/undo", who, "key-5").statusCode()).isEqualTo(201);
  }

  /** Nobody replaces what another person has said, unless that is known. */
  private static void meanwhile(String all) throws IOException {
    long known = JSON.readTree(get(all).body()).path("end").asLong();
    String berts = correction(MACHINE).replace("anna", "bert");
    posted(all, "", berts, 201);
    String said = correction(MACHINE).replace("}", ",\"knownEnd\":%d}");
    HttpResponse<String> refused = post(all, said.formatted(known));
    asked("POST", all, refused, 409);
    assertThat(JSON.readTree(refused.body()).at("/conflict/who").asText()).isEqualTo("bert");
    posted(all, "", said.formatted(known).replace("anna", "bert"), 201);
    posted(
        all,
        "",
        said.formatted(known)
            .replace("reason-given", "annotated")
            .replaceAll("\"(category|reason|detail)\":\"[^\"]*\",|\"planned\":false,", ""),
        201);
    posted(all, "", said.formatted(known + 2), 201);
    posted(all, "", said.formatted(known).replace("" + known, "\"x\""), 400);
  }

  private static void orders() throws IOException {
    String all = "/api/v1/orders";
    String who = "," + MACHINE + ",\"who\":\"anna\"}";
    posted(all, "", "{\"kind\":\"order-finished\"" + who, 409);
    String start =
        "{\"kind\":\"order-started\",\"order\":\"4711\",\"product\":\"lid\",\"quantity\":9";
    posted(all, "", start + who, 201);
    posted(all, "", "{\"kind\":\"order-paused\",\"order\":\"4712\"" + who, 409);
    assertThat(get(all).body())
        .as("at once, though the machine has told nothing since")
        .contains("\"state\":\"running\"", "\"order\":\"4711\"");
    got(all, "?machine=m", 200);
    posted(all, "", "{\"kind\":\"order-paused\"" + who, 201);
    assertThat(get(all).body()).contains("\"state\":\"paused\"");
    got(all, "", 200);
    posted(all, "", "{}", 400);
    posted(all, "", start.replace("9", "0") + who, 400);
    posted(all, "", start + ",\"at\":\"2999-01-01T00:00:00Z\"" + who, 400);
    posted(all, "", start + ",\"line\":\"unheard-of\",\"who\":\"anna\"}", 404);
    String large = "{\"who\":\"" + "x".repeat(65_527) + "\"}";
    posted(all, "", large, 413);
    got(all, "?x=1", 400);
    String one = all + "/{id}/undo";
    String paused = JSON.readTree(get(all).body()).at("/orders/0/event/id").asText();
    String undo = one.replace("{id}", paused);
    asked("POST", one, post(undo, large), 413);
    asked("POST", one, post(undo, "{}"), 400);
    long started = Long.parseLong(paused) - 1;
    assertThat(post(one.replace("{id}", "" + started), "{\"who\":\"anna\"}").body())
        .contains("Not the last");
    asked("POST", one, post(undo, "{\"who\":\"anna\"}"), 201);
    asked("POST", one, post(undo, "{\"who\":\"anna\"}"), 409);
    asked("POST", one, post(one.replace("{id}", "99999"), "{\"who\":\"anna\"}"), 404);
    got("/api/v1/corrections/export", "", 200);
  }

  private static void stream() throws IOException, InterruptedException {
    HttpResponse<InputStream> response =
        CLIENT.send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1/stream"))
                .build(),
            HttpResponse.BodyHandlers.ofInputStream());
    assertThat(response.headers().firstValue("content-type").orElse(""))
        .startsWith("text/event-stream");
    try (BufferedReader lines = new BufferedReader(new InputStreamReader(response.body(), UTF_8))) {
      String data = lines.readLine();
      assertThat(data).startsWith("data: ");
      JsonNode schema =
          operation("GET", "/api/v1/stream")
              .at("/responses/200/content/text~1event-stream/schema/contentSchema");
      assertThat(errors(schema, data.substring(6))).as(data).isEmpty();
    }
    SEEN.add("GET /api/v1/stream 200");
  }

  private static HttpResponse<String> ofBare(String method, String path, String body)
      throws IOException {
    return ask(barePort, method, path, body, "authorization", "Bearer secret");
  }

  private static void people() throws IOException {
    String session = "/api/v1/session";
    String large = "{\"name\":\"" + "x".repeat(65_527) + "\"}";
    String login = "{\"name\":\"anna\",\"password\":\"%s\"}";
    asked("POST", session, post(session, login), 404);
    asked("POST", session, ofBare("POST", session, "{}"), 400);
    asked("POST", session, ofBare("POST", session, large), 413);
    asked("POST", session, ofBare("POST", session, login.formatted("wrong")), 401);
    HttpResponse<String> begun = ofBare("POST", session, login.formatted(PASSWORD));
    asked("POST", session, begun, 200);
    look(session + "/look", begun);
    String other = login.replace("anna", "eve");
    HttpResponse<String> tried = ofBare("POST", session, other);
    for (int i = 0; tried.statusCode() == 401 && i < 100; i++) { // on a slow machine more are free
      asked("POST", session, tried, 401);
      tried = ofBare("POST", session, other);
    }
    asked("POST", session, tried, 429);
    asked("DELETE", session, ofBare("DELETE", session, ""), 200);
    asked("DELETE", session, ask(port, "DELETE", session, ""), 404);
    for (String path : List.of(PROVIDER, PROVIDER + "/callback")) {
      asked("GET", path, ofBare("GET", path, ""), 303);
      got(path, "", 404);
    }
    logoutByProvider(PROVIDER + "/logout");
    walls();
    String audit = "/api/v1/audit";
    asked("GET", audit, ofBare("GET", audit, ""), 200);
    got(audit, "?limit=0", 400);
  }

  private static void logoutByProvider(String path) throws IOException {
    JWTClaimsSet ended =
        new JWTClaimsSet.Builder()
            .issuer(provider.issuer())
            .audience("weir")
            .subject("anna")
            .issueTime(new Date())
            .claim("events", Map.of("http://schemas.openid.net/event/backchannel-logout", Map.of()))
            .build();
    try {
      String form = "logout_token=" + ScriptedProvider.signed(ended);
      asked("POST", path, ofBare("POST", path, form), 200);
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
    asked("POST", path, ofBare("POST", path, "logout_token=none"), 400);
    asked("POST", path, ask(port, "POST", path, ""), 404);
  }

  private static void look(String path, HttpResponse<String> begun) throws IOException {
    String cookie = begun.headers().firstValue("set-cookie").orElseThrow().split(";", 2)[0];
    String csrf = JSON.readTree(begun.body()).path("csrf").asText();
    String large = "{\"zone\":\"" + "x".repeat(65_527) + "\"}";
    for (String body : List.of("{\"language\":\"de\"}", "{\"language\":\"fr\"}", large)) {
      int status = body.equals(large) ? 413 : body.contains("fr") ? 400 : 200;
      String[] of = {"cookie", cookie, "x-weir-csrf", csrf};
      asked("POST", path, ask(barePort, "POST", path, body, of), status);
    }
    asked("POST", path, post(path, "{}"), 404);
  }

  private static void walls() throws IOException {
    String all = "/api/v1/walls";
    String code = all + "/code";
    String claim = all + "/claim";
    asked("POST", code, post(code, ""), 404);
    asked("POST", code, ofBare("POST", code, ""), 200);
    JsonNode shown = JSON.readTree(ofBare("POST", code, "").body());
    String large = "{\"name\":\"" + "x".repeat(65_527) + "\"}";
    String secret = "{\"secret\":\"" + shown.path("secret").asText() + "\"}";
    asked("POST", claim, ofBare("POST", claim, secret), 202);
    asked("POST", claim, ofBare("POST", claim, "{"), 400);
    asked("POST", claim, ofBare("POST", claim, "{}"), 404);
    asked("POST", claim, ofBare("POST", claim, large), 413);
    String pair = "{\"code\":\"%s\",\"name\":\"Hall 2\"}";
    asked("POST", all, ofBare("POST", all, pair.formatted("none")), 404);
    asked("POST", all, ofBare("POST", all, "{}"), 400);
    asked("POST", all, ofBare("POST", all, large), 413);
    asked("POST", all, ofBare("POST", all, pair.formatted(shown.path("code").asText())), 201);
    asked("POST", claim, ofBare("POST", claim, secret), 200);
    HttpResponse<String> listed = ofBare("GET", all, "");
    asked("GET", all, listed, 200);
    String id = JSON.readTree(listed.body()).at("/walls/0/id").asText();
    String one = all + "/{id}";
    asked("DELETE", one, ofBare("DELETE", one.replace("{id}", id), ""), 200);
    asked("DELETE", one, ofBare("DELETE", one.replace("{id}", id), ""), 404);
    HttpResponse<String> begun = ofBare("POST", code, "");
    for (int screens = 1; begun.statusCode() == 200 && screens < 100; screens++) {
      begun = ofBare("POST", code, "");
    }
    asked("POST", code, begun, 429);
  }

  /** What any path may answer. */
  private static void others() throws IOException {
    String status = "/api/v1/status";
    asked("GET", status, ask(barePort, "GET", status, ""), 401);
    asked("GET", status, ask(port, "GET", status, "", "origin", "https://evil.example"), 403);
    asked("GET", status, ask(port, "DELETE", status, ""), 405);
    misdirected(status, 421);
    assertThat(get("/not/there").headers().firstValue("content-type")).hasValue(PROBLEM);
  }

  /** As a page under a name of its own asks. */
  private static void misdirected(String path, int status) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(20_000);
      socket
          .getOutputStream()
          .write(
              ("GET " + path + " HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n")
                  .getBytes(UTF_8));
      String answer = new String(socket.getInputStream().readAllBytes(), UTF_8);
      RawAnswer read = new RawAnswer(answer);
      assertThat(read.statusCode()).as(answer).isEqualTo(status);
      check("GET", path, status, read.headers(), read.body());
    }
  }

  private static Set<String> seen() {
    Set<String> all = new LinkedHashSet<>();
    for (String each : SEEN) {
      String[] parts = each.split(" ");
      JsonNode operation = operation(parts[0], parts[1]);
      if (operation.path("responses").has(parts[2])) {
        boolean file = document.path("paths").path(parts[1]).isMissingNode();
        all.add(parts[0] + " " + (file ? "/{file}" : parts[1]) + " " + parts[2]);
      }
    }
    return new TreeSet<>(all);
  }

  private static Set<String> explicit() {
    Set<String> all = new TreeSet<>();
    document
        .path("paths")
        .fields()
        .forEachRemaining(
            path ->
                path.getValue()
                    .fields()
                    .forEachRemaining(
                        method ->
                            method
                                .getValue()
                                .path("responses")
                                .fieldNames()
                                .forEachRemaining(
                                    status -> {
                                      if (!status.equals("default")) {
                                        all.add(
                                            method.getKey().toUpperCase(Locale.ROOT)
                                                + " "
                                                + path.getKey()
                                                + " "
                                                + status);
                                      }
                                    })));
    return all;
  }

  // ---- The document itself

  @Test
  void everyReferenceLeadsSomewhereAndNoSchemaIsUnused() {
    Set<String> used = new TreeSet<>();
    for (JsonNode ref : document.findValues("$ref")) {
      assertThat(document.at(ref.asText().substring(1)).isMissingNode()).as(ref.asText()).isFalse();
      used.add(ref.asText().replaceAll(".*/", ""));
    }
    Set<String> defined = new TreeSet<>();
    for (String kind : List.of("schemas", "responses", "parameters", "requestBodies")) {
      document.path("components").path(kind).fieldNames().forEachRemaining(defined::add);
    }
    assertThat(used).isEqualTo(defined);
  }

  @Test
  void everyExampleOfABodyIsAsItsSchemaSays() throws Exception {
    for (JsonNode media : document.findParents("example")) {
      if (media.has("schema") && !media.has("in")) {
        JsonNode example = media.path("example");
        String body = JSON.writeValueAsString(example);
        assertThat(errors(media.path("schema"), body)).as(body).isEmpty();
      }
    }
  }
}
