package io.weir.gateway.efficiency.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A correction: what a person said about a machine, a line, an area or a site, of [from, to).
 *
 * @param id later ones have higher ids
 * @param toEndOfStop whether it holds until the stop ends in which {@code to} lies
 * @param state of a reclassified span or of merged stops
 * @param parts of a split
 * @param amount of booked pieces
 */
public record Said(
    long id,
    String asset,
    long from,
    long to,
    boolean toEndOfStop,
    Kind kind,
    @Nullable String state,
    @Nullable Why why,
    List<Part> parts,
    double amount) {

  /** The kinds of corrections. */
  public enum Kind {
    ANNOTATED,
    REASON_GIVEN,
    RECLASSIFIED,
    PLANNED_STOP_DECLARED,
    STOP_SPLIT,
    STOPS_MERGED,
    SCRAP_BOOKED,
    REWORK_BOOKED
  }

  /** A reason of a person. */
  public record Why(String category, String reason, @Nullable Boolean planned) {}

  /** A part of a stop that was split; it ends where the next one begins. */
  public record Part(long from, @Nullable String state, @Nullable Why why) {}

  Said withId(long number) {
    return new Said(number, asset, from, to, toEndOfStop, kind, state, why, parts, amount);
  }

  boolean isAbout(String machine) {
    return (machine + "/").startsWith(asset + "/");
  }

  boolean booksPieces() {
    return kind == Kind.SCRAP_BOOKED || kind == Kind.REWORK_BOOKED;
  }
}
