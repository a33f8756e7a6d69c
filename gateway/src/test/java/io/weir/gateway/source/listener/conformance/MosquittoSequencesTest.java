package io.weir.gateway.source.listener.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.peers.Brought;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The player is right where the broker that the sequences were made for answers all as they say.
 */
@Tag("server")
class MosquittoSequencesTest {

  @Test
  void theBrokerThatTheSequencesAreOfAnswersThemAll(@TempDir Path home) throws Exception {
    Path folder = Brought.mosquittoSequences().orFail();
    List<Sequence> sequences = SequenceReader.read(folder);
    assertThat(sequences).hasSizeGreaterThan(1_400);
    assertThat(sequences).extracting(Sequence::name).doesNotHaveDuplicates();

    try (SequencesBroker broker = new SequencesBroker(folder.resolve("mosquitto"), home)) {
      broker.start();
      SequencePlayer player = new SequencePlayer(broker.port(), Duration.ofSeconds(30));

      assertThat(player.differences(sequences)).isEmpty();
    }
  }
}
