package io.weir.gateway.simulation;

import org.jspecify.annotations.Nullable;

/** What must come of one part of a message that was acknowledged. */
sealed interface Fact {

  /**
   * A value in every store.
   *
   * @param machine the tag machine of its series
   * @param value as {@link StoreContent} has it
   * @param atNs its instant; {@code null} where it has none of its own that can be trusted
   * @param instead evidence that may stand in the quarantine instead; {@code null} if it must be
   *     stored
   */
  record Stored(
      String machine, String field, String value, @Nullable Long atNs, @Nullable String instead)
      implements Fact {

    String place() {
      return machine + "|" + field;
    }

    @Override
    public String toString() {
      return place() + "=" + value + (atNs == null ? "" : " at " + atNs);
    }
  }

  /**
   * An entry of the quarantine.
   *
   * @param evidence a part of it that no other entry has
   */
  record SetAside(String evidence) implements Fact {}
}
