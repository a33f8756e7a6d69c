package io.weir.gateway.sink.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.gateway.log.Time;
import io.weir.gateway.sink.LineSink;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;

/**
 * The store inside a gateway, with the sink that writes to it, open also to a loader that writes to
 * the same tables.
 */
public final class MeasuredStore implements AutoCloseable {

  private final WatchedStore store;
  private final EmbeddedSink sink;

  /** One for all questions: the store bounds its connections. */
  private final HttpClient http = HttpClient.newHttpClient();

  private MeasuredStore(WatchedStore store, EmbeddedSink sink) {
    this.store = store;
    this.sink = sink;
  }

  /** Starts it with the usual port for reading left to the gateway. */
  public static MeasuredStore start(EmbeddedConfig config, Path root) {
    StoreSettings settings = StoreSettings.of(config, root);
    WatchedStore store = WatchedStore.start(settings, Time.SYSTEM, Duration.ofMinutes(1));
    EmbeddedSink sink = EmbeddedSink.on(store, config, () -> Long.MAX_VALUE, Time.SYSTEM);
    return new MeasuredStore(store, sink);
  }

  /** Closing it closes the store. */
  public LineSink sink() {
    return sink;
  }

  /** Where lines are posted. */
  public URI write() {
    return store.origin().resolve("/api/v2/write?bucket=weir&precision=ns");
  }

  /** What opens it to everything. */
  public String authorization() {
    return "Token " + store.tokens().writer().value();
  }

  /** Makes a table as the sink makes it: with the keys that make a repeat harmless. */
  public void prepare(String table) throws IOException {
    store.prepare(Set.of(table));
  }

  /** Rows that can be asked for; what was taken a moment ago comes later. */
  public long rows(String table) throws IOException, InterruptedException {
    HttpResponse<String> answer = sql("SELECT count() FROM " + table);
    return StoreSql.read(answer).at("/dataset/0/0").asLong();
  }

  private HttpResponse<String> sql(String query) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(
                    store.origin().resolve("/exec?query=" + URLEncoder.encode(query, UTF_8)))
                .header("Authorization", authorization())
                .build(),
            HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IOException("the store answered " + answer.body());
    }
    return answer;
  }

  @Override
  public void close() {
    sink.close();
  }
}
