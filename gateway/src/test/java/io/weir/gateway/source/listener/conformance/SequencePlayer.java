package io.weir.gateway.source.listener.conformance;

import io.weir.gateway.source.listener.conformance.Client.Unexpected;
import io.weir.gateway.source.listener.conformance.Sequence.PublishElsewhere;
import io.weir.gateway.source.listener.conformance.Sequence.Receive;
import io.weir.gateway.source.listener.conformance.Sequence.Send;
import io.weir.gateway.source.listener.conformance.Sequence.Step;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Plays sequences against a server on this machine, one after the other: they share client ids and
 * topics. It waits for nothing but answers.
 */
final class SequencePlayer {

  /** Bounds a failing test: the rest of the sequences is not played then. */
  private static final int MOST_SILENCES = 3;

  private final int port;
  private final Duration patience;
  private int silences;

  /**
   * @param patience the longest wait for a packet; it only bounds a failing test
   */
  SequencePlayer(int port, Duration patience) {
    this.port = port;
    this.patience = patience;
  }

  /** What came other than expected, by the names of the sequences; empty where nothing did. */
  Map<String, String> differences(List<Sequence> sequences) throws IOException {
    Map<String, String> differences = new LinkedHashMap<>();
    for (Sequence each : sequences) {
      play(each).ifPresent(what -> differences.put(each.name(), what));
      if (isGivenUp()) {
        differences.put("those after it", "not played: nothing came too often");
        break;
      }
    }
    return differences;
  }

  boolean isGivenUp() {
    return silences >= MOST_SILENCES;
  }

  /** What came other than expected first; empty where nothing did. */
  Optional<String> play(Sequence sequence) throws IOException {
    try (Client client = new Client(port, sequence.version(), patience)) {
      if (sequence.connects()) {
        connect(client, sequence.clientId(), sequence.version());
      }
      for (Step each : sequence.steps()) {
        play(each, client);
      }
      if (sequence.disconnects()) {
        client.expectClosed();
      } else {
        client.send(ClientPackets.pingreq());
        client.expect("PINGRESP");
      }
      return Optional.empty();
    } catch (Unexpected e) {
      silences += e.isSilence() ? 1 : 0;
      return Optional.of(e.getMessage());
    }
  }

  private static void connect(Client client, String clientId, int version)
      throws Unexpected, IOException {
    client.send(ClientPackets.connect(clientId, version));
    client.expect("CONNACK session present 0, code 00");
  }

  private void play(Step step, Client client) throws Unexpected, IOException {
    if (step instanceof Send send) {
      client.send(send.bytes());
    } else if (step instanceof Receive receive) {
      client.expect(receive.packet().meaning());
    } else if (step instanceof PublishElsewhere publish) {
      play(publish);
    }
  }

  private void play(PublishElsewhere publish) throws Unexpected, IOException {
    try (Client client = new Client(port, 4, patience)) {
      connect(client, "elsewhere", 4);
      client.send(ClientPackets.publish(publish.topic(), publish.qos(), publish.payload()));
      if (publish.qos() == 1) {
        client.expect("PUBACK 0001");
      } else if (publish.qos() == 2) {
        client.expect("PUBREC 0001");
        client.send(ClientPackets.pubrel());
        client.expect("PUBCOMP 0001");
      }
      client.send(ClientPackets.disconnect());
      client.expectClosed();
    }
  }
}
