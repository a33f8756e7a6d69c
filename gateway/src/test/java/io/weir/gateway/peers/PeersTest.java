package io.weir.gateway.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.peers.Mosquitto;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("server")
class PeersTest {

  @TempDir Path folder;

  @Test
  void theRealPeersStartAndAnswer() throws Exception {
    try (Mosquitto mosquitto = Mosquitto.started(folder.resolve("mosquitto"));
        InfluxDb influx = new InfluxDb(folder.resolve("influx"));
        VictoriaMetrics victoria = new VictoriaMetrics(folder.resolve("victoria"))) {
      influx.start();
      victoria.start();
      influx.createDatabase("factory");
      assertThat(influx.query("", "SHOW DATABASES")).contains("factory");
      assertThat(influx.count("factory", "telemetry", "temperature")).isZero();
      assertThat(victoria.get("/health")).contains("OK");
    }
  }
}
