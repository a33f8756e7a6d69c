package io.weir.gateway.sink.thin;

import io.weir.gateway.model.Value;

/** Values that are numbers. */
final class Numbers {

  private Numbers() {}

  static boolean is(Value value) {
    return value instanceof Value.Real || value instanceof Value.Whole;
  }

  static double of(Value value) {
    return value instanceof Value.Whole whole
        ? whole.value()
        : value instanceof Value.Real real ? real.value() : Double.NaN;
  }

  static int compare(Value one, Value other) {
    return one instanceof Value.Whole a && other instanceof Value.Whole b
        ? Long.compare(a.value(), b.value())
        : Double.compare(of(one), of(other));
  }
}
