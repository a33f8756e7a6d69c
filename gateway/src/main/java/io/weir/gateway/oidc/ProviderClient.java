package io.weir.gateway.oidc;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.gateway.config.BoundedBody;
import io.weir.gateway.config.Tls;
import io.weir.gateway.config.TlsFiles;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Asks the provider. Each request ends within a time, whatever comes of the answer by then; no
 * redirect is followed, which would take secrets elsewhere and could reach what only this machine
 * can; an answer is JSON of a bounded size.
 */
final class ProviderClient {

  private static final int MOST_BYTES = 256 * 1024;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Duration timeout;
  private final @Nullable TlsFiles tls;

  ProviderClient(Duration timeout, @Nullable TlsFiles tls) {
    this.timeout = timeout;
    this.tls = tls;
  }

  /** An answer. */
  record Answer(int status, JsonNode json) {}

  /** What stands at an address. */
  JsonNode get(URI url, @Nullable String bearer) throws IOException {
    HttpRequest.Builder request = HttpRequest.newBuilder(url).GET();
    if (bearer != null) {
      request.header("Authorization", "Bearer " + bearer);
    }
    Answer answer = send(url, request);
    if (answer.status() != 200) {
      throw new IOException(url + " answered " + answer.status());
    }
    return answer.json();
  }

  /**
   * Posts a form.
   *
   * @param authorization the header of that name; "" for none
   */
  Answer post(URI url, String form, String authorization) throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(url)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(form, UTF_8));
    if (!authorization.isEmpty()) {
      request.header("Authorization", authorization);
    }
    return send(url, request);
  }

  /** With a client of its own: by the next login a certificate may be renewed. */
  private Answer send(URI url, HttpRequest.Builder request) throws IOException {
    HttpClient.Builder client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(timeout);
    if (tls != null) {
      client.sslContext(Tls.context(tls));
    }
    HttpRequest asked = request.header("Accept", "application/json").timeout(timeout).build();
    CompletableFuture<HttpResponse<byte[]>> answer =
        client.build().sendAsync(asked, head -> new BoundedBody(MOST_BYTES));
    try {
      // The timeout of the request ends with the head of the answer; this one does not.
      HttpResponse<byte[]> whole = answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      return new Answer(whole.statusCode(), json(url, whole));
    } catch (TimeoutException e) {
      throw new IOException(url + " did not answer within " + timeout.toMillis() + " ms", e);
    } catch (ExecutionException e) {
      throw failed(url, e.getCause() == null ? e : e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for " + url, e);
    } finally {
      answer.cancel(true);
    }
  }

  private IOException failed(URI url, Throwable cause) {
    return cause instanceof ConnectException
        ? new IOException(url + " cannot be reached", cause)
        : new IOException(url + ": " + cause.getMessage(), cause);
  }

  private static JsonNode json(URI url, HttpResponse<byte[]> answer) throws IOException {
    try {
      JsonNode json = JSON.readTree(answer.body());
      if (json != null && json.isObject()) {
        return json;
      }
    } catch (JsonProcessingException e) {
      throw new IOException(url + " answered " + answer.statusCode() + " and no JSON", e);
    }
    throw new IOException(url + " answered " + answer.statusCode() + " and no JSON object");
  }
}
