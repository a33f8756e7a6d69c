package io.weir.gateway.normalize;

import io.weir.gateway.model.BoundedMap;
import io.weir.gateway.model.Excerpt;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Value;
import io.weir.gateway.model.Weight;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * What a route does to the numbers of one metric: scale and offset, then the unit of the store.
 * Worked out once for each unit, so that a number costs a multiplication, an addition and a
 * division. Shared by all source threads.
 */
final class Conditioning {

  /** For the units that payloads name; what they become takes {@link #BYTES_OF_ONE} each. */
  private static final int MOST_BYTES = 32 << 10;

  private static final int BYTES_OF_ONE = 200;

  private final double scale;
  private final double offset;
  private final Conversion scaling;
  private final @Nullable String unit;
  private final @Nullable String storeUnit;

  /** From the unit of the route; {@code null} where the payload must name it. */
  private final @Nullable Conversion conversion;

  private final BoundedMap<String, Found> byUnit =
      new BoundedMap<>(MOST_BYTES, unit -> BYTES_OF_ONE + Weight.of(unit));

  /** What comes of a unit; one that is unfit is remembered too, as a device sends it each time. */
  private record Found(Conversion conversion, @Nullable Unfit unfit) {}

  private Conditioning(RouteConfig.Metric metric) {
    this.scale = metric.scale();
    this.offset = metric.offset();
    this.scaling = Conversion.of(scale, offset);
    this.unit = metric.unit();
    this.storeUnit = metric.storeUnit();
    if (storeUnit == null) {
      conversion = Conversion.NONE;
    } else {
      conversion = metric.unit() == null ? null : Units.between(metric.unit(), storeUnit);
    }
  }

  /** What the route says of the metric, or {@code null} where it takes numbers as they come. */
  static @Nullable Conditioning of(RouteConfig.Metric metric) {
    boolean asSent = metric.scale() == 1 && metric.offset() == 0 && metric.storeUnit() == null;
    return asSent ? null : new Conditioning(metric);
  }

  /**
   * @param unit the unit that the payload names, or {@code null}
   * @param declared the type that the route declares, or {@code null}: then text is no number
   */
  Value apply(Value value, @Nullable String unit, Value.@Nullable Type declared) throws Unfit {
    Value number = declared == null ? value : ValueRules.number(value);
    Conversion conversion = conversion(unit);
    if (number instanceof Value.Real real) {
      return new Value.Real(conversion.apply(scaling.apply(real.value())));
    }
    if (!(number instanceof Value.Whole whole)) {
      Value meant = ValueRules.number(value);
      boolean isNumber = meant instanceof Value.Whole || meant instanceof Value.Real;
      throw new Unfit(
          Reason.TYPE_CONFLICT,
          "'"
              + Excerpt.of(ValueRules.text(value))
              + "' is no number, so it cannot be converted"
              + (isNumber ? "; with type: float in the route it is read as one" : ""));
    }
    if (ValueRules.toPinned(whole, Value.Type.FLOAT) == null) {
      if (scaling.equals(Conversion.NONE) && conversion.equals(Conversion.NONE)) {
        return whole;
      }
      if (declared == Value.Type.INTEGER) {
        throw new Unfit(
            Reason.TYPE_CONFLICT,
            whole.value() + " has more digits than can be converted to an integer exactly");
      }
    }
    return new Value.Real(conversion.apply(scaling.apply(whole.value())));
  }

  /**
   * What is done, in the words of the route.
   *
   * @param named the unit that the payload names, or {@code null}
   */
  String words(@Nullable String named) {
    StringJoiner words = new StringJoiner(", ");
    if (scale != 1) {
      words.add("times " + scale);
    }
    if (offset != 0) {
      words.add("plus " + offset);
    }
    if (storeUnit != null) {
      String from = unit == null ? named : unit;
      words.add("from " + (from == null ? "a unit that is not named" : from) + " to " + storeUnit);
    }
    return words.toString();
  }

  private Conversion conversion(@Nullable String unit) throws Unfit {
    if (conversion != null) {
      return conversion;
    }
    if (unit == null) {
      throw new Unfit(
          Reason.BAD_VALUE,
          "neither payload nor route names the unit, so it cannot become '" + storeUnit + "'");
    }
    Found known = byUnit.get(unit);
    if (known == null) {
      known = byUnit.putIfAbsent(unit, found(unit));
    }
    if (known.unfit() != null) {
      throw known.unfit();
    }
    return known.conversion();
  }

  private Found found(String unit) {
    try {
      return new Found(Units.between(unit, String.valueOf(storeUnit)), null);
    } catch (IllegalArgumentException e) {
      Unfit unfit = new Unfit(Reason.BAD_VALUE, String.valueOf(e.getMessage()));
      return new Found(Conversion.NONE, unfit);
    }
  }
}
