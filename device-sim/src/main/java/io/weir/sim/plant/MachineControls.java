package io.weir.sim.plant;

/**
 * What a scenario or an order can do to a machine. All times are epoch ms; {@code at} is the
 * instant at which it happens.
 */
public interface MachineControls {

  /** The ideal cycle time of its current product, ms per piece. */
  long idealCycleMs();

  /**
   * Stops the machine, whatever it does. If it is in that state already, it gets the reason and
   * stays in the state until then or longer.
   *
   * @param reason the reason that an operator would enter; "" for none
   * @param until when it continues
   */
  void stop(SimulatedState state, String reason, long at, long until);

  /** Ends a stop, if there is one. A machine that waits for its neighbours still waits. */
  void endStop(long at);

  /** Multiplies the cycle time from the next piece on. Several factors multiply. */
  void slow(double factor);

  /** Ends one {@link #slow} with this factor. */
  void endSlow(double factor);

  /**
   * Scraps pieces with this probability, 0 to 1, instead of the usual one. The highest of several
   * applies.
   */
  void scrap(double probability);

  /** Ends one {@link #scrap} with this probability. */
  void endScrap(double probability);

  /** Switches to another product. */
  void product(String product, long idealCycleMs);

  /** Something to do to a machine. */
  interface Action {
    void on(MachineControls machine, long at);
  }
}
