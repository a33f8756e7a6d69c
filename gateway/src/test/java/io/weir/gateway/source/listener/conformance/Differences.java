package io.weir.gateway.source.listener.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.weir.gateway.source.listener.conformance.Sequence.Receive;
import io.weir.gateway.source.listener.conformance.Sequence.Step;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What the listener answers otherwise than a broker, by the names of the sequences, each with the
 * clause that allows it: {@code listener-differences.yaml}. Only two things may be another: the
 * code of a SUBACK, PUBACK or PUBREC, and whether a message is delivered, as the listener is no
 * broker; and what follows from those in the same sequence.
 */
final class Differences {

  private static final String NOTHING = "nothing";
  private static final String STAYS = "stays connected";
  private static final Pattern CODED = Pattern.compile("(SUBACK|PUBACK|PUBREC) [0-9A-F]{4}\\b.*");

  private final Map<String, List<String>> answers = new LinkedHashMap<>();

  private Differences() {}

  static Differences read() throws IOException {
    try (InputStream in = Differences.class.getResourceAsStream("listener-differences.yaml")) {
      return of(new YAMLMapper().readTree(in));
    }
  }

  static Differences of(JsonNode kinds) {
    Differences all = new Differences();
    kinds.forEach(all::add);
    return all;
  }

  private void add(JsonNode kind) {
    if (kind.path("clause").asText().isBlank() || kind.path("differs").asText().isBlank()) {
      throw new IllegalArgumentException("needs what differs, and the clause: " + kind);
    }
    kind.required("sequences")
        .properties()
        .forEach(
            each -> {
              List<String> said = new ArrayList<>();
              each.getValue().forEach(answer -> said.add(answer.asText()));
              if (answers.put(each.getKey(), said) != null) {
                throw new IllegalArgumentException("is there twice: " + each.getKey());
              }
            });
  }

  boolean has(Sequence sequence) {
    return answers.containsKey(sequence.name());
  }

  /** Names that are of none of these sequences. */
  Set<String> unknown(List<Sequence> sequences) {
    Set<String> names = new HashSet<>(answers.keySet());
    sequences.forEach(each -> names.remove(each.name()));
    return names;
  }

  /**
   * The sequence as it plays against the listener. Of its answers each stands for the packet that
   * comes at its place, and further ones come before the end.
   */
  Sequence applied(Sequence sequence) {
    if (!has(sequence)) {
      return sequence;
    }
    List<String> said = new ArrayList<>(answers.get(sequence.name()));
    boolean stays = said.remove(STAYS);
    Iterator<String> next = said.iterator();
    List<Step> steps = new ArrayList<>();
    boolean differs = false;
    for (Step each : sequence.steps()) {
      if (!(each instanceof Receive receive) || !next.hasNext()) {
        steps.add(each);
        continue;
      }
      String was = receive.packet().meaning();
      String is = next.next();
      if (!is.equals(was) && !differs) {
        requireAllowed(sequence, was, is);
        differs = true;
      }
      if (!is.equals(NOTHING)) {
        steps.add(new Receive(new Packet(is)));
      }
    }
    if (!differs) {
      throw new IllegalArgumentException("differs in nothing: " + sequence.name());
    }
    next.forEachRemaining(more -> steps.add(new Receive(new Packet(more))));
    return new Sequence(
        sequence.name(),
        sequence.clientId(),
        sequence.version(),
        sequence.connects(),
        steps,
        sequence.disconnects() && !stays);
  }

  private static void requireAllowed(Sequence sequence, String was, String is) {
    boolean isCode =
        CODED.matcher(was).matches() && CODED.matcher(is).matches() && head(was).equals(head(is));
    boolean isDelivery = was.startsWith("PUBLISH ") && is.equals(NOTHING);
    if (!isCode && !isDelivery) {
      throw new IllegalArgumentException(
          "may not differ: %s: %s instead of %s".formatted(sequence.name(), is, was));
    }
  }

  /** Which packet it is, and its id. */
  private static String head(String meaning) {
    return meaning.substring(0, "SUBACK 1234".length());
  }
}
