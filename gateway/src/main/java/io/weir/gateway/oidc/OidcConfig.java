package io.weir.gateway.oidc;

import io.weir.gateway.config.Secret;
import io.weir.gateway.config.TlsFiles;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The provider that knows who works here, and what of its answers counts.
 *
 * @param issuer as it names itself, to the letter
 * @param clientId what this gateway is called there
 * @param clientSecret {@code null} for a client that has none
 * @param redirect where it sends a browser back to
 * @param label what the button of the login says; "" for the page's own words
 * @param scopes what is asked for, {@code openid} among them
 * @param nameClaim the claim with the name of the person
 * @param roleClaim the claim with the groups or roles of the person, with dots between levels
 * @param roles the role here of each group there; whoever has several gets the one with most rights
 * @param sessionTime how long a role holds before the provider is asked again
 * @param timeout of one request
 * @param tls whom to trust; {@code null} for what Java knows
 */
public record OidcConfig(
    String issuer,
    String clientId,
    @Nullable Secret clientSecret,
    URI redirect,
    String label,
    List<String> scopes,
    String nameClaim,
    String roleClaim,
    Map<String, String> roles,
    Duration sessionTime,
    Duration timeout,
    @Nullable TlsFiles tls) {

  public OidcConfig {
    scopes = List.copyOf(scopes);
    roles = Map.copyOf(roles);
  }

  /** What decides who has which role. Where that has changed, everybody has to log in again. */
  public String rules() {
    return String.join(
        "\n", issuer, clientId, nameClaim, roleClaim, new TreeMap<>(roles).toString());
  }
}
