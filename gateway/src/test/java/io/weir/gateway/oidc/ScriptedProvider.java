package io.weir.gateway.oidc;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** What calls itself a provider and answers as a test says, well or badly. */
public final class ScriptedProvider implements AutoCloseable {

  /** Of all tests: making one takes time. */
  static final RSAKey KEY = key("first");

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server;
  private final String scheme;
  private final Map<String, Answer> answers = new ConcurrentHashMap<>();
  private final List<String> asked = new ArrayList<>();

  interface Answer {
    void to(HttpExchange exchange) throws IOException;
  }

  public ScriptedProvider() throws IOException {
    this(null);
  }

  /**
   * @param tls with its certificate; {@code null} for none
   */
  ScriptedProvider(@Nullable SSLContext tls) throws IOException {
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    scheme = tls == null ? "http" : "https";
    if (tls == null) {
      server = HttpServer.create(any, 0);
    } else {
      HttpsServer secure = HttpsServer.create(any, 0);
      secure.setHttpsConfigurator(new HttpsConfigurator(tls));
      server = secure;
    }
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
    answers("/.well-known/openid-configuration", discovery());
    answers("/keys", new JWKSet(KEY.toPublicJWK()).toString());
  }

  public static RSAKey key(String id) {
    try {
      return new RSAKeyGenerator(2048).keyID(id).generate();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  public String issuer() {
    return scheme + "://127.0.0.1:" + server.getAddress().getPort();
  }

  public String discovery() {
    return """
        {"issuer":"ISSUER","authorization_endpoint":"ISSUER/authorize","token_endpoint":"ISSUER/token",
         "jwks_uri":"ISSUER/keys","userinfo_endpoint":"ISSUER/userinfo",
         "end_session_endpoint":"ISSUER/end?here=1"}"""
        .replace("ISSUER", issuer());
  }

  public void answers(String path, String json) {
    answers(path, 200, json);
  }

  public void answers(String path, int status, String json) {
    byte[] bytes = json.getBytes(UTF_8);
    answers(
        path,
        exchange -> {
          exchange.sendResponseHeaders(status, bytes.length);
          exchange.getResponseBody().write(bytes);
        });
  }

  void answers(String path, Answer answer) {
    answers.put(path, answer);
  }

  /** Answers a code with an ID token. */
  public void gives(String token) {
    answers("/token", "{\"access_token\":\"a\",\"id_token\":\"" + token + "\"}");
  }

  public static String signed(JWTClaimsSet claims) throws JOSEException {
    return signed(claims, new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("first").build(), KEY);
  }

  static String signed(JWTClaimsSet claims, JWSHeader header, RSAKey key) throws JOSEException {
    return signed(claims, header, new RSASSASigner(key));
  }

  static String signed(JWTClaimsSet claims, JWSHeader header, JWSSigner signer)
      throws JOSEException {
    SignedJWT token = new SignedJWT(header, claims);
    token.sign(signer);
    return token.serialize();
  }

  /** How often a path was asked for. */
  synchronized long times(String path) {
    return asked.stream().filter(each -> each.startsWith(path)).count();
  }

  /** The last request of a path, with its authorization and its body. */
  synchronized String last(String path) {
    return asked.stream().filter(each -> each.startsWith(path)).reduce("", (a, b) -> b);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
    synchronized (this) {
      asked.add(path + " " + exchange.getRequestHeaders().getFirst("Authorization") + " " + body);
    }
    try (exchange) {
      Answer answer = answers.get(path);
      if (answer == null) {
        exchange.sendResponseHeaders(404, -1);
      } else {
        answer.to(exchange);
      }
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
