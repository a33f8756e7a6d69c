package io.weir.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.gateway.http.Role;
import io.weir.gateway.passwords.Passwords;
import io.weir.gateway.people.User;
import io.weir.gateway.people.Users;
import io.weir.gateway.people.UsersFile;
import io.weir.gateway.settings.ConfigFile;
import io.weir.peers.Ports;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** A gateway with all of its routes and a user or token of each role, named as the role. */
final class StartedPeople implements AutoCloseable {

  static final String PASSWORD = "correct horse";
  static final String TOKEN = "of-http-token";

  /** Of all users: making one takes time on purpose, and so does each login; so the least cost. */
  private static final String HASH = Passwords.hash(PASSWORD, 10);

  final int port = Ports.free();
  final UsersFile file;
  final Map<Role, String> tokens = new EnumMap<>(Role.class);

  private final HttpClient client = HttpClient.newHttpClient();
  private final Path yaml;
  private Gateway gateway;

  StartedPeople(Path home) throws Exception {
    this(home, "");
  }

  /**
   * @param more what the section {@code http} has besides, each line with its indent
   */
  StartedPeople(Path home, String more) throws Exception {
    file = new UsersFile(home.resolve("users.yaml"));
    Users users = Users.NONE;
    for (Role role : Role.values()) {
      if (role.isOfPeople()) {
        users = users.with(new User(role.word(), role, HASH));
      }
      if (role != Role.STRANGER) {
        Users.Added added = users.withToken("token-" + role.word(), role);
        users = added.users();
        tokens.put(role, added.secret());
      }
    }
    file.write(users);
    yaml = home.resolve("weir.yaml");
    Files.writeString(
        yaml,
        """
        gateway: { id: people, data-dir: data }
        http:
          port: %d
          token: %s
          users: users.yaml
        %s
        sources: [ { name: posts, type: http } ]
        sinks: [ { name: away, type: influxdb, version: 1, url: "http://127.0.0.1:1", database: d } ]
        efficiency:
          zone: UTC
          learned: { enabled: true }
          defaults:
            state: { metric: state, running: [RUNNING], down: [DOWN] }
            count: { total: made }
        fleet: { receive: {} }
        """
            .formatted(port, TOKEN, more.replace("PORT", Integer.toString(port))));
    start();
  }

  void start() throws Exception {
    gateway = StartedGateway.of(new ConfigFile(yaml, Map.of(), List.of()));
  }

  void restart() throws Exception {
    gateway.close();
    start();
  }

  Gateway gateway() {
    return gateway;
  }

  void change(Users users) throws IOException {
    file.write(users);
  }

  Users users() throws IOException {
    return file.read();
  }

  HttpResponse<String> ask(String method, String path, String body, String... headers)
      throws Exception {
    HttpResponse<InputStream> answer = open(method, path, body, headers);
    try (InputStream in = answer.body()) {
      String type = answer.headers().firstValue("content-type").orElse("");
      // The stream has no end.
      String text = type.startsWith("text/event-stream") ? "" : new String(in.readAllBytes());
      return new Answer(answer, text);
    }
  }

  HttpResponse<InputStream> open(String method, String path, String body, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .method(
                method,
                body.isEmpty()
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
  }

  HttpResponse<String> get(String path, String... headers) throws Exception {
    return ask("GET", path, "", headers);
  }

  /** What a browser sends once somebody has logged in. */
  record Browser(String cookie, String csrf) {

    String[] headers() {
      return new String[] {"cookie", cookie, "x-weir-csrf", csrf};
    }
  }

  HttpResponse<String> tryLogin(String name, String password) throws Exception {
    return ask(
        "POST",
        "/api/v1/session",
        new ObjectMapper()
            .createObjectNode()
            .put("name", name)
            .put("password", password)
            .toString());
  }

  Browser login(String name) throws Exception {
    return browser(tryLogin(name, PASSWORD));
  }

  static Browser browser(HttpResponse<String> answer) throws IOException {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    String cookie = answer.headers().firstValue("set-cookie").orElseThrow().split(";", 2)[0];
    return new Browser(cookie, json(answer).path("csrf").asText());
  }

  static JsonNode json(HttpResponse<String> answer) throws IOException {
    return new ObjectMapper().readTree(answer.body());
  }

  @Override
  public void close() {
    gateway.close();
  }

  /** An answer whose body was read. */
  private record Answer(HttpResponse<InputStream> of, String body) implements HttpResponse<String> {

    @Override
    public int statusCode() {
      return of.statusCode();
    }

    @Override
    public HttpRequest request() {
      return of.request();
    }

    @Override
    public java.util.Optional<HttpResponse<String>> previousResponse() {
      return java.util.Optional.empty();
    }

    @Override
    public java.net.http.HttpHeaders headers() {
      return of.headers();
    }

    @Override
    public java.util.Optional<javax.net.ssl.SSLSession> sslSession() {
      return of.sslSession();
    }

    @Override
    public URI uri() {
      return of.uri();
    }

    @Override
    public HttpClient.Version version() {
      return of.version();
    }
  }
}
