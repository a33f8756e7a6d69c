package io.weir.gateway.efficiency;

import io.weir.gateway.efficiency.calendar.Calendars;
import io.weir.gateway.efficiency.codec.StateCodec;
import io.weir.gateway.efficiency.codec.StateDecoder;
import io.weir.gateway.efficiency.codec.StateEncoder;
import io.weir.gateway.efficiency.codec.StateFormat;

/**
 * The state of a {@link Fold} as bytes.
 *
 * <p>Primitives are those of {@link StateCodec}: u8 format 23; the instant before which no bucket
 * is written; the number of ignored readings; the machines, each with its symbols, its settled
 * {@link Timeline}, its readings that are not settled, and the rows written; the lines; {@link
 * Print}s of what is configured; the machines that were retired. {@code
 * docs/reference/efficiency.md} says how many bytes that are.
 *
 * <p>Belongs to its {@link Fold}.
 */
final class FoldCodec {

  private final SharedParts shared;
  private final Machines machines;
  private final SignalStatistics statistics;
  private final CalendarPrints calendarPrints = new CalendarPrints();
  private final TargetChanges targetChanges = new TargetChanges();

  FoldCodec(SharedParts shared, Machines machines, SignalStatistics statistics) {
    this.shared = shared;
    this.machines = machines;
    this.statistics = statistics;
  }

  byte[] encode() {
    StateEncoder encoder = new StateEncoder();
    encoder.raw(StateFormat.PRESENT);
    long newest = machines.newest();
    if (newest > Long.MIN_VALUE) {
      calendarPrints.reach(shared.calendars(), newest, shared.lines().all());
    }
    targetChanges.configured(shared.targets().all());
    exchange(encoder);
    return encoder.toBytes();
  }

  /**
   * Reads a state into the parts, which are new.
   *
   * @return its format
   * @throws IllegalArgumentException if the bytes are damaged or of another format
   */
  int decode(byte[] bytes) {
    StateDecoder decoder = new StateDecoder(bytes);
    byte format = decoder.raw();
    if (!StateFormat.isRead(format)) {
      throw new IllegalArgumentException(
          "the state of the figures has format " + format + ", which this version does not know");
    }
    decoder.writtenAs(format);
    exchange(decoder);
    if (!decoder.atEnd()) {
      throw new IllegalArgumentException("the state of the figures goes on past its end");
    }
    machines.all().forEach(MachineFold::restored);
    shared.lines().restored();
    compareConfiguration();
    machines.forgetNamed();
    return format;
  }

  private void exchange(StateCodec codec) {
    shared.publishFrom(codec.number(shared.publishFrom()));
    machines.exchangeIgnored(codec);
    Corrections corrections = shared.corrections();
    corrections.next(codec.has(StateFormat.CORRECTIONS) ? codec.number(corrections.next()) : 0);
    if (codec.has(StateFormat.SESSIONS)) {
      shared.sessions().exchange(codec);
    }
    machines.exchange(codec);
    shared.lines().exchange(codec);
    if (codec.has(StateFormat.STATISTICS)) {
      statistics.exchange(codec);
    }
    if (codec.has(StateFormat.CONFIGURATIONS)) {
      machines.all().forEach(machine -> machine.exchangeConfiguration(codec));
      calendarPrints.exchange(codec);
    }
    targetChanges.exchange(codec);
    if (codec.has(StateFormat.RETIRED)) {
      machines.exchangeRetired(codec);
    }
  }

  /** Marks the days of the past of which the configuration says something else than it said. */
  private void compareConfiguration() {
    Calendars calendars = shared.calendars();
    Lines lines = shared.lines();
    Marks marks = shared.marks();
    calendarPrints.compare(calendars, lines.all(), marks);
    calendarPrints.clear();
    targetChanges.compare(shared.targets().all(), calendars, lines.all(), machines.newest(), marks);
    shared.cycleChanges().mark(machines.assets(), machines.newest(), marks);
  }

  /** How many machines a state has; 0 where its format is not read. */
  static long machines(byte[] state) {
    StateDecoder decoder = new StateDecoder(state);
    byte format = state.length == 0 ? 0 : decoder.raw();
    if (!StateFormat.isRead(format)) {
      return 0;
    }
    decoder.writtenAs(format);
    decoder.number(); // from when on buckets are written
    decoder.number(); // ignored readings
    if (decoder.has(StateFormat.CORRECTIONS)) {
      decoder.number(); // the next correction
    }
    if (decoder.has(StateFormat.SESSIONS)) {
      new Sessions(false).exchange(decoder);
    }
    return decoder.number();
  }
}
