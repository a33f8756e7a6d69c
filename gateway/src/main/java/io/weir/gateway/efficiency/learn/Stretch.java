package io.weir.gateway.efficiency.learn;

/**
 * A part of known producing time of one product, which begins and ends with a count.
 *
 * @param product "" where the machine tells none
 * @param endNs its end
 * @param runNs its length, all of it running
 * @param pieces what was made in it
 * @param idealS sum of the ideal cycles of these, seconds; 0 where none is configured
 * @param kwh energy that was used in it; NaN where no meter told it
 */
record Stretch(String product, long endNs, long runNs, double pieces, double idealS, double kwh) {}
