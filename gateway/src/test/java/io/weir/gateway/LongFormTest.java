package io.weir.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.intake.Decoded;
import io.weir.gateway.intake.Decoding;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Rejected;
import io.weir.gateway.model.Value;
import io.weir.gateway.normalize.Memory;
import io.weir.gateway.normalize.Types;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever names, times and values the rows or objects of a payload in long form have: the first
 * value of each name and instant is read as that metric, and another one is rejected with its
 * place.
 */
class LongFormTest {

  private static final int PAYLOADS = 200;
  private static final long SECOND = 1_000_000_000L;
  private static final long START = 1_772_366_000L;

  @ParameterizedTest
  @ValueSource(strings = {"csv", "json"})
  void noNameHasTwoValuesAtOneInstantAndTheSecondIsRejectedWithItsPlace(String format)
      throws IOException {
    Case given =
        Case.load(format.equals("csv") ? "csv/pivot-odd-rows" : "json/pivot-tags-in-a-list");
    int refused = 0;
    for (int seed = 0; seed < PAYLOADS; seed++) {
      Random random = new Random(seed);
      Map<String, Double> first = new HashMap<>();
      int conflicts = 0;
      int repeated = 0;
      StringBuilder payload =
          new StringBuilder(format.equals("csv") ? "ts,tag,value\n" : "{\"deep\":[{\"tags\":[\n");
      int parts = 1 + random.nextInt(20);
      for (int i = 0; i < parts; i++) {
        long time = START + random.nextInt(3);
        String name = "tag-" + random.nextInt(4);
        double value = random.nextInt(3);
        Double before = first.putIfAbsent(name + "@" + time, value);
        conflicts += before != null && before != value ? 1 : 0;
        repeated += before != null && before == value ? 1 : 0;
        payload.append(
            format.equals("csv")
                ? "%d,%s,%s%n".formatted(time, name, value)
                : "%s{\"value\":%s,\"tag\":\"%s\",\"ts\":%d}%n"
                    .formatted(i == 0 ? "" : ",", value, name, time));
      }
      payload.append(format.equals("csv") ? "" : "]}]}");

      Decoded decoded =
          new Decoding(List.of(given.route()), Types.load(new Memory()))
              .decode(
                  "plant",
                  given.arrival().topic(),
                  payload.toString().getBytes(UTF_8),
                  false,
                  null,
                  given.receivedNs());

      Map<String, Double> read = new HashMap<>();
      for (Reading each : decoded.readings()) {
        String point = each.metric() + "@" + each.timeNs() / SECOND;
        assertThat(read.put(point, ((Value.Real) each.value()).value())).isNull();
      }
      assertThat(read).as(payload.toString()).isEqualTo(first);
      assertThat(decoded.rejected()).hasSize(conflicts);
      assertThat(decoded.filtered()).isEqualTo(repeated);
      assertThat(decoded.rejected())
          .extracting(Rejected::detail)
          .allMatch(detail -> detail.matches(".*more than once.*, at line \\d+.*"));
      refused += conflicts;
    }
    assertThat(refused).as("payloads with a conflict").isPositive();
  }
}
