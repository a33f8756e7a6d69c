package io.weir.gateway.sink.weir;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.gateway.config.RenewedTls;
import io.weir.gateway.config.TlsReasons;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import okhttp3.Connection;
import okhttp3.ConnectionPool;
import okhttp3.Credentials;
import okhttp3.HttpUrl;
import okhttp3.Interceptor;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;

/**
 * The requests to the other gateway, each on the calling thread. It does not retry and follows
 * nothing; what nothing moves on for the timeout fails, and so does an answer that takes twice as
 * long as a whole. Each connection is made with the files of TLS as they are then, and after a word
 * that this gateway may not send, another one is made. For one thread at a time.
 */
final class LinkClient implements Peer {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final MediaType BATCH = MediaType.get("application/vnd.weir.batch");
  private static final Duration LONGEST_CONNECT = Duration.ofSeconds(15);
  private static final long MOST_ANSWER = 64 << 10;
  private static final int PROXY_LOGIN = 407;
  private static final int NO_CERTIFICATE = 401;
  private static final int OTHER_CERTIFICATE = 403;

  private final WeirSinkConfig config;
  private final Pace pace;
  private final RenewedTls sockets;
  private @Nullable OkHttpClient client;
  private volatile boolean closed;

  LinkClient(WeirSinkConfig config, Pace pace) {
    this.config = config;
    this.pace = pace;
    this.sockets = new RenewedTls(config.tls());
  }

  @Override
  public Reply state(String batch) throws IOException {
    return call(new Request.Builder().url(url(batch).build()).build());
  }

  @Override
  public Reply post(String batch, byte[] bytes, int from, int count) throws IOException {
    HttpUrl url =
        url(batch)
            .addQueryParameter("offset", Integer.toString(from))
            .addQueryParameter("length", Integer.toString(bytes.length))
            .build();
    return call(new Request.Builder().url(url).post(new Part(bytes, from, count)).build());
  }

  private HttpUrl.Builder url(String batch) {
    return HttpUrl.get(config.url())
        .newBuilder()
        .addPathSegments("api/v1/uplink")
        .addQueryParameter("gateway", config.gateway())
        .addQueryParameter("batch", batch);
  }

  /** A part of a batch, as fast as it may go. */
  private final class Part extends RequestBody {
    private final byte[] bytes;
    private final int from;
    private final int count;

    Part(byte[] bytes, int from, int count) {
      this.bytes = bytes;
      this.from = from;
      this.count = count;
    }

    @Override
    public MediaType contentType() {
      return BATCH;
    }

    @Override
    public long contentLength() {
      return count;
    }

    @Override
    public boolean isOneShot() {
      return true;
    }

    @Override
    public void writeTo(BufferedSink sink) throws IOException {
      int at = from;
      int end = from + count;
      while (at < end) {
        int chunk = pace.await(end - at);
        sink.write(bytes, at, chunk);
        sink.flush();
        at += chunk;
      }
    }
  }

  private Reply call(Request request) throws IOException {
    try {
      Reply reply = answered(request);
      if (reply.status() == NO_CERTIFICATE || reply.status() == OTHER_CERTIFICATE) {
        discard(); // the next certificate is shown to the next connection
      }
      return reply;
    } catch (SSLException e) {
      discard();
      throw new IOException(TlsReasons.of(e, TlsReasons.Peer.GATEWAY), e);
    } catch (IOException e) {
      discard();
      throw e;
    } catch (RuntimeException e) { // OkHttp throws some for bytes that are no HTTP
      discard();
      throw new IOException(String.valueOf(e.getMessage()), e);
    }
  }

  private Reply answered(Request request) throws IOException {
    try (Response response = open().newCall(request).execute()) {
      ResponseBody body = response.peekBody(MOST_ANSWER);
      return reply(response, body.string());
    }
  }

  private static Reply reply(Response response, String body) {
    JsonNode members = members(body);
    String detail = members.path("detail").asText("");
    return new Reply(
        response.code(),
        members.path("held").asLong(-1),
        members.path("stored").asBoolean(false),
        members.path("storing").asBoolean(false),
        members.has("incarnation"),
        members.path("inOrder").asBoolean(false),
        detail.isEmpty() ? "status " + response.code() : detail,
        retryAfter(response.header("Retry-After")));
  }

  /** Nothing where a proxy or another server answered something else. */
  private static JsonNode members(String body) {
    try {
      JsonNode read = JSON.readTree(body);
      return read == null ? JSON.createObjectNode() : read;
    } catch (IOException e) {
      return JSON.createObjectNode();
    }
  }

  private static @Nullable Duration retryAfter(@Nullable String seconds) {
    try {
      return seconds == null ? null : Duration.ofSeconds(Long.parseLong(seconds.trim()));
    } catch (NumberFormatException e) {
      return null; // a date: the drain has its own pace
    }
  }

  // ---- The connection

  private OkHttpClient open() throws IOException {
    if (closed) {
      throw new IOException("the sink is closed");
    }
    OkHttpClient open = client;
    if (open == null) {
      open = build();
      client = open;
    }
    return open;
  }

  private OkHttpClient build() throws IOException {
    Duration timeout = config.timeout();
    OkHttpClient.Builder builder =
        new OkHttpClient.Builder()
            .connectTimeout(timeout.compareTo(LONGEST_CONNECT) < 0 ? timeout : LONGEST_CONNECT)
            .writeTimeout(timeout)
            .readTimeout(timeout)
            .eventListenerFactory(call -> new AnswerLimit(call, timeout.multipliedBy(2)))
            .connectionPool(new ConnectionPool(1, 5, TimeUnit.MINUTES))
            .protocols(List.of(Protocol.HTTP_2, Protocol.HTTP_1_1))
            .retryOnConnectionFailure(false)
            .followRedirects(false)
            .addNetworkInterceptor(LinkClient::promptly)
            .sslSocketFactory(sockets, trust());
    WeirSinkConfig.Proxy proxy = config.proxy();
    builder.proxy(
        proxy == null
            ? Proxy.NO_PROXY
            : new Proxy(
                Proxy.Type.HTTP,
                InetSocketAddress.createUnresolved(proxy.url().getHost(), proxy.url().getPort())));
    if (proxy != null && proxy.username() != null && proxy.password() != null) {
      String login = Credentials.basic(proxy.username(), proxy.password().value());
      builder.proxyAuthenticator((route, response) -> withLogin(response, login));
    }
    return builder.build();
  }

  /** OkHttp leaves Nagle's algorithm on, which holds the end of a part back for some 40 ms. */
  private static Response promptly(Interceptor.Chain chain) throws IOException {
    Connection connection = chain.connection();
    if (connection != null) {
      connection.socket().setTcpNoDelay(true);
    }
    return chain.proceed(chain.request());
  }

  private static @Nullable Request withLogin(Response response, String login) {
    boolean refused =
        response.code() == PROXY_LOGIN
            && login.equals(response.request().header("Proxy-Authorization"));
    return refused
        ? null
        : response.request().newBuilder().header("Proxy-Authorization", login).build();
  }

  /** OkHttp asks for one, to tidy chains; who is trusted, the socket's own factory decides. */
  private static X509TrustManager trust() throws IOException {
    try {
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init((KeyStore) null);
      for (TrustManager each : factory.getTrustManagers()) {
        if (each instanceof X509TrustManager trust) {
          return trust;
        }
      }
      throw new IOException("this Java has no trust manager");
    } catch (GeneralSecurityException e) {
      throw new IOException(TlsReasons.of(e, TlsReasons.Peer.GATEWAY), e);
    }
  }

  private void discard() {
    OkHttpClient open = client;
    client = null;
    if (open != null) {
      open.dispatcher().cancelAll();
      open.connectionPool().evictAll();
    }
  }

  @Override
  public void close() {
    closed = true;
    OkHttpClient open = client;
    if (open != null) {
      open.dispatcher().cancelAll();
      open.connectionPool().evictAll();
    }
  }
}
