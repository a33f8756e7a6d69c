package io.weir.gateway.sink;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** One line or row on its way to a store. */
interface Outbound {

  /** About its length in bytes. */
  int bytes();

  /** What it is made of. */
  Part part();

  Origin origin();

  /** What it says in line protocol, as evidence for the quarantine. */
  String line();

  /**
   * This line without the fields for which a test is true, or {@code null} where none is left. This
   * line itself where it has none of them.
   *
   * @param taken receives each field that was taken out
   */
  @Nullable Outbound without(Predicate<FieldOfStore> test, Taken taken);

  /** Receives what is taken out of a line. */
  interface Taken {

    /**
     * @param line says the field alone
     */
    void field(FieldOfStore field, Outbound line);
  }

  /** How many readings it stands for. */
  default int readings() {
    return part().readings();
  }

  /** Place in its record of the first reading it holds; names the line with the offset. */
  default int index() {
    return part().index();
  }

  /** The same for all lines of one series, whose order must stand. */
  default int lane() {
    return part().lane();
  }

  /** Event time as the store has it, nanoseconds since the epoch. */
  default long timeNs() {
    return part().timeNs();
  }

  /** The record that lines come from. */
  record Origin(long offset, String topic, long receiveTimeNs) {}

  /**
   * The part of a record that a line says.
   *
   * @param readings how many; at least as many as fields
   * @param index place of the first of them in the record
   * @param places place of the reading of each field, or {@code null} where they follow each other
   *     from {@code index} on
   * @param lane the same for all lines of one measurement and tag set
   * @param timeNs event time of all of them, cut to the precision of the store
   */
  @SuppressWarnings("ArrayRecordComponent") // never changed, never compared
  record Part(int readings, int index, int @Nullable [] places, int lane, long timeNs) {

    /** The part of one field alone. */
    Part field(int number, int readingsOfField) {
      int place = places == null ? index + number : places[number];
      return new Part(readingsOfField, place, null, lane, timeNs);
    }

    /** What is left without some fields. */
    Part rest(int readingsLeft, int[] numbersLeft) {
      int[] left = new int[numbersLeft.length];
      for (int i = 0; i < left.length; i++) {
        left[i] = places == null ? index + numbersLeft[i] : places[numbersLeft[i]];
      }
      return new Part(readingsLeft, left[0], left, lane, timeNs);
    }
  }
}
