package io.weir.gateway.source.listener.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.Gateway;
import io.weir.gateway.StartedGateway;
import io.weir.gateway.peers.Brought;
import io.weir.gateway.settings.ConfigFile;
import io.weir.peers.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The MQTT listener of a whole gateway answers as Mosquitto does, but for a list of differences.
 */
@Tag("server")
class ListenerSequencesTest {

  @Test
  void theListenerAnswersAsTheSequencesSayButForTheDifferencesInTheList(@TempDir Path home)
      throws Exception {
    List<Sequence> sequences = SequenceReader.read(Brought.mosquittoSequences().orFail());
    Differences allowed = Differences.read();
    assertThat(allowed.unknown(sequences)).as("names of no sequence").isEmpty();
    int port = Ports.free();

    try (Gateway gateway = started(home, port)) {
      assertThat(gateway).isNotNull();
      Awaitility.await().ignoreExceptionsInstanceOf(IOException.class).until(() -> answers(port));
      assertThat(differences(sequences, allowed, port)).isEmpty();
    }
  }

  private static Gateway started(Path home, int port) throws Exception {
    Path yaml =
        Files.writeString(
            home.resolve("gateway.yaml"),
            """
            gateway: { id: test, data-dir: data }
            sources: [ { name: direct, type: mqtt-listener, port: %d, connect-timeout: 2m } ]
            routes: [ { topic: "#", format: json } ]
            sinks: [ { name: away, type: influxdb, version: 1, url: "http://127.0.0.1:%d", database: d } ]
            http: { port: %d }
            """
                .formatted(port, Ports.free(), Ports.free()));
    return StartedGateway.of(new ConfigFile(yaml, Map.of(), List.of()));
  }

  private static boolean answers(int port) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    }
  }

  private static Map<String, String> differences(
      List<Sequence> sequences, Differences allowed, int port) throws IOException {
    SequencePlayer player = new SequencePlayer(port, Duration.ofSeconds(30));
    Map<String, String> found = new LinkedHashMap<>();
    for (Sequence each : sequences) {
      Optional<String> difference = player.play(allowed.applied(each));
      if (difference.isPresent()) {
        boolean needless = allowed.has(each) && player.play(each).isEmpty();
        found.put(
            each.name(),
            needless ? "answers as the sequence says: not in the list" : difference.get());
      }
      if (player.isGivenUp()) {
        found.put("those after it", "not played: nothing came too often");
        break;
      }
    }
    return found;
  }
}
