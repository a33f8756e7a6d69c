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

/** The yardstick of what a sink does: posts ready bodies to InfluxDB 1, two in flight. */
final class RawLoader {

  private RawLoader() {}

  /** Seconds that it takes for all bodies. */
  static double seconds(String influx, String database, List<byte[]> bodies) throws Exception {
    HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    URI url = URI.create(influx + "/write?db=" + database);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      long start = System.nanoTime();
      List<Future<Integer>> answers = new ArrayList<>();
      for (byte[] body : bodies) {
        answers.add(
            threads.submit(
                () ->
                    http.send(
                            HttpRequest.newBuilder(url)
                                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                                .build(),
                            HttpResponse.BodyHandlers.discarding())
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
