package io.weir.gateway.sink.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.questdb.FactoryProvider;
import io.questdb.FactoryProviderFactory;
import io.questdb.FactoryProviderImpl;
import io.questdb.FreeOnExit;
import io.questdb.ServerConfiguration;
import io.questdb.cairo.CairoEngine;
import io.questdb.cairo.SecurityContext;
import io.questdb.cairo.security.AllowAllSecurityContext;
import io.questdb.cairo.security.PrincipalContext;
import io.questdb.cairo.security.SecurityContextFactory;
import io.questdb.cutlass.http.HttpAuthenticator;
import io.questdb.cutlass.http.HttpAuthenticatorFactory;
import io.questdb.cutlass.http.HttpConstants;
import io.questdb.cutlass.http.HttpRequestHeader;
import io.questdb.std.str.DirectUtf8Sequence;
import io.weir.gateway.config.Secret;
import java.security.MessageDigest;

/**
 * Who may do what in the store. Over HTTP there are two tokens: one writes, one only reads.
 * PostgreSQL only reads. The engine itself refuses the rest, whatever the SQL says.
 */
final class StoreLogins implements FactoryProviderFactory {

  private static final String WRITER = "gateway";
  private static final String READER = "reader";

  private final StoreTokens tokens;

  StoreLogins(StoreTokens tokens) {
    this.tokens = tokens;
  }

  @Override
  public FactoryProvider getInstance(
      ServerConfiguration configuration, CairoEngine engine, FreeOnExit freeOnExit) {
    return new FactoryProviderImpl(configuration) {
      @Override
      public HttpAuthenticatorFactory getHttpAuthenticatorFactory() {
        return Login::new;
      }

      @Override
      public SecurityContextFactory getSecurityContextFactory() {
        return StoreLogins::permissions;
      }
    };
  }

  private static SecurityContext permissions(PrincipalContext who, byte protocol) {
    boolean writes =
        protocol == SecurityContextFactory.HTTP && WRITER.contentEquals(who.getPrincipal());
    return writes ? AllowAllSecurityContext.INSTANCE : ReadOnly.INSTANCE;
  }

  /** The login of one connection. */
  private final class Login implements HttpAuthenticator {

    private String principal = "";

    @Override
    public boolean authenticate(HttpRequestHeader header) {
      DirectUtf8Sequence sent = header.getHeader(HttpConstants.HEADER_AUTHORIZATION);
      byte[] text = sent == null ? new byte[0] : sent.toString().getBytes(UTF_8);
      boolean writes = MessageDigest.isEqual(text, expected(tokens.writer()));
      boolean reads = MessageDigest.isEqual(text, expected(tokens.reader()));
      principal = writes ? WRITER : reads ? READER : "";
      return writes || reads;
    }

    private static byte[] expected(Secret token) {
      return ("Token " + token.value()).getBytes(UTF_8);
    }

    @Override
    public byte getAuthType() {
      return SecurityContext.AUTH_TYPE_CREDENTIALS;
    }

    @Override
    public CharSequence getPrincipal() {
      return principal;
    }

    @Override
    public void clear() {
      principal = "";
    }
  }
}
