package io.weir.gateway.cli;

import io.weir.gateway.model.Reason;
import io.weir.gateway.quarantine.QuarantineBook.Selection;
import io.weir.gateway.quarantine.Quarantined;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Selects the entries of the quarantine that match all given options. */
final class SelectionOptions {

  @Option(names = "--id", paramLabel = "ID", description = "One entry, by its id from list.")
  private @Nullable String id;

  @Option(
      names = "--reason",
      paramLabel = "REASON",
      description = "Such as no-route, malformed, type-conflict or store-rejected.")
  private @Nullable String reason;

  @Option(names = "--origin", paramLabel = "NAME", description = "A source or a sink.")
  private @Nullable String origin;

  @Option(names = "--topic", paramLabel = "TEXT", description = "Text that the topic contains.")
  private @Nullable String topic;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description = "Received at or after, such as 2026-03-01T06:00:00Z.")
  private @Nullable String since;

  Selection selection() throws InputException {
    try {
      return new Selection(
          id == null ? null : Set.of(Quarantined.id(id)),
          reason == null ? null : Reason.of(reason),
          origin,
          topic,
          since == null
              ? Long.MIN_VALUE
              : ChronoUnit.NANOS.between(Instant.EPOCH, Instant.parse(since)));
    } catch (DateTimeParseException e) {
      throw new InputException("--since takes a time such as 2026-03-01T06:00:00Z");
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new InputException(String.valueOf(e.getMessage()));
    }
  }

  /** The given options, by their names in the gateway's API. */
  Map<String, Object> members() throws InputException {
    selection(); // reports a wrong option before the gateway is asked
    Map<String, Object> members = new LinkedHashMap<>();
    if (id != null) {
      members.put("ids", List.of(id));
    }
    put(members, "reason", reason);
    put(members, "origin", origin);
    put(members, "topic", topic);
    put(members, "since", since);
    return members;
  }

  private static void put(Map<String, Object> members, String name, @Nullable String value) {
    if (value != null) {
      members.put(name, value);
    }
  }
}
