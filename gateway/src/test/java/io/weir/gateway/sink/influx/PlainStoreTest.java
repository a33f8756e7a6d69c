package io.weir.gateway.sink.influx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.sun.net.httpserver.HttpServer;
import io.weir.gateway.sink.LineSink;
import io.weir.gateway.sink.Sink.Answer;
import io.weir.gateway.sink.StoreConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A store without TLS costs nothing of TLS: the certificates that Java trusts are not read. To read
 * them takes 3 MB of memory and half a second of a small machine.
 */
class PlainStoreTest {

  private static final String TRUSTED = "javax.net.ssl.trustStore";

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aStoreWithoutTlsIsWrittenToWhereWhatJavaTrustsCannotBeRead(int version) throws Exception {
    withoutTrusted(() -> assertThat(written(version)).isEqualTo(new Answer.Stored()));
  }

  @Test
  void aStoreOfTlsNeedsWhatJavaTrusts() throws Exception {
    OkHttpClient.Builder secure =
        new HttpExchanges(null)
            .clientBuilder(URI.create("https://127.0.0.1:1"), Duration.ofSeconds(5));
    withoutTrusted(() -> assertThat(catchThrowable(secure::build)).isNotNull());
  }

  private interface Steps {
    void run() throws Exception;
  }

  private void withoutTrusted(Steps steps) throws Exception {
    String before = System.getProperty(TRUSTED);
    Path garbage = Files.writeString(folder.resolve("trusted"), "no certificates");
    System.setProperty(TRUSTED, garbage.toString());
    try {
      steps.run();
    } finally {
      if (before == null) {
        System.clearProperty(TRUSTED);
      } else {
        System.setProperty(TRUSTED, before);
      }
    }
  }

  private static Answer written(int version) throws Exception {
    HttpServer store =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    store.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    store.start();
    try (LineSink sink = sink(version, store.getAddress().getPort())) {
      return sink.write(List.of("m v=1 1"));
    } finally {
      store.stop(0);
    }
  }

  private static LineSink sink(int version, int port) throws IOException {
    StoreConfig config = StoreConfig.of(version, URI.create("http://127.0.0.1:" + port), "d");
    return (LineSink) InfluxSinks.of((version == 1 ? config : config.token("t")).make());
  }
}
