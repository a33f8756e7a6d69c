package io.weir.gateway;

import static io.weir.gateway.StartedPeople.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.JWTClaimsSet;
import io.weir.gateway.http.Role;
import io.weir.gateway.oidc.ScriptedProvider;
import java.net.URLDecoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logins by a provider of OpenID Connect, as a browser makes them. */
@Tag("slow")
class ProviderLoginTest {

  private static final String BEGIN = "/api/v1/session/oidc";
  private static final String CALLBACK = BEGIN + "/callback";

  @TempDir Path home;

  private ScriptedProvider provider;
  private StartedPeople people;

  @BeforeEach
  void start() throws Exception {
    provider = new ScriptedProvider();
    people =
        new StartedPeople(
            home,
            """
              public-url: http://127.0.0.1:1
              oidc: { issuer: "%s", client-id: weir, label: Plant, roles: { leaders: operator } }
            """
                .formatted(provider.issuer()));
  }

  @AfterEach
  void stop() {
    people.close();
    provider.close();
  }

  /** What a browser has when it is sent to the provider. */
  private record Sent(String cookie, Map<String, String> query) {}

  private Sent begin() throws Exception {
    HttpResponse<String> answer = people.get(BEGIN);
    assertThat(answer.statusCode()).isEqualTo(303);
    String cookie = answer.headers().firstValue("set-cookie").orElseThrow();
    assertThat(cookie)
        .startsWith("weir-" + people.port + "-login=")
        .contains("HTTPOnly", "SameSite=Lax", "Max-Age=600", "Path=/");
    String to = location(answer);
    assertThat(to).startsWith(provider.issuer() + "/authorize?");
    Map<String, String> query = new LinkedHashMap<>();
    for (String each : to.substring(to.indexOf('?') + 1).split("&")) {
      String[] parts = each.split("=", 2);
      query.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
    }
    return new Sent(cookie.split(";")[0], query);
  }

  private static String location(HttpResponse<String> answer) {
    return answer.headers().firstValue("location").orElseThrow();
  }

  /** Comes back with what the provider has signed for that login. */
  private HttpResponse<String> end(Sent sent, String name, String group) throws Exception {
    Instant now = Instant.now();
    provider.gives(
        ScriptedProvider.signed(
            new JWTClaimsSet.Builder()
                .issuer(provider.issuer())
                .audience("weir")
                .subject("of " + name)
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(300)))
                .claim("nonce", sent.query().get("nonce"))
                .claim("preferred_username", name)
                .claim("groups", List.of(group))
                .build()));
    return callback(sent, "code=c&state=" + sent.query().get("state"));
  }

  private HttpResponse<String> callback(Sent sent, String query) throws Exception {
    String[] browser = {
      "cookie", sent.cookie(),
      "sec-fetch-site", "cross-site",
      "sec-fetch-mode", "navigate",
      "sec-fetch-dest", "document"
    };
    HttpResponse<String> answer = people.get(CALLBACK + "?" + query, browser);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(303);
    return answer;
  }

  private String session(HttpResponse<String> answer) {
    assertThat(location(answer)).isEqualTo("/");
    List<String> cookies = answer.headers().allValues("set-cookie");
    assertThat(cookies).anyMatch(each -> each.startsWith("weir-" + people.port + "-login=;"));
    String session =
        cookies.stream()
            .filter(each -> each.startsWith("weir-" + people.port + "="))
            .findFirst()
            .orElseThrow();
    assertThat(session).contains("HTTPOnly", "SameSite=Strict", "Max-Age=3600");
    return session.split(";")[0];
  }

  @Test
  void whoIsInAGroupHasItsRoleUntilTheLogoutAndWhileTheRulesStay() throws Exception {
    assertThat(json(people.get("/api/v1/session")).path("provider").asText()).isEqualTo("Plant");
    String first = session(end(begin(), "Anna Lee", "leaders"));
    String second = session(end(begin(), "Anna Lee", "leaders"));
    people.close();
    people.start();
    var shown = json(people.get("/api/v1/session", "cookie", first));
    assertThat(shown.path("name").asText()).isEqualTo("Anna Lee");
    assertThat(shown.path("role").asText()).isEqualTo("operator");
    assertThat(shown.path("kind").asText()).isEqualTo("user");
    assertThat(people.get("/api/v1/audit", "cookie", first).statusCode()).isEqualTo(403);
    String[] admin = {"authorization", "Bearer " + people.tokens.get(Role.ADMIN)};
    assertThat(people.get("/api/v1/audit", admin).body())
        .contains("\"who\":\"Anna Lee\"", "\"what\":\"login by the provider\"");

    begin(); // since the restart nobody has asked where the provider logs people out
    String[] own = {"cookie", first, "x-weir-csrf", shown.path("csrf").asText()};
    assertThat(json(people.ask("DELETE", "/api/v1/session", "", own)).path("logout").asText())
        .startsWith(provider.issuer() + "/end?here=1&client_id=weir&post_logout_redirect_uri=");
    assertThat(people.get("/api/v1/status", "cookie", first).statusCode()).isEqualTo(401);
    assertThat(people.get("/api/v1/status", "cookie", second).statusCode()).isEqualTo(200);

    people.close();
    Path yaml = home.resolve("weir.yaml");
    Files.writeString(yaml, Files.readString(yaml).replace("leaders: operator", "leaders: viewer"));
    people.start();
    assertThat(people.get("/api/v1/status", "cookie", second).statusCode()).isEqualTo(401);
  }

  @Test
  void theProviderIsAskedAgainWithinAnHourAndEndsASessionAtOnceIfItSaysSo() throws Exception {
    String first = session(end(begin(), "Anna Lee", "leaders"));
    String other = session(end(begin(), "Bert", "leaders"));
    assertThat(json(people.get("/api/v1/session", "cookie", first)).path("renewSeconds").asInt())
        .isBetween(1, 2700);

    String silent = location(people.get(BEGIN + "?silent=yes"));
    assertThat(silent).endsWith("&prompt=none");
    Sent again = begin();
    String state = "&state=" + again.query().get("state");
    assertThat(location(callback(again, "error=login_required" + state)))
        .isEqualTo("/?login=would-ask");
    assertThat(location(callback(begin(), "error=login_required" + state)))
        .as("the state of another browser")
        .isEqualTo("/?login=expired");

    JWTClaimsSet.Builder ended =
        new JWTClaimsSet.Builder()
            .issuer(provider.issuer())
            .audience("weir")
            .subject("of Anna Lee")
            .claim("sid", "unknown here")
            .issueTime(new Date())
            .claim(
                "events", Map.of("http://schemas.openid.net/event/backchannel-logout", Map.of()));
    assertThat(logout(ScriptedProvider.signed(ended.claim("nonce", "n").build()))).isEqualTo(400);
    assertThat(people.get("/api/v1/status", "cookie", first).statusCode()).isEqualTo(200);
    assertThat(logout(ScriptedProvider.signed(ended.claim("nonce", null).build()))).isEqualTo(200);
    assertThat(people.get("/api/v1/status", "cookie", first).statusCode()).isEqualTo(401);
    assertThat(people.get("/api/v1/status", "cookie", other).statusCode()).isEqualTo(200);
  }

  private int logout(String token) throws Exception {
    String[] form = {"content-type", "application/x-www-form-urlencoded"};
    return people.ask("POST", BEGIN + "/logout", "logout_token=" + token, form).statusCode();
  }

  @Test
  void aLoginEndsOnceWhereItWasBegunAndLeadsNowhereElse() throws Exception {
    Sent sent = begin();
    Sent other = begin();
    String code = "code=c&state=";
    assertThat(location(callback(other, code + sent.query().get("state"))))
        .as("the state of another browser")
        .isEqualTo("/?login=expired");
    assertThat(location(callback(new Sent("x=y", Map.of()), code + sent.query().get("state"))))
        .isEqualTo("/?login=expired");
    String state = sent.query().get("state");
    String twice = location(callback(sent, "code=c&state=" + state + "&state=" + state));
    assertThat(twice).as("two states").isEqualTo("/?login=expired");
    session(end(sent, "anna", "leaders"));
    assertThat(location(end(sent, "anna", "leaders"))).as("again").isEqualTo("/?login=expired");

    assertThat(people.get(BEGIN + "?next=https://evil.example").statusCode()).isEqualTo(400);
    Sent next = begin();
    String to = "&next=//evil.example&redirect_uri=//evil.example";
    assertThat(location(callback(next, "error=denied&state=" + next.query().get("state") + to)))
        .isEqualTo("/?login=refused");
    assertThat(people.get(BEGIN, "sec-fetch-site", "cross-site").statusCode())
        .as("a part of another page")
        .isEqualTo(403);
  }

  @Test
  void whoIsRefusedIsToldWhyAndTheUsersOfTheGatewayLogInAllTheSame() throws Exception {
    assertThat(location(end(begin(), "bert", "cooks"))).isEqualTo("/?login=no-role");
    assertThat(location(end(begin(), "<b>", "leaders"))).isEqualTo("/?login=no-name");
    assertThat(location(end(begin(), "admin", "leaders")))
        .as("the name of a user of the gateway")
        .isEqualTo("/?login=name-taken");
    provider.answers("/token", 500, "{}");
    Sent sent = begin();
    assertThat(location(callback(sent, "code=c&state=" + sent.query().get("state"))))
        .isEqualTo("/?login=away");
    String last = "";
    for (int i = 0; !last.equals("/?login=busy"); i++) { // on a slow machine more are free
      assertThat(i).as("tries").isLessThan(200);
      Sent each = begin();
      last = location(callback(each, "code=c&state=" + each.query().get("state")));
    }

    people.close();
    provider.answers("/.well-known/openid-configuration", "{\"issuer\":\"http://other\"}");
    people.start();
    assertThat(location(people.get(BEGIN))).isEqualTo("/?login=away");
    people.login("operator");
    String[] admin = {"authorization", "Bearer " + people.tokens.get(Role.ADMIN)};
    assertThat(people.get("/api/v1/audit", admin).body())
        .contains("\"who\":\"bert\"", "\"status\":403");
  }
}
