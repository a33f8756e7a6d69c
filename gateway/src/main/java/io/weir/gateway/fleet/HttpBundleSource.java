package io.weir.gateway.fleet;

import io.weir.gateway.config.BoundedBody;
import io.weir.gateway.config.Secret;
import io.weir.gateway.config.Tls;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscribers;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Asks a web server. It follows no redirect, which would let the server choose whom the gateway
 * asks; reads no more than a bundle may have; and ends an answer that is not whole in time, however
 * slowly it drips.
 */
final class HttpBundleSource implements BundleSource {

  private static final int OK = 200;
  private static final int NOT_MODIFIED = 304;
  private static final byte[] NO_BYTES = {};

  private final URI url;
  private final Duration timeout;
  private final Map<String, Secret> headers;
  private final FleetConfig.Follow follow;
  private String tag = "";

  /** What is asked now, and whether nothing may be asked any more; guarded by this. */
  private @Nullable CompletableFuture<HttpResponse<byte[]>> asked;

  private boolean closed;

  HttpBundleSource(FleetConfig.Follow follow) {
    this.follow = follow;
    this.url = Objects.requireNonNull(follow.url());
    this.timeout = follow.timeout();
    this.headers = follow.headers();
  }

  @Override
  public byte @Nullable [] fetch() throws IOException {
    // Made anew each time: files of its certificates may have been renewed.
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(timeout);
    if (follow.tls() != null) {
      builder.sslContext(Tls.context(follow.tls()));
    }
    HttpRequest.Builder request =
        HttpRequest.newBuilder(url).timeout(timeout).header("accept", "application/octet-stream");
    headers.forEach((name, value) -> request.header(name, value.value()));
    if (!tag.isEmpty()) {
      request.header("if-none-match", tag);
    }
    HttpResponse<byte[]> answer = ask(builder.build(), request.build());
    if (answer.statusCode() == NOT_MODIFIED) {
      return null;
    }
    if (answer.statusCode() != OK) {
      throw new IOException(
          "the server answers "
              + answer.statusCode()
              + (answer.statusCode() / 100 == 3 ? ", and redirects are not followed" : ""));
    }
    tag = answer.headers().firstValue("etag").orElse("");
    return answer.body();
  }

  private HttpResponse<byte[]> ask(HttpClient client, HttpRequest request) throws IOException {
    CompletableFuture<HttpResponse<byte[]>> answer =
        client.sendAsync(
            request,
            head ->
                head.statusCode() == OK
                    ? new BoundedBody(Bundle.MOST_BYTES)
                    : BodySubscribers.replacing(NO_BYTES));
    ask(answer);
    try {
      return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw new IOException("no whole answer within " + timeout.toSeconds() + " s", e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      String said = cause.getMessage();
      throw new IOException(said == null ? "no connection" : said, cause);
    } catch (CancellationException e) {
      throw new IOException("the gateway stops", e);
    } catch (InterruptedException e) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private synchronized void ask(CompletableFuture<HttpResponse<byte[]>> answer) {
    asked = answer;
    if (closed) {
      answer.cancel(true);
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (asked != null) {
      asked.cancel(true);
    }
  }
}
