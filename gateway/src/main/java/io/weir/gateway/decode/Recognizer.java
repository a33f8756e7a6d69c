package io.weir.gateway.decode;

import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds out which format a message is in, by the {@link Recognition} rules of the installed
 * formats: by its topic where a convention fixes that, else by what the payload holds. Gives no
 * answer where the message may be several: CSV, CBOR and compressed payloads have no rules.
 */
public final class Recognizer {

  private record Rule(String format, Recognition recognition) {}

  private static final List<Rule> RULES =
      Decoders.formats().stream()
          .flatMap(
              format -> format.recognition().stream().map(rule -> new Rule(format.name(), rule)))
          .sorted(
              Comparator.comparing((Rule rule) -> rule.recognition().clue())
                  .thenComparing(Rule::format))
          .toList();

  private Recognizer() {}

  /**
   * What a message is.
   *
   * @param format the format's name; {@code null} where it is not known
   * @param topic the filter that subscribes the format as a whole, or {@code null}
   * @param keys what the payload names at its top, where it is JSON
   */
  public record Recognized(@Nullable String format, @Nullable String topic, Set<String> keys) {}

  /** What the message is. Bounded in time and memory by the payload's size. */
  public static Recognized of(String topic, byte[] payload) {
    Look look = new Look(topic, payload);
    for (Rule rule : RULES) {
      if (rule.recognition().holds().test(look)) {
        return new Recognized(rule.format(), rule.recognition().filter(), look.keys());
      }
    }
    return new Recognized(null, null, look.keys());
  }
}
