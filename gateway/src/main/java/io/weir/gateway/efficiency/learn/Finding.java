package io.weir.gateway.efficiency.learn;

import io.weir.gateway.model.Asset;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDate;
import java.util.HexFormat;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Something that the figures have shown, and that a person may want to know.
 *
 * @param kind what it is
 * @param asset the machine
 * @param of the product, "" where the machine tells none; of {@link Kind#SIGNAL_DRIFT} the metric
 * @param value what was found: of drifts the median of the newest week
 * @param reference what it differs from; NaN where there is nothing
 * @param spread of drifts, the normal deviation from day to day; otherwise NaN
 * @param unit of these three
 * @param day the production day up to which it was found
 */
public record Finding(
    Kind kind,
    Asset asset,
    String of,
    double value,
    double reference,
    double spread,
    String unit,
    LocalDate day) {

  private static final MathContext DIGITS = new MathContext(3);
  private static final int ID_BYTES = 6;

  /** What can be found. */
  public enum Kind {
    /** The configured ideal cycle is slower than the best demonstrated one. */
    FASTER_CYCLE,
    /** No ideal cycle is configured, and one is demonstrated. */
    NO_CYCLE,
    /** The typical cycle has changed. */
    CYCLE_DRIFT,
    /** The energy of a piece has changed. */
    ENERGY_DRIFT,
    /** A signal has changed. */
    SIGNAL_DRIFT;

    boolean isDrift() {
      return this != FASTER_CYCLE && this != NO_CYCLE;
    }
  }

  /** The same for each finding of this kind about the same, in the same direction. */
  public String id() {
    return id(asset.place());
  }

  /** As an earlier version made it: machines that lack different levels may share it. */
  String formerId() {
    return id(asset.path());
  }

  private String id(String machine) {
    String direction = kind.isDrift() && value < reference ? "down" : "up";
    String about = String.join("\n", kind.name(), direction, machine, of);
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(about.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, ID_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** The product; {@code null} where the machine tells none, and of signals. */
  public @Nullable String product() {
    return kind == Kind.SIGNAL_DRIFT || of.isEmpty() ? null : of;
  }

  /** The metric of a signal, otherwise {@code null}. */
  public @Nullable String metric() {
    return kind == Kind.SIGNAL_DRIFT ? of : null;
  }

  /** How far it is from the reference, to tell what has become worse; 0 where there is none. */
  public double size() {
    return Double.isNaN(reference) ? 0 : Math.abs(value - reference);
  }

  /** What was found, in words, with its numbers. */
  public String reason() {
    return switch (kind) {
      case FASTER_CYCLE ->
          "%s: an ideal cycle of %s is configured; the best demonstrated one is %s (%s)"
              .formatted(subject(), amount(reference), amount(value), percent());
      case NO_CYCLE ->
          "%s: no ideal cycle is configured; the best demonstrated one is %s"
              .formatted(subject(), amount(value));
      case CYCLE_DRIFT -> "cycle of " + subject() + drift();
      case ENERGY_DRIFT -> "energy per piece of " + subject() + drift();
      case SIGNAL_DRIFT -> of + " of " + asset.path() + drift();
    };
  }

  private String subject() {
    return of.isEmpty() ? asset.path() : "product " + of + " on " + asset.path();
  }

  private String drift() {
    return ": %s in the last week, %s in the four weeks before (%s); from day to day ±%s is normal"
        .formatted(
            amount(value),
            amount(reference),
            kind == Kind.SIGNAL_DRIFT ? signed(value - reference) + suffix() : percent(),
            amount(spread));
  }

  private String percent() {
    return String.format(Locale.ROOT, "%+.0f %%", 100 * (value - reference) / reference);
  }

  private static String signed(double number) {
    return (number > 0 ? "+" : "") + number(number);
  }

  private String amount(double number) {
    return number(number) + suffix();
  }

  private String suffix() {
    return unit.isEmpty() ? "" : " " + unit;
  }

  /** Three digits, or all before the point. */
  static String number(double number) {
    BigDecimal all = BigDecimal.valueOf(number);
    BigDecimal rounded =
        Math.abs(number) >= 1000 ? all.setScale(0, RoundingMode.HALF_UP) : all.round(DIGITS);
    return rounded.signum() == 0 ? "0" : rounded.toPlainString();
  }

  /**
   * What to write where the ideal cycle is configured, if a person agrees; "" where it is about no
   * ideal cycle.
   */
  public String toPaste() {
    if (kind.isDrift()) {
      return "";
    }
    String seconds = BigDecimal.valueOf(value).round(DIGITS).toPlainString();
    return of.isEmpty()
        ? "- { asset: \"%s\", ideal-cycle: %ss }".formatted(asset.path(), seconds)
        : quoted(of) + "," + seconds;
  }

  private static String quoted(String product) {
    boolean plain =
        !product.contains("\"")
            && !product.contains(",")
            && !product.startsWith("#")
            && product.equals(product.strip());
    return plain ? product : '"' + product.replace("\"", "\"\"") + '"';
  }
}
