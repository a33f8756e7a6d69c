package io.weir.gateway.notify.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.gateway.config.Tls;
import io.weir.gateway.config.Urls;
import io.weir.gateway.notify.Beat;
import io.weir.gateway.notify.Notice;
import io.weir.gateway.notify.NoticeJson;
import io.weir.gateway.notify.Outlet;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;

/**
 * Posts messages. Only the configured address is asked: no redirect is followed, which would take
 * the headers elsewhere and could reach what only this machine can. Nothing of an answer is read
 * but its status.
 */
final class WebhookOutlet implements Outlet {

  private final WebhookConfig config;
  private final String origin;

  WebhookOutlet(WebhookConfig config) {
    this.config = config;
    this.origin = Urls.origin(config.address());
  }

  @Override
  public void send(Notice notice) throws IOException {
    Template body = config.body();
    post(body == null ? NoticeJson.of(notice) : body.of(notice).getBytes(UTF_8));
  }

  @Override
  public void beat(Beat beat) throws IOException {
    post(NoticeJson.of(beat));
  }

  /** With a client of its own: by the next message, minutes later, a certificate may be renewed. */
  private void post(byte[] json) throws IOException {
    HttpClient.Builder client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(config.timeout());
    if (config.tls() != null) {
      client.sslContext(Tls.context(config.tls()));
    }
    HttpRequest.Builder request =
        HttpRequest.newBuilder(config.address())
            .timeout(config.timeout())
            .header("Content-Type", "application/json");
    config.headers().forEach((name, value) -> request.setHeader(name, value.value()));
    request.POST(HttpRequest.BodyPublishers.ofByteArray(json));
    int status = status(client.build(), request.build());
    if (status / 100 == 3) {
      throw new IOException(origin + " answered " + status + "; redirects are not followed");
    }
    if (status / 100 != 2) {
      throw new IOException(origin + " answered " + status);
    }
  }

  private int status(HttpClient client, HttpRequest request) throws IOException {
    try {
      HttpResponse<InputStream> answer =
          client.send(request, HttpResponse.BodyHandlers.ofInputStream());
      answer.body().close(); // cancels the rest of it
      return answer.statusCode();
    } catch (ConnectException e) {
      throw new IOException(origin + " cannot be reached", e);
    } catch (HttpTimeoutException e) {
      throw new IOException(
          origin + " did not answer within " + config.timeout().toMillis() + " ms", e);
    } catch (IOException e) {
      throw new IOException(origin + ": " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for " + origin, e);
    }
  }
}
