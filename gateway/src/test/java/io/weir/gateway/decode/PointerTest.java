package io.weir.gateway.decode;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.gateway.model.EventTime;
import io.weir.gateway.model.Pointer;
import io.weir.gateway.model.Rejected;
import io.weir.gateway.model.Sample;
import io.weir.gateway.model.Value;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A JSON Pointer of a route finds what it names, whatever the keys are. */
class PointerTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String[] SCRAPS = {
    "~", "/", "~0", "~1", "~01", "a", "0", " ", "\"", "\\", "ö"
  };

  @Test
  void theTimeIsFoundWhereThePointerSays() throws Exception {
    for (int seed = 0; seed < 2_000; seed++) {
      Random random = new Random(seed);
      ObjectNode document = JSON.createObjectNode();
      ObjectNode object = document;
      JsonPointer pointer = JsonPointer.empty();
      for (int i = random.nextInt(4); i > 0; i--) {
        String key = key(random);
        object = object.putObject(key);
        pointer = pointer.appendProperty(key);
      }
      String key = key(random);
      object.put(key, seed);
      object.put(key + "!", "beside");

      EventTime time =
          new EventTime(pointer.appendProperty(key).toString(), null, null, Duration.ofMinutes(10));
      List<Sample> samples = samples(time, JSON.writeValueAsBytes(document));

      assertThat(samples)
          .as("%s", document)
          .singleElement()
          .extracting(Sample::time)
          .isEqualTo(new Value.Whole(seed));
    }
  }

  @Test
  void anyTextIsTakenAsAPointerOrAName() {
    for (int seed = 0; seed < 2_000; seed++) {
      Random random = new Random(seed);
      String text = (random.nextBoolean() ? "/" : "") + key(random) + key(random);
      assertThat(Pointer.toName(text)).hasSizeLessThanOrEqualTo(text.length());
    }
  }

  private static String key(Random random) {
    StringBuilder key = new StringBuilder();
    for (int i = random.nextInt(4); i >= 0; i--) {
      key.append(SCRAPS[random.nextInt(SCRAPS.length)]);
    }
    return key.toString();
  }

  private static List<Sample> samples(EventTime time, byte[] payload) {
    List<Sample> samples = new ArrayList<>();
    new JsonDecoder(time, DecodeLimits.DEFAULT)
        .decode(
            new Decoder.Payload("a", payload, 0),
            new Decoder.Output() {
              @Override
              public void sample(Sample sample) {
                samples.add(sample);
              }

              @Override
              public void rejected(Rejected rejected) {
                throw new AssertionError(rejected.detail());
              }

              @Override
              public void filtered(String part, String why) {
                throw new AssertionError("nothing in it must be filtered");
              }
            });
    return samples;
  }
}
