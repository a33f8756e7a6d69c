package io.weir.gateway.efficiency.config;

import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * An OEE that is aimed at, where all that it names fits.
 *
 * @param oee 0 to 1
 * @param asset pattern over site, area, line and machine; with fewer levels it means all below;
 *     {@code null} for the whole plant
 * @param product while a machine makes it; {@code null} for any
 * @param shift name of a shift; {@code null} for any
 * @param from the first date of production on which it holds
 * @param to the last one
 */
public record Target(
    double oee,
    @Nullable String asset,
    @Nullable String product,
    @Nullable String shift,
    LocalDate from,
    LocalDate to) {

  /** In figures a target is a whole number of these parts of 1. */
  public static final long PARTS = 1_000_000;

  public static long parts(double oee) {
    return Math.round(oee * PARTS);
  }

  /** Levels that it names. */
  int levels() {
    return asset == null ? 0 : asset.split("/", -1).length;
  }

  /** Levels with a star. */
  int stars() {
    return asset == null ? 0 : (int) asset.chars().filter(each -> each == '*').count();
  }
}
