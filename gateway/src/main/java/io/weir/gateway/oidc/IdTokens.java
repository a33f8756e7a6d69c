package io.weir.gateway.oidc;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.BadJWTException;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import io.weir.gateway.log.Time;
import java.io.IOException;
import java.net.URI;
import java.text.ParseException;
import java.util.Date;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Checks ID tokens (OpenID Connect Core 1.0, 3.1.3.7). Only signatures by a key pair count: a
 * secret could be what is public of a pair, and none is none at all.
 */
final class IdTokens {

  private static final Set<JWSAlgorithm> ALGORITHMS =
      Set.of(
          JWSAlgorithm.RS256,
          JWSAlgorithm.RS384,
          JWSAlgorithm.RS512,
          JWSAlgorithm.PS256,
          JWSAlgorithm.PS384,
          JWSAlgorithm.PS512,
          JWSAlgorithm.ES256,
          JWSAlgorithm.ES384,
          JWSAlgorithm.ES512);

  private static final DefaultJOSEObjectTypeVerifier<SecurityContext> TYPES =
      new DefaultJOSEObjectTypeVerifier<>(
          JOSEObjectType.JWT, new JOSEObjectType("logout+jwt"), null);

  private static final String LOGOUT = "http://schemas.openid.net/event/backchannel-logout";

  private static final int CLOCKS_APART_S = 60;

  /** A provider sends it at once; what is older, somebody has kept. */
  private static final long LOGOUT_AGE_MS = 300_000;

  private final OidcConfig config;
  private final ProviderKeys keys;
  private final Time time;

  /** Where the provider has its keys, which may have to be asked for. */
  interface KeysAt {
    URI get() throws IOException;
  }

  IdTokens(OidcConfig config, ProviderKeys keys, Time time) {
    this.config = config;
    this.keys = keys;
    this.time = time;
  }

  /**
   * What a token says.
   *
   * @param nonce of the login that was begun
   * @param keysAt where the provider has its keys
   * @throws RefusedException if it is not of this provider, for this client and for that login
   */
  JWTClaimsSet checked(String token, String nonce, URI keysAt)
      throws IOException, RefusedException {
    return signed(token, "ID token", new Claims(nonce), () -> keysAt);
  }

  /**
   * What a token says by which the provider ends a login (OpenID Connect Back-Channel Logout 1.0,
   * 2.6). One that comes again ends nothing more, so none is remembered.
   *
   * @throws RefusedException if it is not of this provider, for this client and of now
   */
  JWTClaimsSet ofLogout(String token, KeysAt keysAt) throws IOException, RefusedException {
    return signed(token, "logout token", new LogoutClaims(), keysAt);
  }

  private JWTClaimsSet signed(String token, String what, OwnClaims claims, KeysAt keysAt)
      throws IOException, RefusedException {
    try {
      SignedJWT signed = SignedJWT.parse(token);
      if (!ALGORITHMS.contains(signed.getHeader().getAlgorithm())) {
        throw new RefusedException("it is signed by " + signed.getHeader().getAlgorithm());
      }
      DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
      processor.setJWSKeySelector(
          new JWSVerificationKeySelector<>(
              ALGORITHMS, new ImmutableJWKSet<>(keys.of(signed.getHeader(), keysAt.get()))));
      processor.setJWSTypeVerifier(TYPES);
      processor.setJWTClaimsSetVerifier(claims);
      return processor.process(signed, null);
    } catch (ParseException | BadJOSEException | JOSEException e) {
      throw new RefusedException("the " + what + " is not accepted: " + e.getMessage(), e);
    }
  }

  private JWTClaimsSet.Builder ofIssuer() {
    return new JWTClaimsSet.Builder().issuer(config.issuer());
  }

  /** Of whom and for whom, by the gateway's clock. */
  private class OwnClaims extends DefaultJWTClaimsVerifier<SecurityContext> {

    OwnClaims(JWTClaimsSet exact, Set<String> needed) {
      super(config.clientId(), exact, needed);
      setMaxClockSkew(CLOCKS_APART_S);
    }

    @Override
    protected Date currentTime() {
      return new Date(TimeUnit.NANOSECONDS.toMillis(time.wallNs()));
    }
  }

  /** For which login, and until when. */
  private final class Claims extends OwnClaims {

    Claims(String nonce) {
      super(ofIssuer().claim("nonce", nonce).build(), Set.of("sub", "exp", "iat"));
    }

    @Override
    public void verify(JWTClaimsSet claims, SecurityContext context) throws BadJWTException {
      super.verify(claims, context);
      Object party = claims.getClaim("azp");
      boolean isOurs =
          party == null ? claims.getAudience().size() == 1 : config.clientId().equals(party);
      if (!isOurs) {
        throw new BadJWTException("it was made for the client " + party);
      }
      long ahead = claims.getIssueTime().getTime() - currentTime().getTime();
      if (ahead > TimeUnit.SECONDS.toMillis(CLOCKS_APART_S)) {
        throw new BadJWTException("it is made only later; compare the clocks");
      }
    }
  }

  /** That it is about a logout, and of now. */
  private final class LogoutClaims extends OwnClaims {

    LogoutClaims() {
      super(ofIssuer().build(), Set.of("iat", "events"));
    }

    @Override
    public void verify(JWTClaimsSet claims, SecurityContext context) throws BadJWTException {
      super.verify(claims, context);
      if (!(claims.getClaim("events") instanceof Map<?, ?> events && events.containsKey(LOGOUT))) {
        throw new BadJWTException("it is about something else");
      }
      if (claims.getClaim("nonce") != null) {
        throw new BadJWTException("it has a nonce, as an ID token has");
      }
      if (claims.getSubject() == null && claims.getClaim("sid") == null) {
        throw new BadJWTException("it names nobody");
      }
      long age = currentTime().getTime() - claims.getIssueTime().getTime();
      if (Math.abs(age) > LOGOUT_AGE_MS) {
        throw new BadJWTException("it is not of now; compare the clocks");
      }
    }
  }
}
