package io.weir.gateway;

import static io.weir.gateway.StartedPeople.PASSWORD;
import static io.weir.gateway.StartedPeople.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.gateway.StartedPeople.Browser;
import io.weir.gateway.http.Role;
import io.weir.gateway.passwords.Passwords;
import io.weir.gateway.people.User;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sessions, walls, limits and the audit of a gateway that has users. */
@Tag("slow")
class PeopleTest {

  @TempDir Path home;

  private StartedPeople people;

  @BeforeEach
  void start() throws Exception {
    people = new StartedPeople(home);
  }

  @AfterEach
  void stop() {
    people.close();
  }

  // ---- Sessions

  @Test
  void aSessionIsACookieThatNoScriptAndNoOtherSiteCanUse() throws Exception {
    HttpResponse<String> answer = people.tryLogin("anna", PASSWORD);
    assertThat(answer.statusCode()).isEqualTo(401);
    answer = people.tryLogin("viewer", PASSWORD);
    assertThat(answer.headers().firstValue("set-cookie").orElseThrow())
        .startsWith("weir-" + people.port + "=")
        .contains("Max-Age=43200", "Path=/", "HTTPOnly", "SameSite=Strict")
        .doesNotContain("Domain");
    assertThat(json(answer).path("name").asText()).isEqualTo("viewer");
    Browser browser = StartedPeople.browser(answer);
    JsonNode shown = json(people.get("/api/v1/session", "cookie", browser.cookie()));
    assertThat(shown.path("role").asText()).isEqualTo("viewer");
    assertThat(shown.path("kind").asText()).isEqualTo("user");
    assertThat(shown.path("rights").toString()).isEqualTo("[\"everyone\",\"view\",\"metrics\"]");
    assertThat(json(people.get("/api/v1/session")).path("role").asText()).isEqualTo("stranger");
  }

  @Test
  void theCookieGoesByTlsOnlyWhereTheConfigurationSaysSoAndNoHeaderChangesThat() throws Exception {
    String[] proxied = {"x-forwarded-proto", "https", "forwarded", "proto=https;host=other"};
    String login = "{\"name\":\"viewer\",\"password\":\"" + PASSWORD + "\"}";
    HttpResponse<String> answer = people.ask("POST", "/api/v1/session", login, proxied);
    assertThat(answer.headers().firstValue("set-cookie").orElseThrow())
        .startsWith("weir-" + people.port + "=")
        .doesNotContain("Secure");
    people.close();

    people = new StartedPeople(home, "  public-url: https://weir.example");
    answer = people.ask("POST", "/api/v1/session", login, "x-forwarded-proto", "http");
    assertThat(answer.headers().firstValue("set-cookie").orElseThrow())
        .startsWith("__Host-weir-" + people.port + "=")
        .contains("; Secure", "SameSite=Strict");
    Browser browser = StartedPeople.browser(answer);
    assertThat(status(browser)).isEqualTo(200);
  }

  @Test
  void withACookieNothingIsChangedWithoutWhatOnlyThePageKnows() throws Exception {
    Browser browser = people.login("engineer");
    String reload = "/api/v1/config/reload";
    assertThat(people.ask("POST", reload, "", "cookie", browser.cookie()).statusCode())
        .isEqualTo(403);
    String other = people.login("engineer").csrf();
    String[] wrong = {"cookie", browser.cookie(), "x-weir-csrf", other};
    assertThat(people.ask("POST", reload, "", wrong).statusCode()).isEqualTo(403);
    assertThat(people.ask("POST", reload, "", browser.headers()).statusCode()).isEqualTo(200);
  }

  @Test
  void aPageOfAnotherSiteCannotLogInOrAskForACode() throws Exception {
    String[] foreign = {"origin", "http://127.0.0.1:1"};
    for (String path : List.of("/api/v1/session", "/api/v1/walls/code", "/api/v1/walls/claim")) {
      assertThat(people.ask("POST", path, "{}", foreign).statusCode()).as(path).isEqualTo(403);
    }
  }

  @Test
  void aSessionEndsByLoggingOutAndStaysEndedAfterARestart() throws Exception {
    Browser stays = people.login("operator");
    Browser ends = people.login("operator");
    assertThat(people.ask("DELETE", "/api/v1/session", "", ends.headers()).statusCode())
        .isEqualTo(200);
    assertThat(status(ends)).isEqualTo(401);

    people.close();
    people.start();
    assertThat(status(stays)).isEqualTo(200);
    assertThat(status(ends)).isEqualTo(401);
    try (Stream<Path> files = Files.list(home.resolve("data"))) {
      for (Path file :
          files.filter(each -> each.getFileName().toString().startsWith("logins")).toList()) {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
            .isEqualTo("rw-------");
        assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
            .contains("operator")
            .doesNotContain(stays.cookie().split("=")[1]);
      }
    }
  }

  private int status(Browser browser) throws Exception {
    return people.get("/api/v1/status", browser.headers()).statusCode();
  }

  @Test
  void whoIsRemovedOrGetsAnotherPasswordIsOutAlsoOfTheStream() throws Exception {
    Browser removed = people.login("viewer");
    Browser changed = people.login("operator");
    Browser stays = people.login("admin");
    List<CompletableFuture<Void>> ends = new ArrayList<>();
    for (Browser browser : List.of(removed, changed)) {
      HttpResponse<InputStream> stream =
          people.open("GET", "/api/v1/stream", "", browser.headers());
      assertThat(stream.statusCode()).isEqualTo(200);
      ends.add(
          CompletableFuture.runAsync(
              () -> {
                try (InputStream in = stream.body()) {
                  in.transferTo(java.io.OutputStream.nullOutputStream());
                } catch (java.io.IOException e) {
                  // The client asks whether it may go on by HTTP/2, and such a connection is
                  // closed with its caller, perhaps before the stream has ended.
                  assertThat(e).hasMessage("closed");
                }
              }));
    }
    people.change(
        people
            .users()
            .without("viewer")
            .with(new User("operator", Role.OPERATOR, Passwords.hash("another password"))));
    await().untilAsserted(() -> assertThat(status(removed)).isEqualTo(401));
    assertThat(status(changed)).isEqualTo(401);
    assertThat(status(stays)).isEqualTo(200);
    CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new)).join();
  }

  @Test
  void aRoleHoldsAtOnceAndAFileWithAMistakeChangesNothing() throws Exception {
    Browser browser = people.login("viewer");
    String reload = "/api/v1/config/reload";
    HttpResponse<String> refused = people.ask("POST", reload, "", browser.headers());
    assertThat(refused.statusCode()).isEqualTo(403);
    assertThat(json(refused).path("needs").asText()).isEqualTo("engineer");
    User viewer = people.users().user("viewer");
    people.change(people.users().with(new User("viewer", Role.ENGINEER, viewer.hash())));
    await()
        .untilAsserted(
            () ->
                assertThat(people.ask("POST", reload, "", browser.headers()).statusCode())
                    .isEqualTo(200));
    Files.writeString(home.resolve("users.yaml"), "users: [ { name: viewer, role: king } ]");
    await().during(Duration.ofSeconds(2)).until(() -> status(browser) == 200);
  }

  // ---- Limits

  @Test
  void guessesAreHeldUpAndWhoHasLoggedInFromThereIsNot() throws Exception {
    people.login("admin");
    HttpResponse<String> answer = people.tryLogin("eve", "a wrong password");
    for (int i = 0; answer.statusCode() == 401; i++) {
      assertThat(i).as("tries").isLessThan(100);
      answer = people.tryLogin("eve", "a wrong password");
    }
    assertThat(answer.statusCode()).isEqualTo(429);
    assertThat(answer.headers().firstValueAsLong("retry-after").orElse(0)).isBetween(1L, 11L);
    assertThat(people.tryLogin("admin", PASSWORD).statusCode()).isEqualTo(200);
  }

  @Test
  void aFloodOfLoginsWaitsForItselfAloneAndOthersAreAnswered() throws Exception {
    List<CompletableFuture<Integer>> flood = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      String name = "nobody " + i;
      flood.add(
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return people.tryLogin(name, "a wrong password").statusCode();
                } catch (Exception e) {
                  throw new IllegalStateException(e);
                }
              }));
    }
    assertThat(people.get("/health/live").statusCode()).isEqualTo(200);
    for (CompletableFuture<Integer> each : flood) {
      assertThat(each.join()).isIn(401, 429);
    }
  }

  // ---- Walls

  @Test
  void aWallIsPairedOnceSeesEverythingChangesNothingAndCanBeEnded() throws Exception {
    JsonNode shown = json(people.ask("POST", "/api/v1/walls/code", ""));
    String claim = "{\"secret\":\"" + shown.path("secret").asText() + "\"}";
    assertThat(people.ask("POST", "/api/v1/walls/claim", claim).statusCode()).isEqualTo(202);
    String code = shown.path("code").asText();
    String typed = code.substring(0, 4).toLowerCase() + "-" + code.substring(4);
    String pair = "{\"code\":\"%s\",\"name\":\"Hall 2\"}";
    String[] admin = people.login("admin").headers();
    assertThat(people.ask("POST", "/api/v1/walls", pair.formatted("AAAAAAAA"), admin).statusCode())
        .isEqualTo(404);
    assertThat(people.ask("POST", "/api/v1/walls", pair.formatted(typed), admin).statusCode())
        .isEqualTo(201);

    HttpResponse<String> claimed = people.ask("POST", "/api/v1/walls/claim", claim);
    assertThat(claimed.headers().firstValue("set-cookie").orElse("")).contains("Max-Age=34560000");
    Browser wall = StartedPeople.browser(claimed);
    assertThat(people.ask("POST", "/api/v1/walls/claim", claim).statusCode()).isEqualTo(404);
    people.close();
    people.start();
    assertThat(status(wall)).isEqualTo(200);
    assertThat(people.ask("POST", "/api/v1/corrections", "{}", wall.headers()).statusCode())
        .isEqualTo(403);
    HttpResponse<String> me = people.get("/api/v1/session", wall.headers());
    assertThat(json(me).path("kind").asText()).isEqualTo("wall");
    assertThat(me.headers().firstValue("set-cookie")).as("is kept for longer").isPresent();

    JsonNode walls = json(people.get("/api/v1/walls", admin)).path("walls");
    assertThat(walls.at("/0/name").asText()).isEqualTo("Hall 2");
    String one = "/api/v1/walls/" + walls.at("/0/id").asText();
    assertThat(people.ask("DELETE", one, "", admin).statusCode()).isEqualTo(200);
    assertThat(people.ask("DELETE", one, "", admin).statusCode()).isEqualTo(404);
    assertThat(status(wall)).isEqualTo(401);
  }

  @Test
  void languageAndZoneAreKeptForAUserOnEveryScreenAndForAWallAsItIsPaired() throws Exception {
    assertThat(json(people.get("/api/v1/session")).path("plantZone").asText()).isEqualTo("UTC");
    String look = "/api/v1/session/look";
    String german = "{\"language\":\"de\",\"zone\":\"Asia/Shanghai\"}";
    Browser first = people.login("viewer");
    assertThat(people.ask("POST", look, german, "cookie", first.cookie()).statusCode())
        .as("without the CSRF token")
        .isEqualTo(403);
    for (String wrong : List.of("{\"language\":\"fr\"}", "{\"zone\":\"Mars\"}", "{\"x\":1}")) {
      assertThat(people.ask("POST", look, wrong, first.headers()).statusCode()).isEqualTo(400);
    }
    assertThat(people.ask("POST", look, german, first.headers()).statusCode()).isEqualTo(200);
    people.restart();
    JsonNode second = json(people.tryLogin("viewer", PASSWORD));
    assertThat(second.path("language").asText()).isEqualTo("de");
    assertThat(second.path("zone").asText()).isEqualTo("Asia/Shanghai");
    Browser admin = people.login("admin");
    JsonNode other = json(people.get("/api/v1/session", admin.headers()));
    assertThat(other.path("language").asText() + other.path("zone").asText()).isEmpty();

    JsonNode shown = json(people.ask("POST", "/api/v1/walls/code", ""));
    String pair =
        "{\"code\":\"%s\",\"name\":\"Hall 3\",\"language\":\"zh\",\"zone\":\"Europe/Berlin\"}"
            .formatted(shown.path("code").asText());
    assertThat(people.ask("POST", "/api/v1/walls", pair, admin.headers()).statusCode())
        .isEqualTo(201);
    String claim = "{\"secret\":\"" + shown.path("secret").asText() + "\"}";
    HttpResponse<String> claimed = people.ask("POST", "/api/v1/walls/claim", claim);
    assertThat(json(claimed).path("language").asText()).isEqualTo("zh");
    Browser wall = StartedPeople.browser(claimed);
    people.restart();
    assertThat(json(people.get("/api/v1/session", wall.headers())).path("zone").asText())
        .isEqualTo("Europe/Berlin");
    assertThat(people.ask("POST", look, german, wall.headers()).statusCode()).isEqualTo(404);
  }

  // ---- Audit and names

  @Test
  void whatSomebodyWhoHasLoggedInSaysCarriesTheVerifiedName() throws Exception {
    long now = System.currentTimeMillis();
    String line = "telemetry,site=s,area=a,line=l,machine=m state=\"DOWN\" ";
    String[] ingest = {"authorization", "Bearer " + people.tokens.get(Role.INGEST)};
    String lines = line + (now - 60_000) + "\n" + line + now;
    assertThat(people.ask("POST", "/write?precision=ms", lines, ingest).statusCode())
        .isEqualTo(204);
    String said =
        """
        {"kind":"annotated","site":"s","area":"a","line":"l","machine":"m",%s"comment":"c",
         "from":"%s","to":"%s"}"""
            .formatted("%s", Instant.ofEpochMilli(now - 10_000), Instant.ofEpochMilli(now));
    String[] operator = people.login("operator").headers();
    await()
        .untilAsserted(
            () ->
                assertThat(
                        people
                            .ask("POST", "/api/v1/corrections", said.formatted(""), operator)
                            .statusCode())
                    .isEqualTo(201));
    String[] token = {"authorization", "Bearer " + people.tokens.get(Role.OPERATOR)};
    assertThat(people.ask("POST", "/api/v1/corrections", said.formatted(""), token).statusCode())
        .as("a program says for whom")
        .isEqualTo(400);
    people.ask("POST", "/api/v1/corrections", said.formatted("\"who\":\"bert\","), token);
    JsonNode kept = json(people.get("/api/v1/corrections", operator)).path("corrections");
    assertThat(kept.at("/1/who").asText()).isEqualTo("operator");
    assertThat(kept.at("/1/verified").asBoolean()).isTrue();
    assertThat(kept.at("/0/who").asText()).isEqualTo("bert");
    assertThat(kept.at("/0/verified").asBoolean()).isFalse();

    people.close();
    people.start();
    kept = json(people.get("/api/v1/corrections", operator)).path("corrections");
    assertThat(kept.at("/1/verified").asBoolean()).as("after a restart").isTrue();
    JsonNode audit = audit("");
    assertThat(audit.at("/entries").toString())
        .contains("\"who\":\"operator\",\"kind\":\"user\",\"role\":\"operator\"")
        .contains("\"who\":\"token-operator\",\"kind\":\"token\"")
        .doesNotContain("/write");
  }

  @Test
  void aDecisionAboutAHintCarriesTheVerifiedName() throws Exception {
    String[] ingest = {"authorization", "Bearer " + people.tokens.get(Role.INGEST)};
    Instant today = Instant.now().truncatedTo(ChronoUnit.DAYS);
    long made = 0;
    for (int day = 6; day > 1; day--) {
      StringBuilder lines = new StringBuilder();
      for (int minute = 0; minute < 240; minute++) {
        Instant at = today.minus(day, ChronoUnit.DAYS).plus(minute, ChronoUnit.MINUTES);
        made += 6;
        lines
            .append("telemetry,site=s,area=a,line=l,machine=press state=\"RUNNING\",made=")
            .append(made)
            .append(' ')
            .append(at.toEpochMilli())
            .append('\n');
      }
      assertThat(people.ask("POST", "/write?precision=ms", lines.toString(), ingest).statusCode())
          .isEqualTo(204);
    }
    String[] engineer = people.login("engineer").headers();
    await()
        .untilAsserted(
            () ->
                assertThat(people.get("/api/v1/hints", engineer).body()).contains("\"no-cycle\""));
    JsonNode hints = json(people.get("/api/v1/hints", engineer));
    String confirm = "/api/v1/hints/" + hints.at("/hints/0/id").asText() + "/confirm";
    assertThat(people.ask("POST", confirm, "{}", engineer).statusCode()).isEqualTo(200);
    JsonNode decided = json(people.get("/api/v1/hints", engineer)).at("/decided/0");
    assertThat(decided.path("who").asText()).isEqualTo("engineer");
    assertThat(decided.path("verified").asBoolean()).isTrue();

    String[] token = {"authorization", "Bearer " + people.tokens.get(Role.ENGINEER)};
    people.ask("POST", confirm, "{\"who\":\"bert\"}", token);
    decided = json(people.get("/api/v1/hints", engineer)).at("/decided/0");
    assertThat(decided.path("who").asText()).isEqualTo("bert");
    assertThat(decided.path("verified").asBoolean()).isFalse();
  }

  private JsonNode audit(String query) throws Exception {
    String[] admin = {"authorization", "Bearer " + people.tokens.get(Role.ADMIN)};
    return json(people.get("/api/v1/audit" + query, admin));
  }

  @Test
  void anAdminSeesWhoDidWhatAndWhatBecameOfIt() throws Exception {
    String[] engineer = people.login("engineer").headers();
    people.ask("POST", "/api/v1/config/reload", "", engineer);
    people.ask("POST", "/api/v1/quarantine/replay", "{", engineer);
    people.tryLogin("eve", "a wrong password");
    people.change(people.users().without("viewer"));
    await().untilAsserted(() -> assertThat(audit("").toString()).contains("removed user viewer"));
    people.close();
    people.start();

    List<String> all = new ArrayList<>();
    String before = "?limit=1";
    for (JsonNode page = audit(before); ; page = audit(before)) {
      for (JsonNode entry : page.path("entries")) {
        all.add(
            entry.path("who").asText()
                + ": "
                + entry.path("what").asText()
                + " "
                + entry.path("status").asText());
        assertThat(entry.path("time").asText()).startsWith("20");
      }
      if (page.path("next").isNull()) {
        break;
      }
      before = "?limit=1&before=" + page.path("next").asText();
    }
    assertThat(all)
        .containsExactly(
            "file of users: removed user viewer 200",
            "eve: login 401",
            "engineer: POST /api/v1/quarantine/replay 400",
            "engineer: POST /api/v1/config/reload 200",
            "engineer: login 200");
  }
}
