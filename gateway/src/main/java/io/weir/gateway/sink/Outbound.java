package io.weir.gateway.sink;

import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** One line or row on its way to a store. */
interface Outbound {

  /** About its length in bytes. */
  int bytes();

  /** About the length of a write of these, line feeds included. */
  static int bytes(List<Outbound> lines) {
    int bytes = 0;
    for (Outbound line : lines) {
      bytes += line.bytes() + 1;
    }
    return bytes;
  }

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

  /**
   * The same for a sink that passes over what it knows: it is to take this line even if it knows
   * it.
   */
  default Outbound mustStand() {
    return this;
  }

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

  /** How many of these readings are folded into the others, where the store has it. */
  default int folded() {
    return part().folded();
  }

  /** The same line, standing for other readings. */
  Outbound with(Part other);

  /** The part of a record that a line says. */
  sealed interface Part {

    /** How many readings it stands for. */
    int readings();

    /** How many of them are folded into the others. */
    int folded();

    /** Place of the first of them in the record. */
    int index();

    /** The same for all lines of one measurement and tag set. */
    int lane();

    /** Event time of all of them, cut to the precision of the store. */
    long timeNs();

    /** Why their quality is not GOOD, or {@code null}. */
    @Nullable String reason();

    /** The part of one field alone. */
    Part field(int number, int readingsOfField);

    /** What is left without some fields. */
    Part rest(int readingsLeft, int[] numbersLeft);
  }

  /**
   * Readings of which each became a field, or was replaced by a later one.
   *
   * @param readings at least as many as fields
   * @param places place of the reading of each field, or {@code null} where they follow each other
   *     from {@code index} on
   */
  @SuppressWarnings("ArrayRecordComponent") // never changed, never compared
  record Readings(
      int readings,
      int index,
      int @Nullable [] places,
      int lane,
      long timeNs,
      @Nullable String reason)
      implements Part {

    @Override
    public int folded() {
      return 0;
    }

    @Override
    public Part field(int number, int readingsOfField) {
      int place = places == null ? index + number : places[number];
      return new Readings(readingsOfField, place, null, lane, timeNs, reason);
    }

    @Override
    public Part rest(int readingsLeft, int[] numbersLeft) {
      int[] left = new int[numbersLeft.length];
      for (int i = 0; i < left.length; i++) {
        left[i] = places == null ? index + numbersLeft[i] : places[numbersLeft[i]];
      }
      return new Readings(readingsLeft, left[0], left, lane, timeNs, reason);
    }
  }

  /**
   * A row of a window, in place of the readings that were folded into it since it was sent last.
   *
   * @param fields what it says
   */
  record Folded(Readings fields, int readings) implements Part {

    /** Where it is stored, one reading is, and the others are folded into it. */
    @Override
    public int folded() {
      return Math.max(0, readings - 1);
    }

    @Override
    public int index() {
      return fields.index();
    }

    @Override
    public int lane() {
      return fields.lane();
    }

    @Override
    public long timeNs() {
      return fields.timeNs();
    }

    @Override
    public @Nullable String reason() {
      return fields.reason();
    }

    /** A field that is refused takes no reading with it while another field says them. */
    @Override
    public Part field(int number, int readingsOfField) {
      return new Folded((Readings) fields.field(number, 1), readingsOfField);
    }

    @Override
    public Part rest(int readingsLeft, int[] numbersLeft) {
      return new Folded((Readings) fields.rest(numbersLeft.length, numbersLeft), readingsLeft);
    }
  }
}
