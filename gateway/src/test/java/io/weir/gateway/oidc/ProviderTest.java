package io.weir.gateway.oidc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import io.weir.gateway.config.Secret;
import io.weir.gateway.config.Tls;
import io.weir.gateway.config.TlsFiles;
import io.weir.gateway.log.ManualTime;
import io.weir.gateway.peers.Certificates;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a provider answers, and what of it is believed. */
@Tag("server")
class ProviderTest {

  private static final Instant NOW = Instant.ofEpochSecond(1_700_000_000);
  private static final String LOGOUT = "http://schemas.openid.net/event/backchannel-logout";
  private static final Person.Login LOGIN = new Person.Login("17", "");
  private static final Map<String, String> CODE = Map.of("code", "c");

  private final ManualTime time = new ManualTime();
  private final BegunLogins begun = new BegunLogins(time);
  private final BegunLogin login = begun.begin();
  private ScriptedProvider answers;

  @BeforeEach
  void start() throws IOException {
    answers = new ScriptedProvider();
  }

  @AfterEach
  void stop() {
    answers.close();
  }

  private OidcConfig config(Duration timeout) {
    return config(answers, timeout, null);
  }

  private static OidcConfig config(
      ScriptedProvider answers, Duration timeout, @Nullable TlsFiles tls) {
    return new OidcConfig(
        answers.issuer(),
        "weir",
        new Secret("s e:cret"),
        URI.create("https://weir.example/api/v1/session/oidc/callback"),
        "",
        List.of("openid", "profile"),
        "preferred_username",
        "realm.roles",
        Map.of("leaders", "operator", "admins", "admin", "all", "viewer"),
        Duration.ofHours(1),
        timeout,
        tls);
  }

  private Provider provider() {
    return new Provider(config(Duration.ofSeconds(20)), time);
  }

  /** A good token, which a test makes worse. */
  private JWTClaimsSet.Builder claims() {
    return new JWTClaimsSet.Builder()
        .issuer(answers.issuer())
        .audience("weir")
        .subject("17")
        .issueTime(Date.from(NOW))
        .expirationTime(Date.from(NOW.plusSeconds(300)))
        .claim("nonce", login.nonce())
        .claim("preferred_username", "anna")
        .claim("realm", Map.of("roles", List.of("all", "leaders", "cooks")));
  }

  private void isRefused(String token, String why) {
    answers.gives(token);
    assertThatThrownBy(() -> provider().person(login, CODE))
        .as(why)
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining(why);
  }

  // ---- Good answers

  @Test
  void theBrowserIsSentWithADigestOfWhatOnlyTheGatewayCanShow() throws Exception {
    URI to = provider().address(login);
    assertThat(to.toString()).startsWith(answers.issuer() + "/authorize?response_type=code&");
    Map<String, String> query = new LinkedHashMap<>();
    for (String each : to.getRawQuery().split("&")) {
      String[] parts = each.split("=", 2);
      query.put(parts[0], URLDecoder.decode(parts[1], UTF_8));
    }
    assertThat(query)
        .containsEntry("client_id", "weir")
        .containsEntry("redirect_uri", "https://weir.example/api/v1/session/oidc/callback")
        .containsEntry("scope", "openid profile")
        .containsEntry("state", login.state())
        .containsEntry("nonce", login.nonce())
        .containsEntry("code_challenge", login.challenge())
        .containsEntry("code_challenge_method", "S256");
    assertThat(login.verifier()).hasSize(43).isNotEqualTo(login.state());
    assertThat(to.toString()).doesNotContain(login.verifier()).doesNotContain(login.cookie());
  }

  @Test
  void aPersonHasTheNameAndTheGreatestRoleOfTheClaims() throws Exception {
    answers.gives(ScriptedProvider.signed(claims().build()));
    assertThat(provider().person(login, CODE)).isEqualTo(new Person("anna", "operator", LOGIN));
    assertThat(answers.last("/token"))
        .contains("Basic d2VpcjpzK2UlM0FjcmV0 ")
        .contains("code_verifier=" + login.verifier(), "code=c", "grant_type=authorization_code")
        .doesNotContain("s+e", "client_secret");
    assertThat(answers.times("/userinfo")).isZero();
  }

  @Test
  void whatTheTokenLeavesOutIsAskedForAndOfTheSamePersonOnly() throws Exception {
    answers.gives(ScriptedProvider.signed(claims().claim("realm", null).build()));
    answers.answers("/userinfo", "{\"sub\":\"17\",\"realm\":{\"roles\":\"admins\"}}");
    assertThat(provider().person(login, CODE)).isEqualTo(new Person("anna", "admin", LOGIN));
    assertThat(answers.last("/userinfo")).contains("Bearer a");
    answers.answers("/userinfo", "{\"sub\":\"18\",\"realm\":{\"roles\":\"admins\"}}");
    assertThatThrownBy(() -> provider().person(login, CODE))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("another person");
  }

  @Test
  void whoIsInNoGroupHasNoRole() throws Exception {
    answers.gives(
        ScriptedProvider.signed(
            claims().claim("realm", Map.of("roles", List.of("admin", "cooks"))).build()));
    assertThat(provider().person(login, CODE)).isEqualTo(new Person("anna", null, LOGIN));
  }

  @Test
  void aSecretIsPostedWhereTheProviderTakesNoBasicLogin() throws Exception {
    answers.answers(
        "/.well-known/openid-configuration",
        answers
            .discovery()
            .replace(
                "{\"issuer\"",
                "{\"token_endpoint_auth_methods_supported\":[\"client_secret_post\"],\"issuer\""));
    answers.gives(ScriptedProvider.signed(claims().build()));
    provider().person(login, CODE);
    assertThat(answers.last("/token")).contains("null", "client_id=weir&client_secret=s+e%3Acret");
  }

  @Test
  void whoLogsOutIsSentToTheProviderToo() throws Exception {
    Provider provider = provider();
    assertThat(provider.logout()).as("not known yet").isNull();
    provider.address(login);
    assertThat(provider.logout())
        .hasToString(
            answers.issuer()
                + "/end?here=1&client_id=weir&post_logout_redirect_uri=https%3A%2F%2Fweir.example%2F");
  }

  @Test
  void aSilentLoginAsksNobodyAnything() throws Exception {
    assertThat(provider().address(login, true).getRawQuery()).endsWith("&prompt=none");
    assertThat(provider().address(login, false).getRawQuery()).doesNotContain("prompt");
    assertThat(Provider.wouldAsk(Map.of("error", "login_required"))).isTrue();
    assertThat(Provider.wouldAsk(Map.of("error", "access_denied"))).isFalse();
  }

  // ---- Logouts there

  private JWTClaimsSet.Builder logout() {
    return new JWTClaimsSet.Builder()
        .issuer(answers.issuer())
        .audience("weir")
        .subject("17")
        .claim("sid", "s-1")
        .issueTime(Date.from(NOW))
        .claim("events", Map.of(LOGOUT, Map.of()));
  }

  @Test
  void aLogoutTokenNamesTheLoginThatHasEnded() throws Exception {
    JWSHeader typed =
        new JWSHeader.Builder(JWSAlgorithm.RS256)
            .keyID("first")
            .type(new JOSEObjectType("logout+jwt"))
            .build();
    String token = ScriptedProvider.signed(logout().build(), typed, ScriptedProvider.KEY);
    assertThat(provider().ended(token)).isEqualTo(new Person.Login("17", "s-1"));
    assertThat(provider().ended(ScriptedProvider.signed(logout().claim("sid", null).build())))
        .isEqualTo(LOGIN);
  }

  @Test
  void aLogoutTokenThatLiesEndsNothing() throws Exception {
    Map<String, JWTClaimsSet.Builder> lies = new LinkedHashMap<>();
    lies.put("iss", logout().issuer("http://other"));
    lies.put("aud", logout().audience("other"));
    lies.put("events", logout().claim("events", null));
    lies.put("something else", logout().claim("events", Map.of("http://other", Map.of())));
    lies.put("nonce", logout().claim("nonce", "n"));
    lies.put("nobody", logout().subject(null).claim("sid", null));
    lies.put("not of now", logout().issueTime(Date.from(NOW.minusSeconds(3600))));
    for (Map.Entry<String, JWTClaimsSet.Builder> lie : lies.entrySet()) {
      String token = ScriptedProvider.signed(lie.getValue().build());
      assertThatThrownBy(() -> provider().ended(token))
          .as(lie.getKey())
          .isInstanceOf(RefusedException.class)
          .hasMessageContaining(lie.getKey());
    }
    RSAKey other = ScriptedProvider.key("first");
    JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("first").build();
    String forged = ScriptedProvider.signed(logout().build(), header, other);
    assertThatThrownBy(() -> provider().ended(forged)).isInstanceOf(RefusedException.class);
    String idToken = ScriptedProvider.signed(claims().build());
    assertThatThrownBy(() -> provider().ended(idToken)).isInstanceOf(RefusedException.class);
  }

  // ---- Tokens that lie

  @Test
  void aTokenOfAnotherForAnotherOrOfAnotherLoginIsRefused() throws Exception {
    isRefused(ScriptedProvider.signed(claims().issuer("http://other").build()), "iss");
    isRefused(ScriptedProvider.signed(claims().audience("other").build()), "aud");
    isRefused(ScriptedProvider.signed(claims().audience(List.of()).build()), "aud");
    isRefused(
        ScriptedProvider.signed(claims().audience(List.of("weir", "other")).build()), "client");
    isRefused(ScriptedProvider.signed(claims().claim("azp", "other").build()), "client other");
    isRefused(
        ScriptedProvider.signed(claims().claim("nonce", begun.begin().nonce()).build()), "nonce");
    isRefused(ScriptedProvider.signed(claims().claim("nonce", null).build()), "nonce");
    isRefused(ScriptedProvider.signed(claims().subject(null).build()), "sub");
  }

  @Test
  void aTokenIsGoodForItsTimeByTheGatewaysClock() throws Exception {
    isRefused(
        ScriptedProvider.signed(claims().expirationTime(Date.from(NOW.minusSeconds(120))).build()),
        "Expired");
    isRefused(ScriptedProvider.signed(claims().expirationTime(null).build()), "exp");
    isRefused(
        ScriptedProvider.signed(claims().issueTime(Date.from(NOW.plusSeconds(120))).build()),
        "compare the clocks");
    answers.gives(ScriptedProvider.signed(claims().build()));
    time.advance(Duration.ofSeconds(350));
    assertThat(provider().person(login, CODE).name()).as("clocks may differ").isEqualTo("anna");
    time.advance(Duration.ofSeconds(20));
    assertThatThrownBy(() -> provider().person(login, CODE)).isInstanceOf(RefusedException.class);
  }

  @Test
  void aTokenWithoutASignatureOrWithOneByASecretIsRefused() throws Exception {
    isRefused(new PlainJWT(claims().build()).serialize(), "not accepted");
    byte[] known = ScriptedProvider.KEY.toRSAPublicKey().getEncoded();
    JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("first").build();
    isRefused(ScriptedProvider.signed(claims().build(), header, new MACSigner(known)), "HS256");
    isRefused(
        ScriptedProvider.signed(
            claims().build(), header, new MACSigner("s e:cret".repeat(8).getBytes(UTF_8))),
        "HS256");
  }

  @Test
  void aTokenThatIsChangedOrSignedByAnotherKeyIsRefused() throws Exception {
    String good = ScriptedProvider.signed(claims().build());
    String[] parts = good.split("\\.");
    String other =
        ScriptedProvider.signed(claims().claim("preferred_username", "admin").build())
            .split("\\.")[1];
    isRefused(parts[0] + "." + other + "." + parts[2], "Invalid signature");
    RSAKey stranger = ScriptedProvider.key("first");
    JWSHeader own =
        new JWSHeader.Builder(JWSAlgorithm.RS256)
            .jwk(stranger.toPublicJWK())
            .keyID("first")
            .build();
    isRefused(ScriptedProvider.signed(claims().build(), own, stranger), "Invalid signature");
    isRefused("a.b.c", "not accepted");
    isRefused("", "not accepted");
  }

  // ---- Keys

  @Test
  void keysThatChangeAreAskedForOnceAndNotAtEachStrangeName() throws Exception {
    Provider provider = provider();
    answers.gives(ScriptedProvider.signed(claims().build()));
    provider.person(login, CODE);
    provider.person(login, CODE);
    assertThat(answers.times("/keys")).isEqualTo(1);

    RSAKey second = ScriptedProvider.key("second");
    JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("second").build();
    answers.gives(ScriptedProvider.signed(claims().build(), header, second));
    for (int i = 0; i < 5; i++) {
      assertThatThrownBy(() -> provider.person(login, CODE)).isInstanceOf(RefusedException.class);
    }
    assertThat(answers.times("/keys")).as("half a minute is not over").isEqualTo(1);

    time.advance(Duration.ofSeconds(31));
    answers.answers(
        "/keys",
        new JWKSet(List.of(ScriptedProvider.KEY.toPublicJWK(), second.toPublicJWK())).toString());
    assertThat(provider.person(login, CODE).name()).isEqualTo("anna");
    assertThat(answers.times("/keys")).isEqualTo(2);
  }

  // ---- Answers that are none

  @Test
  void aProviderThatCallsItselfOtherwiseOrHasNoTlsIsNotAsked() {
    String good = answers.discovery();
    for (String bad :
        List.of(
            good.replace("\"issuer\":\"", "\"issuer\":\"http://other"),
            good.replace("/authorize", "/authorize\u0000"),
            good.replaceFirst("http://127[^\"]*/token", "http://192.0.2.1/token"),
            good.replaceFirst("http://127[^\"]*/keys", "file:///etc/passwd"),
            good.replaceFirst("http://127[^\"]*/authorize", "javascript:alert(1)"),
            "{}",
            "[]",
            "none")) {
      answers.answers("/.well-known/openid-configuration", bad);
      assertThatThrownBy(() -> provider().address(login)).as(bad).isInstanceOf(IOException.class);
    }
    assertThat(answers.times("/token") + answers.times("/keys")).isZero();
  }

  @Test
  void anAuthorityOfThePlantIsTrustedWhereItIsNamedAndNoOther(@TempDir Path home) throws Exception {
    Certificates certificates = new Certificates(home);
    certificates.sign("server", "RSA", "IP:127.0.0.1");
    TlsFiles own =
        new TlsFiles(null, certificates.path("server.pem"), certificates.path("server.key"));
    TlsFiles trusted = new TlsFiles(certificates.path("ca.pem"), null, null);
    Duration timeout = Duration.ofSeconds(20);
    try (ScriptedProvider secure = new ScriptedProvider(Tls.context(own))) {
      Provider known = new Provider(config(secure, timeout, trusted), time);
      assertThat(known.address(login).toString()).startsWith(secure.issuer());
      Provider stranger = new Provider(config(secure, timeout, null), time);
      assertThatThrownBy(() -> stranger.address(login))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("PKIX");
      secure.answers(
          "/.well-known/openid-configuration",
          secure.discovery().replaceFirst("https(://[^\"]*/token)", "http$1"));
      Provider plain = new Provider(config(secure, timeout, trusted), time);
      assertThatThrownBy(() -> plain.address(login)).hasMessageContaining("must begin with https");
    }
  }

  @Test
  void aRedirectIsNotFollowed() {
    answers.answers(
        "/.well-known/openid-configuration",
        exchange -> {
          exchange.getResponseHeaders().set("Location", answers.issuer() + "/elsewhere");
          exchange.sendResponseHeaders(302, -1);
        });
    assertThatThrownBy(() -> provider().address(login)).isInstanceOf(IOException.class);
    assertThat(answers.times("/elsewhere")).isZero();
  }

  @Test
  void anAnswerWithoutEndIsCut() {
    answers.answers(
        "/.well-known/openid-configuration",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          byte[] spaces = " ".repeat(8192).getBytes(UTF_8);
          while (true) {
            exchange.getResponseBody().write(spaces);
          }
        });
    assertThatThrownBy(() -> provider().address(login)).hasMessageContaining("larger than 256KiB");
  }

  @Test
  void anAnswerThatNeverComesToItsEndIsGivenUp() {
    CountDownLatch end = new CountDownLatch(1);
    answers.answers(
        "/.well-known/openid-configuration",
        exchange -> {
          exchange.sendResponseHeaders(200, 1000);
          exchange.getResponseBody().write('{');
          exchange.getResponseBody().flush();
          await(end);
        });
    Provider provider = new Provider(config(Duration.ofMillis(300)), time);
    assertThatThrownBy(() -> provider.address(login)).isInstanceOf(IOException.class);
    end.countDown();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void aProviderThatIsAwayIsNotAskedAtEachClick() {
    answers.answers("/.well-known/openid-configuration", 503, "{}");
    Provider provider = provider();
    for (int i = 0; i < 5; i++) {
      assertThatThrownBy(() -> provider.address(login)).isInstanceOf(IOException.class);
    }
    assertThat(answers.times("/.well-known")).isEqualTo(1);
    answers.answers("/.well-known/openid-configuration", answers.discovery());
    time.advance(Duration.ofSeconds(4));
    assertThat(catchAddress(provider)).startsWith(answers.issuer());
  }

  private String catchAddress(Provider provider) {
    try {
      return provider.address(login).toString();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void anErrorAWrongProviderOrNoCodeIsARefusalAndNothingIsAsked() {
    for (Map<String, String> answer :
        List.of(
            Map.of("error", "access_denied"),
            Map.of("error", "access_denied", "code", "c"),
            Map.of("iss", "http://other", "code", "c"),
            Map.of("code", "x".repeat(5000)),
            Map.<String, String>of())) {
      assertThatThrownBy(() -> provider().person(login, answer))
          .isInstanceOf(RefusedException.class);
    }
    answers.answers(
        "/.well-known/openid-configuration",
        answers
            .discovery()
            .replace(
                "{\"issuer\"",
                "{\"authorization_response_iss_parameter_supported\":true,\"issuer\""));
    assertThatThrownBy(() -> provider().person(login, CODE)).hasMessageContaining("provider ''");
    assertThat(answers.times("/token")).isZero();
    answers.answers("/token", 400, "{\"error\":\"invalid_grant\"}");
    assertThatThrownBy(() -> provider().person(login, Map.of("code", "c", "iss", answers.issuer())))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("invalid_grant");
  }

  // ---- Logins that are under way

  @Test
  void aLoginIsGoodOnceForAWhileAndInTheBrowserThatBeganIt() {
    BegunLogin other = begun.begin();
    assertThat(begun.end(login.cookie(), other.state())).as("of another browser").isNull();
    assertThat(begun.end("", login.state())).isNull();
    assertThat(begun.end(login.cookie() + "x", login.state())).isNull();
    assertThat(new BegunLogins(time).end(login.cookie(), login.state())).as("restart").isNull();
    BegunLogin back = begun.end(login.cookie(), login.state());
    assertThat(back).isNotNull();
    assertThat(back.nonce()).isEqualTo(login.nonce());
    assertThat(begun.end(login.cookie(), login.state())).as("a second time").isNull();
    time.advance(Duration.ofSeconds(BegunLogins.SECONDS + 1L));
    assertThat(begun.end(other.cookie(), other.state())).as("too late").isNull();
  }
}
