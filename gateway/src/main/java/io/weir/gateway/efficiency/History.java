package io.weir.gateway.efficiency;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.MachineState;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What each machine did of late, and its stops: a fold over the rows {@code machine_state} and
 * {@code stops}. It sees no clock; a row written again replaces the one before, so corrections
 * arrive here as they do in a store, and reading rows twice changes nothing.
 *
 * <p>Of a machine it keeps the last {@link #KEPT} of its own time. Of rows that only repeat the
 * state before, it keeps those that a late reading may still part from it.
 *
 * <p>Bounds: {@link #MOST} rows of states and as many stops, shared evenly by the machines, past
 * which a machine forgets its oldest; at 36 and 52 bytes each, less than 100 MB.
 *
 * <p>Bytes of the state (primitives in {@link StateCodec}): u8 format 1, the words, then each
 * machine with its rows and its stops; instants as the distance from the one before, words by
 * number.
 *
 * <p>Shared between the thread that folds and the one that shows, under its own lock; both hold it
 * for memory work only.
 */
public final class History {

  /** A week, so that the last shift is there after a long weekend. */
  static final long KEPT = 7 * 24 * Calendar.HOUR;

  static final int MOST = 1 << 20;

  /** What a machine keeps however many there are, and however few. */
  private static final int LEAST_OF_MACHINE = 16;

  private static final int MOST_OF_MACHINE = 1 << 14;
  private static final byte FORMAT = 1;

  private final long settledAfter;
  private final Map<Asset, Track> tracks = new LinkedHashMap<>();

  /** One instance of each word; made again when the state is encoded. */
  private final Map<String, String> words = new HashMap<>();

  /** What a machine does from an instant on. */
  private record StateChange(long start, MachineState state, String reason) {
    boolean tellsTheSameAs(StateChange other) {
      return state == other.state && reason.equals(other.reason);
    }
  }

  /**
   * A stretch of one state. Instants in nanoseconds since the epoch.
   *
   * @param reason why, "" where nothing says so
   */
  public record StateInterval(long start, long end, MachineState state, String reason) {}

  /** A finished stop, or its part in one shift; {@code count} is 0 in all parts but the first. */
  public record FinishedStop(
      long start, long lengthNs, String shift, MachineState state, String reason, int count) {
    boolean isSameAs(FinishedStop other) {
      return start == other.start
          && shift.equals(other.shift)
          && state == other.state
          && reason.equals(other.reason);
    }
  }

  /** One machine, both lists in the order of time. */
  private static final class Track {
    final List<StateChange> rows = new ArrayList<>();
    final List<FinishedStop> stops = new ArrayList<>();

    void put(StateChange row) {
      int at = rows.size();
      while (at > 0 && rows.get(at - 1).start > row.start) {
        at--;
      }
      if (at > 0 && rows.get(at - 1).start == row.start) {
        rows.set(at - 1, row);
      } else {
        rows.add(at, row);
      }
    }

    void put(FinishedStop stop) {
      int at = stops.size();
      while (at > 0 && stops.get(at - 1).start > stop.start) {
        at--;
      }
      for (int i = at - 1; i >= 0 && stops.get(i).start == stop.start; i--) {
        if (stops.get(i).isSameAs(stop)) {
          stops.remove(i);
          at--;
        }
      }
      if (stop.lengthNs > 0) {
        stops.add(at, stop);
      }
    }

    long newest() {
      return rows.isEmpty() ? Long.MIN_VALUE : rows.get(rows.size() - 1).start;
    }

    /** Forgets what is too old or too much, and the repeats that are settled. */
    void trim(long settledAfter, int most) {
      long oldest = newest() - KEPT;
      long settled = newest() - settledAfter;
      List<StateChange> kept = new ArrayList<>();
      for (StateChange row : rows) {
        StateChange before = kept.isEmpty() ? null : kept.get(kept.size() - 1);
        if (before != null && row.start <= oldest) {
          kept.clear(); // the last one before the oldest instant tells what it began with
          before = null;
        }
        if (before == null || row.start >= settled || !row.tellsTheSameAs(before)) {
          kept.add(row);
        }
      }
      rows.clear();
      rows.addAll(kept.subList(Math.max(0, kept.size() - most), kept.size()));
      stops.removeIf(stop -> stop.start + stop.lengthNs <= oldest);
      stops.subList(0, Math.max(0, stops.size() - most)).clear();
    }

    List<StateInterval> spans(long from, long to) {
      List<StateInterval> spans = new ArrayList<>();
      for (int i = 0; i < rows.size(); ) {
        StateChange row = rows.get(i);
        int next = i + 1;
        while (next < rows.size() && rows.get(next).tellsTheSameAs(row)) {
          next++;
        }
        long start = Math.max(row.start, from);
        long end = next == rows.size() ? to : Math.min(rows.get(next).start, to);
        if (start < end) {
          spans.add(new StateInterval(start, end, row.state, row.reason));
        }
        i = next;
      }
      return spans;
    }
  }

  /**
   * @param latenessNs how late a reading may come and still change rows
   */
  History(long latenessNs) {
    settledAfter = latenessNs + 2 * Calendar.MINUTE;
  }

  /** Takes the rows of a message of the log {@code figures}. */
  synchronized void accept(Message message) {
    List<Reading> readings = message.readings();
    for (int i = 0; i < readings.size(); i++) {
      Reading reading = readings.get(i);
      String measurement = reading.series().measurement();
      if (measurement.equals(FigureRows.STATE) && reading.metric().equals("code")) {
        MachineState state = MachineState.of((int) ((Value.Whole) reading.value()).value());
        String reason = ((Value.Text) readings.get(i + 1).value()).value();
        put(reading, new StateChange(reading.timeNs(), state, word(reason)));
      } else if (measurement.equals(FigureRows.STOPS) && reading.metric().equals("duration_s")) {
        double seconds = ((Value.Real) reading.value()).value();
        double count = ((Value.Real) readings.get(i + 1).value()).value();
        put(reading, seconds, count);
      }
    }
  }

  private void put(Reading reading, StateChange row) {
    Track track = track(reading.series().asset());
    track.put(row);
    if (track.rows.size() > most()) {
      track.trim(settledAfter, most() * 3 / 4);
    }
  }

  private void put(Reading reading, double seconds, double count) {
    Map<String, String> tags = reading.series().tags();
    Track track = track(reading.series().asset());
    track.put(
        new FinishedStop(
            reading.timeNs(),
            Math.round(seconds * Calendar.SECOND),
            word(tags.getOrDefault("shift", "")),
            MachineState.valueOf(tags.getOrDefault("category", "").toUpperCase(Locale.ROOT)),
            word(tags.getOrDefault("reason", "")),
            (int) count));
    if (track.stops.size() > most()) {
      track.trim(settledAfter, most() * 3 / 4);
    }
  }

  private Track track(Asset machine) {
    return tracks.computeIfAbsent(machine, unknown -> new Track());
  }

  private int most() {
    return Math.min(MOST_OF_MACHINE, Math.max(LEAST_OF_MACHINE, MOST / tracks.size()));
  }

  private String word(String word) {
    String known = words.putIfAbsent(word, word);
    return known == null ? word : known;
  }

  // ---- what it tells

  /**
   * What a machine did between two instants, without gaps and up to the second one, from where it
   * is known.
   */
  public synchronized List<StateInterval> spans(Asset machine, long from, long to) {
    Track track = tracks.get(machine);
    return track == null ? List.of() : track.spans(from, to);
  }

  /** The stops of a machine of which any part lies between two instants, in the order of time. */
  public synchronized void stops(Asset machine, long from, long to, Consumer<FinishedStop> stops) {
    Track track = tracks.get(machine);
    if (track != null) {
      for (FinishedStop stop : track.stops) {
        if (stop.start < to && stop.start + stop.lengthNs > from) {
          stops.accept(stop);
        }
      }
    }
  }

  /** The machines it knows, in the order in which they were first seen. */
  public synchronized List<Asset> machines() {
    return List.copyOf(tracks.keySet());
  }

  // ---- bytes

  /** The state as bytes, without what is forgotten from here on. */
  synchronized byte[] encode() {
    long newest = tracks.values().stream().mapToLong(Track::newest).max().orElse(0);
    tracks.values().removeIf(track -> track.newest() < newest - MachineFold.FORGET_AFTER);
    words.clear();
    for (Track track : tracks.values()) {
      track.trim(settledAfter, most());
      track.rows.forEach(row -> word(row.reason));
      track.stops.forEach(
          stop -> {
            word(stop.shift);
            word(stop.reason);
          });
    }
    StateEncoder out = new StateEncoder();
    out.raw(FORMAT);
    out.number(words.size());
    Map<String, Integer> numbers = new HashMap<>();
    for (String word : words.keySet()) {
      numbers.put(word, numbers.size());
      out.text(word);
    }
    out.number(tracks.size());
    tracks.forEach((asset, track) -> encode(out, asset, track, numbers));
    return out.toBytes();
  }

  private static void encode(
      StateEncoder out, Asset asset, Track track, Map<String, Integer> numbers) {
    out.machine(asset);
    long before = 0;
    out.number(track.rows.size());
    for (StateChange row : track.rows) {
      out.number(row.start - before);
      out.state(row.state);
      out.number(numbers.getOrDefault(row.reason, 0));
      before = row.start;
    }
    out.number(track.stops.size());
    for (FinishedStop stop : track.stops) {
      out.number(stop.start - before);
      out.number(stop.lengthNs);
      out.number(numbers.getOrDefault(stop.shift, 0));
      out.state(stop.state);
      out.number(numbers.getOrDefault(stop.reason, 0));
      out.number(stop.count);
      before = stop.start;
    }
  }

  /**
   * The state of before.
   *
   * @throws IllegalArgumentException if the bytes are not of this format
   */
  static History decode(byte[] bytes, long latenessNs) {
    History history = new History(latenessNs);
    StateDecoder in = new StateDecoder(bytes);
    byte format = in.raw();
    if (format != FORMAT) {
      throw new IllegalArgumentException("a history of format " + format + " is not known");
    }
    List<String> words = new ArrayList<>();
    for (long count = in.number(); count > 0; count--) {
      words.add(history.word(in.name("")));
    }
    for (long count = in.number(); count > 0; count--) {
      Track track = history.track(in.machine(Asset.NONE));
      long before = 0;
      for (long rows = in.number(); rows > 0; rows--) {
        before += in.number();
        MachineState state = in.state(MachineState.UNKNOWN);
        track.rows.add(new StateChange(before, state, words.get((int) in.number())));
      }
      for (long stops = in.number(); stops > 0; stops--) {
        before += in.number();
        track.stops.add(
            new FinishedStop(
                before,
                in.number(),
                words.get((int) in.number()),
                in.state(MachineState.UNKNOWN),
                words.get((int) in.number()),
                (int) in.number()));
      }
    }
    if (!in.atEnd()) {
      throw new IllegalArgumentException("the history goes on past its end");
    }
    return history;
  }
}
