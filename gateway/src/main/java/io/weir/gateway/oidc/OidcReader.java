package io.weir.gateway.oidc;

import io.weir.gateway.config.Hosts;
import io.weir.gateway.config.Section;
import io.weir.gateway.config.TlsFiles;
import io.weir.gateway.config.Urls;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the group {@code http.oidc}. */
public final class OidcReader {

  /** Where the provider sends a browser back to, at the address that people open. */
  public static final String CALLBACK = "/api/v1/session/oidc/callback";

  private static final Map<String, Integer> WEB = Map.of("https", -1, "http", -1);
  private static final Duration USUAL_SESSION = Duration.ofHours(1);
  private static final Duration USUAL_TIMEOUT = Duration.ofSeconds(10);

  private OidcReader() {}

  /**
   * The provider; {@code null} where something is missing, which is reported.
   *
   * @param publicUrl what people open, or {@code null}
   */
  public static @Nullable OidcConfig read(Section section, @Nullable URI publicUrl) {
    URI issuer = Urls.read(section, "issuer", WEB);
    if (issuer != null && !issuer.getScheme().equals("https") && !isLoopback(issuer)) {
      section.problem("issuer", "must begin with https://, since what it answers must be its own");
    }
    if (publicUrl == null) {
      section.problem("issuer", "needs http.public-url, where the provider sends browsers back to");
    }
    List<String> scopes = scopes(section);
    Section groups = section.section("roles");
    Map<String, String> roles = new LinkedHashMap<>();
    groups.names().forEach(name -> roles.put(name, groups.text(name, "")));
    TlsFiles tls = TlsFiles.read(section);
    if (tls != null && issuer != null && !issuer.getScheme().equals("https")) {
      section.problem("tls", "needs an issuer that begins with https://");
    }
    Duration timeout =
        section.duration("timeout", USUAL_TIMEOUT, Duration.ofMillis(100), Duration.ofMinutes(1));
    if (issuer == null || publicUrl == null) {
      return null;
    }
    return new OidcConfig(
        section.text("issuer", ""),
        section.text("client-id", ""),
        section.secret("client-secret"),
        URI.create(Urls.origin(publicUrl) + CALLBACK),
        section.text("label", ""),
        scopes,
        section.text("name-claim", "preferred_username"),
        section.text("role-claim", "groups"),
        roles,
        section.duration("session-time", USUAL_SESSION, Duration.ofMinutes(1), Duration.ofDays(90)),
        timeout,
        tls);
  }

  private static List<String> scopes(Section section) {
    List<String> scopes = new ArrayList<>();
    scopes.add("openid");
    List<String> given = section.has("scopes") ? section.texts("scopes") : List.of("profile");
    given.stream().filter(scope -> !scopes.contains(scope)).forEach(scopes::add);
    return scopes;
  }

  private static boolean isLoopback(URI url) {
    return Hosts.isLoopback(url.getHost());
  }
}
