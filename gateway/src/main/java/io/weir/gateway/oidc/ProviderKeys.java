package io.weir.gateway.oidc;

import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import io.weir.gateway.log.Time;
import java.io.IOException;
import java.net.URI;
import java.text.ParseException;
import java.time.Duration;
import java.util.List;

/**
 * The keys of the provider. They are asked for again when they are old, and once when a signature
 * names one that is not among them: a provider changes its keys. Whoever names keys without end
 * makes no more than a request each half minute. Thread-safe.
 */
final class ProviderKeys {

  private static final long OLD_NS = Duration.ofHours(1).toNanos();
  private static final long LEAST_BETWEEN_NS = Duration.ofSeconds(30).toNanos();
  private static final int LEAST_RSA_BITS = 2048;

  private final ProviderClient client;
  private final Time time;
  private JWKSet keys = new JWKSet();
  private URI from = URI.create("");
  private long askedNs;

  ProviderKeys(ProviderClient client, Time time) {
    this.client = client;
    this.time = time;
  }

  /**
   * Those that may have signed something.
   *
   * @param url where the provider has its keys
   */
  synchronized JWKSet of(JWSHeader header, URI url) throws IOException {
    long age = time.elapsedNs() - askedNs;
    boolean isNew = !url.equals(from);
    if (isNew || age > OLD_NS || (!has(header) && age > LEAST_BETWEEN_NS)) {
      keys = strong(asked(url));
      from = url;
      askedNs = time.elapsedNs();
    }
    return keys;
  }

  private boolean has(JWSHeader header) {
    return !new JWKSelector(JWKMatcher.forJWSHeader(header)).select(keys).isEmpty();
  }

  private JWKSet asked(URI url) throws IOException {
    try {
      return JWKSet.parse(client.get(url, null).toString());
    } catch (ParseException e) {
      throw new IOException("the keys of the provider cannot be read: " + e.getMessage(), e);
    }
  }

  /** Without those that are too short to be safe. */
  private static JWKSet strong(JWKSet all) {
    List<JWK> strong =
        all.getKeys().stream()
            .filter(key -> !(key instanceof RSAKey rsa) || rsa.size() >= LEAST_RSA_BITS)
            .toList();
    return new JWKSet(strong);
  }
}
