package io.weir.gateway.sink.influx;

import io.weir.gateway.config.RenewedTls;
import io.weir.gateway.config.TlsFiles;
import io.weir.gateway.config.TlsReasons;
import io.weir.gateway.sink.LineTexts;
import io.weir.gateway.sink.Sink.Answer;
import io.weir.gateway.sink.StoreReadings;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.SSLException;
import okhttp3.ConnectionSpec;
import okhttp3.Interceptor;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.ResponseBody;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP client under a store's client, which keeps each answer whole: both client libraries turn
 * answers into exceptions and lose parts of them, and read bodies without bound. It does not retry,
 * does not follow redirects, and bounds every wait and every answer, on the network and after
 * decompression.
 *
 * <p>Shared by threads: an exchange is kept for the thread that made it.
 */
final class HttpExchanges {

  private static final Logger LOG = LoggerFactory.getLogger(HttpExchanges.class);
  private static final int BODY_BYTES = 256 * 1024;

  /** Of what is read from the network for one answer: its body, its headers, TLS. */
  private static final int OTHER_BYTES = 512 * 1024;

  private static final Duration LONGEST_CONNECT = Duration.ofSeconds(5);

  private final int bodyBytes;
  private final @Nullable TlsFiles tls;
  private final WireLimit wire;
  private volatile boolean secure;
  private final ThreadLocal<@Nullable LineTexts> sent = new ThreadLocal<>();
  private final ThreadLocal<@Nullable Exchange> last = new ThreadLocal<>();

  /**
   * @param tls files for TLS, or {@code null} for what Java knows
   */
  HttpExchanges(@Nullable TlsFiles tls) {
    this(BODY_BYTES, tls);
  }

  /**
   * @param bodyBytes how much of a body is kept, after decompression
   * @param tls files for TLS, or {@code null} for what Java knows
   */
  HttpExchanges(int bodyBytes, @Nullable TlsFiles tls) {
    this.bodyBytes = bodyBytes;
    this.tls = tls;
    this.wire = new WireLimit(bodyBytes + OTHER_BYTES);
  }

  /**
   * What a client library is given for the body of a write. It takes text alone, and makes bytes of
   * it; the lines are bytes, and are put in its place.
   */
  static final String BODY = "";

  /** A request that a client library makes on the calling thread. */
  interface Call {
    void run() throws IOException;
  }

  /**
   * For a client library to build its HTTP client from.
   *
   * @param url of the store; where it is not one of https the certificates that Java trusts, more
   *     than a hundred, are not read
   */
  OkHttpClient.Builder clientBuilder(URI url, Duration timeout) {
    OkHttpClient.Builder builder =
        new OkHttpClient.Builder()
            .connectTimeout(timeout.compareTo(LONGEST_CONNECT) < 0 ? timeout : LONGEST_CONNECT)
            .writeTimeout(timeout)
            .readTimeout(timeout)
            .callTimeout(timeout)
            .socketFactory(new PromptSockets(wire))
            .protocols(List.of(Protocol.HTTP_1_1)) // HTTP/2 reads on a thread of its own
            .retryOnConnectionFailure(false)
            .followRedirects(false)
            .addInterceptor(this::keep)
            .addNetworkInterceptor(HttpExchanges::introduce);
    if (!"https".equalsIgnoreCase(url.getScheme())) {
      builder.connectionSpecs(List.of(ConnectionSpec.CLEARTEXT));
    } else if (tls != null) {
      builder.sslSocketFactory(new RenewedTls(tls), new NoTrust());
    }
    return builder;
  }

  /** Keeps the answer, and hands on no more of its body than is kept. */
  private Response keep(Interceptor.Chain chain) throws IOException {
    wire.begin();
    secure = chain.request().isHttps();
    try (Response response = chain.proceed(withBody(chain.request()))) {
      ResponseBody body = response.peekBody(bodyBytes);
      byte[] kept = body.bytes();
      MediaType type = body.contentType();
      last.set(
          new Exchange(
              response.code(),
              response.header("Retry-After"),
              response.header("Date"),
              response.header("Location"),
              ResponseBody.create(kept, type).string()));
      return response.newBuilder().body(ResponseBody.create(kept, type)).build();
    }
  }

  private Request withBody(Request request) {
    LineTexts lines = sent.get();
    RequestBody body = request.body();
    return lines == null || body == null
        ? request
        : request
            .newBuilder()
            .method(request.method(), new LinesBody(lines, body.contentType()))
            .build();
  }

  /**
   * The answer to a request that writes nothing.
   *
   * @throws IOException if there is none, or if its body is longer than is kept
   */
  Exchange ask(Request request, Duration timeout) throws IOException {
    OkHttpClient client = clientBuilder(request.url().uri(), timeout).build();
    last.remove();
    try (Response response = client.newCall(request).execute()) {
      Exchange exchange = last.get();
      if (exchange == null || response.peekBody(bodyBytes).contentLength() >= bodyBytes) {
        throw new StoreReadings.TooLongException(
            "the answer is longer than " + bodyBytes + " bytes");
      }
      return exchange;
    } catch (SSLException e) {
      throw new IOException(cause(e), e);
    } catch (RuntimeException e) { // OkHttp throws some for bytes that are no HTTP
      throw new IOException(cause(e), e);
    } finally {
      last.remove();
      client.dispatcher().executorService().shutdown();
      client.connectionPool().evictAll();
    }
  }

  private static Response introduce(Interceptor.Chain chain) throws IOException {
    return chain.proceed(
        chain.request().newBuilder().header("User-Agent", "weir/" + version()).build());
  }

  private static String version() {
    String version = HttpExchanges.class.getPackage().getImplementationVersion();
    return Objects.requireNonNullElse(version, "dev");
  }

  /**
   * Runs a write of some lines and returns what its answer means.
   *
   * @param call sends {@link #BODY}
   */
  Answer answer(LineTexts lines, Call call) {
    last.remove();
    sent.set(lines);
    Exception failure = null;
    try {
      call.run();
    } catch (IOException
        | RuntimeException e) { // the exchange, where there is one, has the details
      failure = e;
    } finally {
      sent.remove();
    }
    Exchange exchange = last.get();
    last.remove();
    if (exchange != null) {
      return AnswerReader.read(exchange, lines.size(), Instant.now());
    }
    if (failure == null) {
      throw new IllegalStateException("the client sent no request");
    }
    LOG.debug("write failed", failure);
    return new Answer.Down(cause(failure));
  }

  /** A store that is not shown the certificate it asks for may close without a word. */
  private boolean withoutCertificate() {
    return secure && (tls == null || tls.cert() == null);
  }

  /** The outermost network failure; its causes say less ("Socket closed"). */
  private String cause(Throwable failure) {
    Throwable cause = failure;
    while (!(cause instanceof IOException) && cause.getCause() != null) {
      cause = cause.getCause();
    }
    String words =
        cause instanceof SSLException ? TlsReasons.of(cause, TlsReasons.Peer.STORE) : words(cause);
    return withoutCertificate() && TlsReasons.isClosed(cause)
        ? words + TlsReasons.ifAsked(TlsReasons.Peer.STORE)
        : words;
  }

  /**
   * Some messages are only understood with the name of their class, which says little to a user.
   */
  private static String words(Throwable cause) {
    String message = cause.getMessage() == null ? "" : AnswerReader.bounded(cause.getMessage());
    if (cause instanceof UnknownHostException) {
      return "unknown host " + message;
    }
    if (cause instanceof InterruptedIOException) {
      return "no answer in time (" + message + ")";
    }
    return message.isEmpty() ? "the connection failed" : message;
  }
}
