package io.weir.gateway.model;

import java.util.Locale;

/**
 * The state of a machine, in the words of the stores and the live page. The order is the code: a
 * state also travels as its number, for stores that keep no text, and a code never changes its
 * meaning.
 */
public enum MachineState {
  /** Not known: silent too long, or a word that is not mapped. */
  UNKNOWN,
  /** Producing (ISO 22400: APT). */
  RUNNING,
  /** A stop shorter than the machine's threshold (ADET). */
  MICRO_STOP,
  /** A failure (ADET). */
  DOWN,
  /** Preparing an order (AUST). */
  SETUP,
  /** Able to run, without an order (ADOT). */
  IDLE,
  /** Stopped on purpose: maintenance, break, holiday (PDOT). */
  PLANNED,
  /** Waiting for material (ADET). */
  STARVED,
  /** Waiting because the next machine is full (ADET). */
  BLOCKED;

  private static final MachineState[] STATES = values();

  /** The number by which it travels. */
  @SuppressWarnings("EnumOrdinal") // the order is the code
  public int code() {
    return ordinal();
  }

  /** The state of a code. */
  public static MachineState of(int code) {
    return STATES[code];
  }

  /** Lower case with underscores, such as {@code micro_stop}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
