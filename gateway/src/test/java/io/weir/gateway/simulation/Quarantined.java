package io.weir.gateway.simulation;

import io.weir.gateway.api.GatewayView;
import io.weir.gateway.api.QuarantinePage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** What the quarantine holds, as the gateway shows it. */
final class Quarantined {

  private static final int PAGE = 500;
  private static final int COMPARED = 150;

  private final Map<String, List<QuarantinePage.Entry>> byOrigin = new HashMap<>();

  Quarantined(GatewayView view) throws IOException {
    Long before = Long.MAX_VALUE;
    while (before != null) {
      QuarantinePage page = view.quarantine(PAGE, before);
      for (QuarantinePage.Entry entry : page.entries()) {
        byOrigin.computeIfAbsent(entry.origin(), name -> new ArrayList<>()).add(entry);
      }
      before = page.next();
    }
  }

  List<String> lines(String origin) {
    return byOrigin.getOrDefault(origin, List.of()).stream()
        .map(QuarantinePage.Entry::preview)
        .toList();
  }

  boolean has(String origin, String part) {
    return lines(origin).stream().anyMatch(line -> line.contains(part));
  }

  /** Whether a payload is evidence of an entry; of a long one the beginning is compared. */
  boolean hasEvidence(String payload) {
    if (payload.startsWith(Nodes.MARK)) {
      String hex = HexFormat.of().formatHex(payload.getBytes(StandardCharsets.UTF_8));
      return has(entry -> entry.preview().contains(payload) || entry.preview().contains(hex));
    }
    String beginning = payload.substring(0, Math.min(COMPARED, payload.length()));
    return has(entry -> entry.preview().startsWith(beginning));
  }

  private boolean has(Predicate<QuarantinePage.Entry> wanted) {
    return byOrigin.values().stream().flatMap(List::stream).anyMatch(wanted);
  }

  /** How many messages of a topic stand in it with these bytes. */
  long messages(String topic, String payload) {
    return byOrigin.values().stream()
        .flatMap(List::stream)
        .filter(entry -> entry.topic().equals(topic) && entry.preview().equals(payload))
        .count();
  }

  /** What is in it of all origins but these. */
  long readingsButOf(Set<String> origins) {
    return byOrigin.keySet().stream()
        .filter(origin -> !origins.contains(origin))
        .mapToLong(this::readings)
        .sum();
  }

  long readings(String origin) {
    return byOrigin.getOrDefault(origin, List.of()).stream()
        .flatMap(entry -> entry.faults().stream())
        .mapToLong(QuarantinePage.Fault::readings)
        .sum();
  }
}
