package io.weir.gateway.metrics;

import io.micrometer.registry.otlp.CompressionMode;
import io.micrometer.registry.otlp.OtlpMetricsSender;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Posts metrics to a collector. Whatever it answers, or does not, is bounded: no request takes
 * longer than five seconds, no redirect is followed (it would take the headers elsewhere), and
 * nothing of the body is read. A failure is logged once, and so is the first success after it; what
 * could not be sent is not sent later, since counters go on. Called by one thread at a time.
 */
final class OtlpSender implements OtlpMetricsSender {

  private static final Logger LOG = LoggerFactory.getLogger(OtlpSender.class);
  private static final Duration LONGEST = Duration.ofSeconds(5);

  private final URI url;
  private final OtlpExport.@Nullable TlsContext tls;
  private @Nullable HttpClient client;
  private boolean failing;

  OtlpSender(URI url, OtlpExport.@Nullable TlsContext tls) {
    this.url = url;
    this.tls = tls;
  }

  /** Never throws: the caller would log what it sent with each failure. */
  @Override
  public void send(Request request) {
    try {
      int status = post(request);
      if (status / 100 == 2) {
        succeeded();
      } else {
        failed("it answered " + status);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ConnectException e) {
      failed("it cannot be reached");
    } catch (IOException e) {
      failed(e.getMessage() == null ? e.toString() : e.getMessage());
    }
  }

  /**
   * Made at the first request, and after each failure: by then a certificate may be renewed.
   *
   * @throws IOException if a file of TLS cannot be used
   */
  private HttpClient client() throws IOException {
    HttpClient made = client;
    if (made == null) {
      HttpClient.Builder builder =
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1)
              .followRedirects(HttpClient.Redirect.NEVER)
              .connectTimeout(LONGEST);
      if (tls != null) {
        builder.sslContext(tls.open());
      }
      made = builder.build();
      client = made;
    }
    return made;
  }

  private int post(Request request) throws IOException, InterruptedException {
    boolean packed = request.getCompressionMode() == CompressionMode.GZIP;
    byte[] body = packed ? pack(request.getMetricsData()) : request.getMetricsData();
    HttpRequest.Builder post = HttpRequest.newBuilder(url).timeout(LONGEST);
    request.getHeaders().forEach(post::header);
    post.setHeader("Content-Type", "application/x-protobuf");
    if (packed) {
      post.setHeader("Content-Encoding", "gzip");
    }
    post.POST(HttpRequest.BodyPublishers.ofByteArray(body));
    HttpResponse<InputStream> answer =
        client().send(post.build(), HttpResponse.BodyHandlers.ofInputStream());
    answer.body().close(); // cancels the rest of it
    return answer.statusCode();
  }

  private static byte[] pack(byte[] body) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream to = new GZIPOutputStream(packed)) {
      to.write(body);
    }
    return packed.toByteArray();
  }

  private void failed(String why) {
    if (!failing) {
      LOG.warn("Meters cannot be sent to {}: {}. They are tried again at each interval", url, why);
    }
    failing = true;
    client = null;
  }

  private void succeeded() {
    if (failing) {
      LOG.info("Meters are sent to {} again", url);
    }
    failing = false;
  }
}
