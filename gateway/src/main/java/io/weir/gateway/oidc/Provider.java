package io.weir.gateway.oidc;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.nimbusds.jwt.JWTClaimsSet;
import io.weir.gateway.config.Secret;
import io.weir.gateway.log.Time;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The provider of {@code http.oidc}. What waits for the network says so; the rest does not. For any
 * thread.
 */
public final class Provider {

  private static final String DISCOVERY = "/.well-known/openid-configuration";
  private static final long OLD_NS = Duration.ofHours(1).toNanos();

  /** A provider that is away is not asked at each click. */
  private static final long LEAST_BETWEEN_NS = Duration.ofSeconds(3).toNanos();

  private static final Set<String> WOULD_ASK =
      Set.of(
          "login_required",
          "interaction_required",
          "consent_required",
          "account_selection_required");

  private static final int LONGEST_CODE = 4096;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final OidcConfig config;
  private final Time time;
  private final ProviderClient client;
  private final ProviderKeys keys;
  private final IdTokens tokens;
  private final Claims claims;

  private volatile @Nullable Endpoints endpoints;
  private long askedNs;
  private @Nullable IOException failure;

  public Provider(OidcConfig config, Time time) {
    this.config = config;
    this.time = time;
    client = new ProviderClient(config.timeout(), config.tls());
    keys = new ProviderKeys(client, time);
    tokens = new IdTokens(config, keys, time);
    claims = new Claims(config);
  }

  /** What the button of the login says; "" for the page's own words. */
  public String label() {
    return config.label();
  }

  /**
   * Where to send a browser. Waits for the network.
   *
   * @throws IOException if the provider is away, or does not describe itself as it must
   */
  public URI address(BegunLogin login) throws IOException {
    return address(login, false);
  }

  /**
   * The same; a silent login asks nobody anything, and comes back without anybody where the
   * provider would have to.
   */
  public URI address(BegunLogin login, boolean isSilent) throws IOException {
    Map<String, String> query = new LinkedHashMap<>();
    query.put("response_type", "code");
    query.put("client_id", config.clientId());
    query.put("redirect_uri", config.redirect().toString());
    query.put("scope", String.join(" ", config.scopes()));
    query.put("state", login.state());
    query.put("nonce", login.nonce());
    query.put("code_challenge", login.challenge());
    query.put("code_challenge_method", "S256");
    if (isSilent) {
      query.put("prompt", "none");
    }
    return with(endpoints().authorization(), query);
  }

  /**
   * Who came back. Waits for the network.
   *
   * @param answer the parameters with which the provider sent the browser back
   * @throws IOException if the provider is away
   * @throws RefusedException if it does not say credibly who that is
   */
  public Person person(BegunLogin login, Map<String, String> answer)
      throws IOException, RefusedException {
    Endpoints at = endpoints();
    String issuer = answer.getOrDefault("iss", "");
    String code = answer.getOrDefault("code", "");
    boolean isNamed = !issuer.isEmpty() || at.sendsIssuer();
    if (isNamed && !issuer.equals(config.issuer())) {
      throw new RefusedException("the answer is that of the provider '" + issuer + "'");
    }
    if (answer.containsKey("error")) {
      throw new RefusedException("the provider answered " + answer.get("error"));
    }
    if (code.isEmpty() || code.length() > LONGEST_CODE) {
      throw new RefusedException("there is no code in the answer, or one that is too long");
    }
    JsonNode given = exchanged(login, code, at);
    JWTClaimsSet token = tokens.checked(given.path("id_token").asText(), login.nonce(), at.keys());
    JsonNode told = json(token);
    URI userinfo = at.userinfo();
    String access = given.path("access_token").asText();
    if (userinfo == null || access.isEmpty() || claims.areAllIn(told)) {
      return claims.person(told);
    }
    return claims.person(told, more(userinfo, access, token.getSubject()));
  }

  /** Whether an answer says that the provider would have to ask the person something first. */
  public static boolean wouldAsk(Map<String, String> answer) {
    return WOULD_ASK.contains(answer.getOrDefault("error", ""));
  }

  /**
   * The login that the provider has ended. Waits for the network.
   *
   * @param token a logout token
   * @throws IOException if the provider is away
   * @throws RefusedException if it does not say so credibly
   */
  public Person.Login ended(String token) throws IOException, RefusedException {
    return Claims.login(json(tokens.ofLogout(token, () -> endpoints().keys())));
  }

  /** What the token leaves out, and the provider tells of the same person. */
  private JsonNode more(URI userinfo, String access, String subject)
      throws IOException, RefusedException {
    JsonNode more = client.get(userinfo, access);
    if (!more.path("sub").asText().equals(subject)) {
      throw new RefusedException("the userinfo is that of another person");
    }
    return more;
  }

  private JsonNode exchanged(BegunLogin login, String code, Endpoints at)
      throws IOException, RefusedException {
    Map<String, String> form = new LinkedHashMap<>();
    form.put("grant_type", "authorization_code");
    form.put("code", code);
    form.put("redirect_uri", config.redirect().toString());
    form.put("code_verifier", login.verifier());
    Secret secret = config.clientSecret();
    String basic = "";
    if (secret != null && at.takesBasic()) {
      String both = encoded(config.clientId()) + ":" + encoded(secret.value());
      basic = "Basic " + Base64.getEncoder().encodeToString(both.getBytes(UTF_8));
    } else {
      form.put("client_id", config.clientId());
      if (secret != null) {
        form.put("client_secret", secret.value());
      }
    }
    ProviderClient.Answer answer = client.post(at.token(), form(form), basic);
    if (answer.status() >= 500) {
      throw new IOException(at.token() + " answered " + answer.status());
    }
    if (answer.status() != 200) {
      throw new RefusedException(
          "the provider answered " + answer.status() + " " + answer.json().path("error").asText());
    }
    return answer.json();
  }

  private static JsonNode json(JWTClaimsSet claims) throws IOException {
    try {
      return JSON.readTree(claims.toString());
    } catch (JsonProcessingException e) {
      throw new IOException("the claims of the ID token cannot be read", e);
    }
  }

  /**
   * Where to send a browser that logs out, so that it is logged out there too; {@code null} where
   * the provider has no such place. Does not wait.
   */
  public @Nullable URI logout() {
    Endpoints known = endpoints;
    if (known == null || known.endSession() == null) {
      return null;
    }
    Map<String, String> query = new LinkedHashMap<>();
    query.put("client_id", config.clientId());
    query.put("post_logout_redirect_uri", config.redirect().resolve("/").toString());
    return with(known.endSession(), query);
  }

  private synchronized Endpoints endpoints() throws IOException {
    Endpoints known = endpoints;
    long age = time.elapsedNs() - askedNs;
    if (known != null && age <= OLD_NS) {
      return known;
    }
    if (failure != null && age < LEAST_BETWEEN_NS) {
      throw new IOException(failure.getMessage(), failure);
    }
    try {
      Endpoints found = Endpoints.of(client.get(discovery(), null), config.issuer());
      endpoints = found;
      failure = null;
      return found;
    } catch (IOException e) {
      failure = e;
      throw e;
    } finally {
      askedNs = time.elapsedNs();
    }
  }

  private URI discovery() {
    String issuer = config.issuer();
    String base = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
    return URI.create(base + DISCOVERY);
  }

  private static URI with(URI base, Map<String, String> query) {
    return URI.create(base + (base.getRawQuery() == null ? "?" : "&") + form(query));
  }

  private static String form(Map<String, String> members) {
    return members.entrySet().stream()
        .map(each -> encoded(each.getKey()) + "=" + encoded(each.getValue()))
        .collect(Collectors.joining("&"));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(Objects.requireNonNull(text), UTF_8);
  }
}
