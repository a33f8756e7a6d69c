package io.weir.gateway.discover;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FindingsFileTest {

  private static final String EAST = "tcp://east:1883";
  private static final String WEST = "tcp://west:1883";

  @TempDir Path folder;

  private Path file() {
    return folder.resolve("state.json");
  }

  @Test
  void aRunOfOneBrokerKeepsWhatTheFileKnowsOfOthers() throws IOException {
    FindingsFile.save(file(), Map.of(EAST, heard("a", 3), WEST, heard("b", 2)));

    assertThat(FindingsFile.save(file(), Map.of(WEST, heard("b", 5)))).isTrue();

    Map<String, Findings> read = read(EAST, WEST);
    assertThat(found(read, EAST).messages()).isEqualTo(3);
    assertThat(found(read, EAST).copies().get(0).samples()).hasSize(3);
    assertThat(found(read, WEST).messages()).isEqualTo(5);
  }

  @Test
  void whatIsWrittenIsNoLargerThanWhatIsRead() throws IOException {
    Findings many = new Findings(64 << 20);
    for (int topic = 0; topic < 20; topic++) {
      for (int i = 0; i < 3; i++) {
        many.heard("line/" + topic, ("x".repeat(1_000) + i).getBytes(UTF_8), false, i);
      }
    }
    FindingsFile.save(file(), Map.of(EAST, heard("a", 3)), 20_000);

    assertThat(FindingsFile.save(file(), Map.of(WEST, many), 20_000)).isFalse();

    assertThat(Files.size(file())).isLessThanOrEqualTo(20_000);
    Map<String, Findings> read = read(EAST, WEST);
    assertThat(found(read, EAST).copies().get(0).samples()).hasSize(3);
    assertThat(found(read, WEST).messages()).isEqualTo(60);
    List<Heard> topics = found(read, WEST).copies();
    assertThat(topics).hasSize(20);
    assertThat(topics.get(0).samples()).hasSize(3);
    assertThat(topics.get(19).samples()).isEmpty();
  }

  @Test
  void topicsThatHaveNoRoomAreLeftOut() throws IOException {
    Findings many = new Findings(64 << 20);
    for (int topic = 0; topic < 200; topic++) {
      many.heard("a long level, a long level, a long level/" + topic, new byte[] {'1'}, false, 1);
    }

    assertThat(FindingsFile.save(file(), Map.of(EAST, many), 5_000)).isFalse();

    assertThat(Files.size(file())).isLessThanOrEqualTo(5_000);
    assertThat(found(read(EAST), EAST).topics()).isBetween(20, 60);
  }

  @Test
  void aFileThatIsCutOffOrOfSomethingElseIsRefused() throws IOException {
    FindingsFile.save(file(), Map.of(EAST, heard("a", 3)));
    String text = Files.readString(file());

    for (String wrong : List.of(text.substring(0, text.length() / 2), "{}", "", "[1]")) {
      Files.writeString(file(), wrong);
      assertThatThrownBy(() -> read(EAST)).as(wrong).isInstanceOf(IOException.class);
    }
  }

  private static Findings heard(String topic, int messages) {
    Findings findings = new Findings(1 << 20);
    for (int i = 0; i < messages; i++) {
      findings.heard(topic, ("{\"temp\":" + i + "}").getBytes(UTF_8), false, 1_000 + i);
    }
    return findings;
  }

  private Map<String, Findings> read(String... brokers) throws IOException {
    Map<String, Findings> all = new LinkedHashMap<>();
    for (String each : brokers) {
      all.put(each, new Findings(64 << 20));
    }
    FindingsFile.load(file(), all);
    return all;
  }

  private static Findings found(Map<String, Findings> all, String broker) {
    return all.getOrDefault(broker, new Findings(0));
  }
}
