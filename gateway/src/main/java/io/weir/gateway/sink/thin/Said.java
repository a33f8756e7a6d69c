package io.weir.gateway.sink.thin;

import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Value;

/** What a metric said at an instant. */
record Said(Value value, Quality quality, long timeNs) {

  static Said of(Reading reading) {
    return new Said(reading.value(), reading.quality(), reading.timeNs());
  }

  /** Whether a reading says the same, at whatever instant. */
  boolean isSaidBy(Reading reading) {
    return quality == reading.quality() && value.equals(reading.value());
  }

  /** Whether a reading is of the same trust, and a number where this is one. */
  boolean isAlike(Reading reading) {
    return quality == reading.quality() && Numbers.is(value) == Numbers.is(reading.value());
  }
}
