package io.weir.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.weir.gateway.decode.Decoders;
import io.weir.gateway.intake.Decoded;
import io.weir.gateway.intake.Decoding;
import io.weir.gateway.log.Soak;
import io.weir.gateway.normalize.Memory;
import io.weir.gateway.normalize.Types;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever becomes of the payload of any case, decoding it answers, within bounds. */
class MutatedPayloadsTest {

  /** Of each format. Far more is for the target {@code payload} of {@code make fuzz}. */
  private static final int MESSAGES = Soak.count(12, 300);

  /** Only a hang takes this long. */
  private static final Duration HANG = Duration.ofMinutes(3);

  static List<String> formats() {
    return Decoders.names();
  }

  @ParameterizedTest
  @MethodSource("formats")
  void everyPartOfAMutatedPayloadIsCountedOnceWithinBounds(String format) throws IOException {
    List<Case> own = Case.ofFormat(format);
    List<byte[]> all = Case.payloads();
    assertTimeoutPreemptively(
        HANG,
        () -> {
          for (int seed = 0; seed < MESSAGES; seed++) {
            Random random = new Random(seed);
            Case given = own.get(random.nextInt(own.size()));
            Decoding decoding = new Decoding(List.of(given.route()), Types.load(new Memory()));
            for (Case.Arrival before : given.before()) {
              PayloadTarget.assertWithinBounds(
                  decoding, before.topic(), mutatedNowAndThen(before, all, random));
            }
            String topic = own.get(random.nextInt(own.size())).arrival().topic();
            PayloadTarget.assertWithinBounds(
                decoding,
                random.nextInt(4) == 0 ? topic : given.arrival().topic(),
                PayloadTarget.mutated(given.arrival().payload(), all, random));
          }
        });
  }

  /** The word is the reason of every reading of its message. */
  @ParameterizedTest
  @ValueSource(strings = {"dod\\ud800d", "\\udfff"})
  void aWordOfQualityWithHalfACharacterSurvivesTheLog(String word) throws IOException {
    Case given = Case.load("json/quality-of-a-field");
    Decoding decoding = new Decoding(List.of(given.route()), Types.load(new Memory()));
    byte[] payload = "{\"q\":\"%s\",\"b\":1}".formatted(word).getBytes(UTF_8);
    PayloadTarget.assertWithinBounds(decoding, "opc/1", payload);
    Decoded decoded = decoding.decode("", "opc/1", payload, false, null, 1);
    assertThat(decoded.readings()).isNotEmpty();
  }

  @Test
  void aLongWordOfQualityIsCut() throws IOException {
    Case given = Case.load("json/quality-of-a-field");
    Decoding decoding = new Decoding(List.of(given.route()), Types.load(new Memory()));
    byte[] payload = "{\"q\":\"%s\",\"b\":1}".formatted("x".repeat(100_000)).getBytes(UTF_8);
    assertThat(decoding.decode("", "opc/1", payload, false, null, 1).readings())
        .allMatch(reading -> String.valueOf(reading.reason()).length() < 100)
        .isNotEmpty();
  }

  private static byte[] mutatedNowAndThen(Case.Arrival before, List<byte[]> all, Random random)
      throws IOException {
    return random.nextInt(4) == 0
        ? PayloadTarget.mutated(before.payload(), all, random)
        : before.payload();
  }
}
