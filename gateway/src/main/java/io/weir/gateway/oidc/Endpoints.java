package io.weir.gateway.oidc;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.gateway.config.Hosts;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Where a provider answers what, by its discovery document (OpenID Connect Discovery 1.0).
 *
 * @param userinfo {@code null} where it has none
 * @param endSession where a browser is sent to log out there; {@code null} where it has none
 * @param sendsIssuer whether it names itself in what it sends a browser back with (RFC 9207)
 * @param takesBasic whether it takes the secret of a client as a Basic login
 */
record Endpoints(
    URI authorization,
    URI token,
    URI keys,
    @Nullable URI userinfo,
    @Nullable URI endSession,
    boolean sendsIssuer,
    boolean takesBasic) {

  /**
   * What a document says.
   *
   * @throws IOException if it is that of another provider, or names an address without TLS
   */
  static Endpoints of(JsonNode document, String issuer) throws IOException {
    String named = document.path("issuer").asText();
    if (!named.equals(issuer)) {
      throw new IOException(
          "the provider calls itself '" + named + "'; http.oidc.issuer must be the same");
    }
    boolean isLocal = issuer.startsWith("http://");
    JsonNode logins = document.path("token_endpoint_auth_methods_supported");
    boolean takesBasic = logins.isMissingNode();
    for (JsonNode login : logins) {
      takesBasic |= login.asText().equals("client_secret_basic");
    }
    return new Endpoints(
        needed(document, "authorization_endpoint", isLocal),
        needed(document, "token_endpoint", isLocal),
        needed(document, "jwks_uri", isLocal),
        url(document, "userinfo_endpoint", isLocal),
        url(document, "end_session_endpoint", isLocal),
        document.path("authorization_response_iss_parameter_supported").asBoolean(),
        takesBasic);
  }

  private static URI needed(JsonNode document, String name, boolean isLocal) throws IOException {
    URI url = url(document, name, isLocal);
    if (url == null) {
      throw new IOException("the provider names no " + name);
    }
    return url;
  }

  /** An address with TLS; of a provider on this machine also one of this machine without. */
  private static @Nullable URI url(JsonNode document, String name, boolean isLocal)
      throws IOException {
    String text = document.path(name).asText();
    if (text.isEmpty()) {
      return null;
    }
    try {
      URI url = new URI(text).parseServerAuthority();
      boolean isPlain = "http".equals(url.getScheme());
      boolean isHere =
          isLocal && isPlain && url.getHost() != null && Hosts.isLoopback(url.getHost());
      if (url.getHost() != null && ("https".equals(url.getScheme()) || isHere)) {
        return url;
      }
    } catch (URISyntaxException e) {
      throw new IOException("the " + name + " of the provider is no address", e);
    }
    throw new IOException("the " + name + " of the provider must begin with https://");
  }
}
