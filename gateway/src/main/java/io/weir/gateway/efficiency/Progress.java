package io.weir.gateway.efficiency;

import io.weir.gateway.efficiency.codec.StateCodec;
import io.weir.gateway.efficiency.codec.StateFormat;

/**
 * How far the time of a machine has been worked through. Instants are nanoseconds since the epoch.
 *
 * @param begun false before the first reading; the instants then mean nothing
 * @param begin the first reading
 * @param seen the last reading
 * @param booked all time before is decided and in the buckets
 * @param unknownNs planned time of which the state is not known, in all that is booked
 * @param runNs time in which the machine ran, in all that is booked
 */
record Progress(boolean begun, long begin, long seen, long booked, long unknownNs, long runNs) {

  static final Progress NONE = new Progress(false, 0, 0, 0, 0, 0);

  static Progress from(long time) {
    return new Progress(true, time, time, time, 0, 0);
  }

  Progress seenAt(long time) {
    return new Progress(true, begin, time, booked, unknownNs, runNs);
  }

  Progress bookedTo(long time, long unknown, long run) {
    return new Progress(begun, begin, seen, time, unknown, run);
  }

  /** Whether an instant is none of before the first reading or behind the last one. */
  boolean knows(long instant) {
    return begun && begin <= instant && instant <= seen;
  }

  /** Whether the first reading came before an instant. */
  boolean begunBefore(long instant) {
    return begun && begin < instant;
  }

  Progress exchange(StateCodec codec) {
    boolean hasBegun = codec.flag(begun);
    long from = codec.number(begin);
    return new Progress(
        hasBegun,
        from,
        from + codec.number(seen - begin),
        from + codec.number(booked - begin),
        codec.number(unknownNs),
        codec.has(StateFormat.RUN_OF_COUNTS) ? codec.number(runNs) : 0);
  }
}
