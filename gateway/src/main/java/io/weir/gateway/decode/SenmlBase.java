package io.weir.gateway.decode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BinaryNode;
import io.weir.gateway.model.Excerpt;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Sample.TimeUnit;
import io.weir.gateway.model.Value;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The base fields of a SenML pack so far (RFC 8428, section 4.1), and how a record is resolved
 * against them. A field that is {@code null} is as one that is not there. Sums are made in decimal,
 * so that 20.1 + 0.2 is 20.3. One for each pack.
 */
final class SenmlBase {

  /** A time below this is relative to now, otherwise seconds since 1970 (section 4.5.3). */
  private static final BigDecimal ABSOLUTE = BigDecimal.valueOf(1 << 28);

  /** Section 4.5.1, and a slash at the front, as LwM2M writes {@code /3303/0/5700}. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9/][-A-Za-z0-9:./_]*+");

  private static final List<String> VALUES = List.of("v", "vs", "vb", "vd", "vlo");

  /** The record cannot be resolved. */
  private static final class Unresolved extends Exception {
    private final Reason reason;

    Unresolved(Reason reason, String detail) {
      super(detail, null, false, false);
      this.reason = reason;
    }
  }

  private final long nowNs;
  private String name = "";
  private @Nullable BigDecimal time;
  private @Nullable String unit;
  private @Nullable BigDecimal value;
  private @Nullable BigDecimal sum;

  SenmlBase(long nowNs) {
    this.nowNs = nowNs;
  }

  /**
   * Takes one record. Returns whether the next may be read: not so after base fields that cannot
   * be, because what follows would be resolved against wrong ones.
   */
  boolean read(JsonNode record, int index, Samples samples) {
    if (!record.isObject()) {
      samples.reject(Reason.MALFORMED, "record " + index + " is " + JsonTree.kind(record));
      return true;
    }
    try {
      update(record);
    } catch (Unresolved e) {
      samples.reject(
          e.reason, "record " + index + ": " + e.getMessage() + "; the rest of the pack is left");
      return false;
    }
    try {
      resolve(record, samples);
    } catch (Unresolved e) {
      samples.reject(e.reason, "record " + index + ": " + e.getMessage());
    }
    return true;
  }

  private void update(JsonNode record) throws Unresolved {
    String name = text(record, "bn");
    String unit = text(record, "bu");
    BigDecimal time = number(record, "bt");
    BigDecimal value = number(record, "bv");
    BigDecimal sum = number(record, "bs");
    this.name = name == null ? this.name : name;
    this.unit = unit == null ? this.unit : unit;
    this.time = time == null ? this.time : time;
    this.value = value == null ? this.value : value;
    this.sum = sum == null ? this.sum : sum;
  }

  private void resolve(JsonNode record, Samples samples) throws Unresolved {
    List<String> given = VALUES.stream().filter(record::hasNonNull).toList();
    if (given.isEmpty() && VALUES.stream().anyMatch(record::has)) {
      samples.filter(joined(record), Samples.NULL);
      if (!record.hasNonNull("s")) {
        return;
      }
    }
    boolean isBaseAlone =
        given.isEmpty() && !record.has("n") && !record.has("s") && !record.has("t");
    if (isBaseAlone) {
      return;
    }
    if (given.size() > 1) {
      throw new Unresolved(Reason.BAD_VALUE, "more than one value: " + String.join(", ", given));
    }
    String ownUnit = text(record, "u");
    String unit = ownUnit == null ? this.unit : ownUnit;
    SenmlName resolved = SenmlName.of(checked(joined(record)), unit);
    Point point = at(plus(time, number(record, "t"))).onMachine(resolved.device()).in(unit);
    Value value = value(record, given);
    BigDecimal sum = plus(this.sum, number(record, "s"));
    if (value == null && sum == null) {
      throw new Unresolved(Reason.BAD_VALUE, "no value: one of v, vs, vb, vd or s is expected");
    }
    if (value != null) {
      samples.add(resolved.metric(), value, point);
    }
    if (sum != null) {
      samples.add(resolved.metric() + ".sum", real("s", sum), point.in(null));
    }
  }

  /** Base name and name; a long base must not be repeated for all the records after it. */
  private String joined(JsonNode record) throws Unresolved {
    String own = text(record, "n");
    if (name.length() + (own == null ? 0 : own.length()) > Samples.LONGEST_NAMES) {
      throw new Unresolved(
          Reason.BAD_NAME, "a name of more than " + Samples.LONGEST_NAMES + " characters");
    }
    return own == null ? name : name + own;
  }

  private static String checked(String name) throws Unresolved {
    if (!NAME.matcher(name).matches()) {
      throw new Unresolved(
          Reason.BAD_NAME,
          name.isEmpty()
              ? "neither bn nor n gives a name"
              : "the name '" + Excerpt.of(name) + "' is not one that SenML allows");
    }
    return name;
  }

  private @Nullable Value value(JsonNode record, List<String> given) throws Unresolved {
    if (given.isEmpty()) {
      return value == null || record.hasNonNull("s") ? null : real("bv", value);
    }
    String label = given.get(0);
    JsonNode node = record.path(label);
    return switch (label) {
      case "v" -> number(number(record, "v"));
      case "vs", "vlo" -> { // a link to another object, of LwM2M
        String text = text(record, label);
        yield text == null ? null : new Value.Text(text);
      }
      case "vb" -> {
        if (!node.isBoolean()) {
          throw wrong("vb", node, "true or false");
        }
        yield new Value.Flag(node.booleanValue());
      }
      default -> new Value.Text(bytes(node));
    };
  }

  private @Nullable Value number(@Nullable BigDecimal own) throws Unresolved {
    BigDecimal number = plus(value, own);
    if (number == null || own == null) {
      return null;
    }
    return number.scale() == 0 && number.unscaledValue().bitLength() < Long.SIZE
        ? new Value.Whole(number.longValueExact())
        : real("v", number);
  }

  private static Value real(String label, BigDecimal number) throws Unresolved {
    double real = number.doubleValue();
    if (!Double.isFinite(real)) {
      throw new Unresolved(Reason.BAD_VALUE, label + " is beyond a 64-bit float");
    }
    return new Value.Real(real);
  }

  /**
   * Bytes as text in base64url without padding, which is how SenML writes them in JSON; some
   * senders write plain base64.
   */
  private static String bytes(JsonNode node) throws Unresolved {
    if (node instanceof BinaryNode binary) {
      return Base64.getUrlEncoder().withoutPadding().encodeToString(binary.binaryValue());
    }
    if (!node.isTextual()) {
      throw wrong("vd", node, "bytes in base64url");
    }
    try {
      String url = node.textValue().replace('+', '-').replace('/', '_');
      byte[] bytes = Base64.getUrlDecoder().decode(url);
      return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    } catch (IllegalArgumentException e) {
      throw new Unresolved(Reason.BAD_VALUE, "vd is not base64url");
    }
  }

  private Point at(@Nullable BigDecimal seconds) throws Unresolved {
    if (seconds == null || seconds.signum() == 0) {
      return Point.PLAIN; // now
    }
    try {
      long ns = seconds.movePointRight(9).setScale(0, RoundingMode.FLOOR).longValueExact();
      boolean isAbsolute = seconds.compareTo(ABSOLUTE) >= 0;
      return Point.PLAIN.at(
          new Value.Whole(isAbsolute ? ns : Math.addExact(nowNs, ns)), TimeUnit.NS);
    } catch (ArithmeticException e) {
      throw new Unresolved(
          Reason.BAD_TIME,
          "the time " + Excerpt.of(seconds.toString()) + " is beyond the years 1677 to 2262");
    }
  }

  /** The sum, where a missing one of the two counts as zero; {@code null} if both are. */
  private static @Nullable BigDecimal plus(@Nullable BigDecimal a, @Nullable BigDecimal b) {
    if (a == null || b == null) {
      return a == null ? b : a;
    }
    return a.add(b);
  }

  private static @Nullable String text(JsonNode record, String label) throws Unresolved {
    JsonNode node = record.path(label);
    if (node.isMissingNode() || node.isNull()) {
      return null;
    }
    if (!node.isTextual()) {
      throw wrong(label, node, "a text");
    }
    return node.textValue();
  }

  private static @Nullable BigDecimal number(JsonNode record, String label) throws Unresolved {
    JsonNode node = record.path(label);
    if (node.isMissingNode() || node.isNull()) {
      return null;
    }
    if (!node.isNumber()) {
      throw wrong(label, node, "a number");
    }
    if (node.isIntegralNumber()) {
      if (!node.canConvertToLong()) {
        throw new Unresolved(Reason.BAD_VALUE, label + " is an integer beyond 64 bits");
      }
      return BigDecimal.valueOf(node.longValue());
    }
    if (!Double.isFinite(node.doubleValue())) {
      throw new Unresolved(
          Reason.BAD_VALUE, label + " is " + node.doubleValue() + ", not a finite number");
    }
    return BigDecimal.valueOf(node.doubleValue());
  }

  private static Unresolved wrong(String label, JsonNode node, String expected) {
    return new Unresolved(
        Reason.BAD_VALUE, label + " is " + JsonTree.kind(node) + ", not " + expected);
  }
}
