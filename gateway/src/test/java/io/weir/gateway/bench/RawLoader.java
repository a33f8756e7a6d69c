package io.weir.gateway.bench;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** The yardstick of what a sink does: posts ready bodies to a store over HTTP. */
final class RawLoader {

  /** Requests in flight that are tried; the best of them counts. */
  static final int[] IN_FLIGHT = {1, 2, 4};

  private RawLoader() {}

  /**
   * Where bodies are posted.
   *
   * @param authorization the header, {@code null} for none
   */
  record Target(URI url, @Nullable String authorization) {

    /** A database of InfluxDB 1. */
    static Target influx(String url, String database) {
      return new Target(URI.create(url + "/write?db=" + database), null);
    }

    private HttpRequest post(byte[] body) {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(url).POST(HttpRequest.BodyPublishers.ofByteArray(body));
      if (authorization != null) {
        request.header("Authorization", authorization);
      }
      return request.build();
    }
  }

  /** Seconds that it takes for all bodies. */
  static double seconds(Target target, List<byte[]> bodies, int inFlight) throws Exception {
    HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    ExecutorService threads = Executors.newFixedThreadPool(inFlight);
    try {
      long start = System.nanoTime();
      List<Future<Integer>> answers = new ArrayList<>();
      for (byte[] body : bodies) {
        answers.add(
            threads.submit(
                () ->
                    http.send(target.post(body), HttpResponse.BodyHandlers.discarding())
                        .statusCode()));
      }
      for (Future<Integer> answer : answers) {
        if (answer.get() != 204) {
          throw new IllegalStateException("the store answered " + answer.get());
        }
      }
      return (System.nanoTime() - start) / 1e9;
    } finally {
      threads.shutdown();
    }
  }
}
