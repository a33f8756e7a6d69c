package io.weir.gateway.decode;

import com.fasterxml.jackson.core.io.NumberInput;
import com.fasterxml.jackson.core.io.NumberOutput;

/** Floats of 32 bits, which some formats carry, as readings of 64 bits. */
public final class FloatDecimals {

  private FloatDecimals() {}

  /**
   * The decimal fraction that is meant: a device that measures 21.3 can only send the float next to
   * it, and shows 21.3; widened bit by bit that float is 21.299999237060547 in the store and on
   * every dashboard. So it is the shortest fraction whose nearest float is this one: no two floats
   * become the same number. Whole numbers, such as counts, are taken exactly.
   */
  public static double widened(float single) {
    return single == Math.rint(single) || !Float.isFinite(single)
        ? single
        : NumberInput.parseDouble(NumberOutput.toString(single, true), true);
  }

  /** The same of what is said to be a float of 32 bits and may be written with all its digits. */
  static double meant(double written) {
    return written == (float) written ? widened((float) written) : written;
  }
}
