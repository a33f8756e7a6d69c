package io.weir.gateway.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.gateway.config.BoundedBody;
import io.weir.gateway.config.Quantities;
import io.weir.gateway.config.Tls;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Asks a schema registry, with its login and TLS. Belongs to one thread at a time. */
public final class RegistryClient {

  private static final int MOST_ANSWER = 1 << 20;

  /**
   * What it says.
   *
   * @param body at most a mebibyte
   */
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  public record Answer(int status, byte[] body) {}

  private final RegistryConfig config;
  private @Nullable HttpClient client;

  /** Opens nothing yet. */
  public RegistryClient(RegistryConfig config) {
    this.config = config;
  }

  /** What stands at a path below the URL. */
  public Answer get(String path) throws IOException, InterruptedException {
    return send(request(path).GET());
  }

  /** What is said to a document of JSON. */
  public Answer post(String path, byte[] json) throws IOException, InterruptedException {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(json)));
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(config.url() + path))
            .timeout(config.timeout())
            .header("Accept", "application/json, application/vnd.schemaregistry.v1+json");
    if (config.username() != null && config.password() != null) {
      String login = config.username() + ":" + config.password().value();
      request.header(
          "Authorization", "Basic " + Base64.getEncoder().encodeToString(login.getBytes(UTF_8)));
    }
    return request;
  }

  private Answer send(HttpRequest.Builder request) throws IOException, InterruptedException {
    CompletableFuture<HttpResponse<byte[]>> answer =
        client().sendAsync(request.build(), head -> new BoundedBody(MOST_ANSWER));
    try {
      // The timeout of the request ends with the head of the answer; this one does not.
      HttpResponse<byte[]> whole = answer.get(config.timeout().toMillis(), TimeUnit.MILLISECONDS);
      return new Answer(whole.statusCode(), whole.body());
    } catch (TimeoutException e) {
      throw new IOException("no whole answer within " + Quantities.show(config.timeout()), e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException cause ? cause : new IOException(e);
    } finally {
      answer.cancel(true);
    }
  }

  private HttpClient client() throws IOException {
    HttpClient open = client;
    if (open == null) {
      HttpClient.Builder builder =
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1)
              .followRedirects(HttpClient.Redirect.NEVER)
              .connectTimeout(config.timeout());
      if (config.tls() != null) {
        builder.sslContext(Tls.context(config.tls()));
      }
      open = builder.build();
      client = open;
    }
    return open;
  }

  /** A part of a path. */
  public static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8).replace("+", "%20");
  }
}
