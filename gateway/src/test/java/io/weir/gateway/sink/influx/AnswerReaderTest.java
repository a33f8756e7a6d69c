package io.weir.gateway.sink.influx;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.sink.Sink.Answer;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each case is a file under {@code answers}: what was sent and what it must mean, then the answer
 * as it comes over HTTP. A bug report becomes a file.
 */
class AnswerReaderTest {

  private static final Instant NOW = Instant.parse("2026-03-03T08:00:00Z");

  static Stream<String> cases() throws IOException, URISyntaxException {
    try (Stream<Path> files = Files.list(folder())) {
      return files.map(file -> file.getFileName().toString()).sorted().toList().stream();
    }
  }

  private static Path folder() throws URISyntaxException {
    return Path.of(AnswerReaderTest.class.getResource("answers").toURI());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void anAnswerMeansWhatItsStoreDocuments(String file) throws Exception {
    String[] parts = Files.readString(folder().resolve(file)).split("\n\n", 3);
    String[] head = parts[0].split(" -> ");
    int lines = Integer.parseInt(head[0].replace("lines ", ""));
    String[] answer = parts[1].split("\n");
    Map<String, String> headers = new HashMap<>();
    for (String header : List.of(answer).subList(1, answer.length)) {
      headers.put(header.split(": ", 2)[0], header.split(": ", 2)[1]);
    }
    Exchange exchange =
        new Exchange(
            Integer.parseInt(answer[0].replace("HTTP ", "")),
            headers.get("Retry-After"),
            headers.get("Date"),
            headers.get("Location"),
            parts.length > 2 ? parts[2] : "");
    assertThat(describe(AnswerReader.read(exchange, lines, NOW))).isEqualTo(head[1]);
  }

  private static String describe(Answer answer) {
    if (answer instanceof Answer.Stored) {
      return "stored";
    } else if (answer instanceof Answer.TooLarge) {
      return "too large";
    } else if (answer instanceof Answer.Misconfigured) {
      return "misconfigured";
    } else if (answer instanceof Answer.Down) {
      return "down";
    } else if (answer instanceof Answer.Busy busy) {
      return busy.retryAfter() == null ? "busy" : "busy " + busy.retryAfter().toSeconds() + "s";
    }
    Answer.Refused refused = (Answer.Refused) answer;
    String lines =
        refused.refused().stream()
            .map(line -> String.valueOf(line.index() + 1))
            .collect(Collectors.joining(" "));
    return (refused.othersStored() ? "refused, others stored" : "refused, nothing stored")
        + (lines.isEmpty() ? "" : ": " + lines)
        + (refused.tooOld() == 0 ? "" : ": too old " + refused.tooOld());
  }

  @Test
  void theStoresWordsAreKeptInOneBoundedLine() {
    String body = "<html>\n<b>no\n way</b> " + "x".repeat(2_000) + "</html>";
    Answer.Down down =
        (Answer.Down) AnswerReader.read(new Exchange(500, null, null, null, body), 1, NOW);
    assertThat(down.detail())
        .startsWith("HTTP 500 no way xxx")
        .hasSizeLessThan(600)
        .doesNotContain("\n");
  }
}
