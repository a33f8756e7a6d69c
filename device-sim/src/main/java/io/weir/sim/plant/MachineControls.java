package io.weir.sim.plant;

/**
 * What can be done to a machine from outside. All times are epoch ms; {@code at} is the instant it
 * is done.
 */
public interface MachineControls {

  MachinePath path();

  /** The ideal cycle of its present product, ms a piece. */
  long idealCycleMs();

  /**
   * Stops it, whatever it does. One that is in that state already gets the reason and stays in it
   * at least so long.
   *
   * @param reason why, as an operator would say it; "" for none
   * @param until when it goes on
   */
  void stop(SimulatedState state, String reason, long at, long until);

  /** Ends a stop, if it is in one. A wait for its neighbours goes on. */
  void mend(long at);

  /** Lets each piece from the next on take so many times as long; several multiply. */
  void slow(double factor);

  /** Ends one {@link #slow} of that factor. */
  void endSlow(double factor);

  /**
   * Scraps pieces with a probability of 0 to 1 instead of its usual one; of several the highest
   * holds.
   */
  void scrap(double probability);

  /** Ends one {@link #scrap} of that probability. */
  void endScrap(double probability);

  /** Makes another product from now on. */
  void product(String product, long idealCycleMs);

  /** Something to be done. */
  interface Action {
    void on(MachineControls machine, long at);
  }
}
