package io.weir.gateway.simulation;

import org.jspecify.annotations.Nullable;

/** What must come of one part of a message that was acknowledged. */
sealed interface Fact {

  /** Between machine and field. */
  String PLACE = "|";

  /**
   * A value in every store.
   *
   * @param place the tag machine of its series, and its field
   * @param value as {@link StoreContent} has it
   * @param atNs its instant; {@code null} where it has none of its own that can be trusted
   * @param instead evidence that may stand in the quarantine instead; {@code null} if it must be
   *     stored
   */
  record Stored(String place, String value, @Nullable Long atNs, @Nullable String instead)
      implements Fact {

    Stored(
        String machine, String field, String value, @Nullable Long atNs, @Nullable String instead) {
      this(machine + PLACE + field, value, atNs, instead);
    }

    boolean isOf(String field) {
      return place.endsWith(PLACE + field);
    }

    @Override
    public String toString() {
      return place + "=" + value + (atNs == null ? "" : " at " + atNs);
    }
  }

  /**
   * An entry of the quarantine.
   *
   * @param evidence a part of it that no other entry has
   */
  record SetAside(String evidence) implements Fact {}
}
