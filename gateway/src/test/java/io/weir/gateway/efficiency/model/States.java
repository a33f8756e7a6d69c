package io.weir.gateway.efficiency.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The states of one machine, as episodes one after another. */
final class States {

  static final String UNKNOWN = "unknown";
  static final String RUNNING = "running";

  /** Stands for the word of a machine that says nothing. */
  static final String SILENT = "silent";

  /** The words of all simulated machines. */
  static final Map<String, String> WORDS =
      Map.of(
          "RUNNING", RUNNING,
          "SETUP", "setup",
          "MAINTENANCE", "planned",
          "IDLE", "idle",
          "STARVED", "starved",
          "BLOCKED", "blocked",
          "DOWN", "down");

  /**
   * A whole episode of one state.
   *
   * @param word in which it was told first
   */
  record Episode(long start, long end, String state, String word, boolean micro) {}

  private static final List<String> MICRO = List.of("down", "idle", "starved", "blocked");

  private final long microStop;
  private final List<Episode> episodes = new ArrayList<>();
  private final TreeSet<Long> readings = new TreeSet<>();

  States(Plant.Machine machine, List<Told> told) {
    microStop = machine.microStop();
    told.forEach(each -> readings.add(each.time()));
    String state = UNKNOWN;
    String saying = "";
    for (int i = 0; i + 1 < told.size(); i++) {
      long start = told.get(i).time();
      long end = told.get(i + 1).time();
      Object word = told.get(i).values().get(Told.STATE);
      if (word != null) {
        state = WORDS.getOrDefault(word.toString(), UNKNOWN);
        saying = state.equals(UNKNOWN) ? "unmapped:" + word : word.toString();
      }
      boolean silent = end - start > machine.silentAfter();
      append(start, silent ? start : end, state, saying);
      if (silent) {
        append(start, end, UNKNOWN, SILENT);
      }
    }
    for (int i = 0; i < episodes.size(); i++) {
      Episode episode = episodes.get(i);
      boolean shorter = episode.end() - episode.start() < machine.microStop();
      boolean stop = MICRO.contains(episode.state());
      boolean micro = stop && shorter && known(i - 1) && known(i + 1);
      episodes.set(
          i, new Episode(episode.start(), episode.end(), episode.state(), episode.word(), micro));
    }
  }

  private void append(long start, long end, String state, String word) {
    int last = episodes.size() - 1;
    if (last >= 0 && isSame(episodes.get(last), state, word)) {
      episodes.set(
          last,
          new Episode(episodes.get(last).start(), end, state, episodes.get(last).word(), false));
    } else {
      episodes.add(new Episode(start, end, state, word, false));
    }
  }

  /** Time without a word and time in an unknown word are not one. */
  private static boolean isSame(Episode episode, String state, String word) {
    return episode.state().equals(state) && (!state.equals(UNKNOWN) || episode.word().equals(word));
  }

  static boolean isStop(String state) {
    return !state.equals(RUNNING) && !state.equals(UNKNOWN);
  }

  /** Whether it stands at an instant. */
  boolean stands(long instant) {
    return standing(instant) != null;
  }

  /** The stop in which it stands at an instant, or nothing. */
  @Nullable Episode standing(long instant) {
    for (Episode episode : within(instant - 1, instant + 1)) {
      if (isStop(episode.state()) && holds(episode, instant)) {
        return episode;
      }
    }
    return null;
  }

  /**
   * Whether what is told at an instant belongs to an episode: also what it says before a silence.
   */
  boolean holds(Episode episode, long instant) {
    int next = episodes.indexOf(episode) + 1;
    boolean last = next == episodes.size() || episodes.get(next).word().equals(SILENT);
    return episode.start() <= instant
        && (instant < episode.end() || (last && instant == episode.end()));
  }

  /**
   * The first reading behind an instant with which all before it is decided: a stop that is still
   * short may become a micro-stop.
   */
  long closing(long instant) {
    long closing = instant + 1; // the reading that ends an order is not behind it
    for (Episode episode : within(instant - 1, instant)) {
      int i = episodes.indexOf(episode);
      boolean mayBeShort = MICRO.contains(episode.state()) && known(i - 1);
      if (mayBeShort) {
        closing = Math.max(closing, Math.min(episode.end(), episode.start() + microStop));
      }
    }
    Long reading = readings.ceiling(closing);
    return reading == null ? Long.MAX_VALUE : reading;
  }

  private boolean known(int i) {
    return i < 0 || i >= episodes.size() || !episodes.get(i).state().equals(UNKNOWN);
  }

  /** Until then all is decided: a stop that is still short may become a micro-stop. */
  long decided() {
    Episode last = episodes.get(episodes.size() - 1);
    return last.micro() ? last.start() : last.end();
  }

  List<Episode> episodes() {
    return episodes;
  }

  /** The episodes of which some time is in [from, to). */
  List<Episode> within(long from, long to) {
    int first = 0;
    int end = episodes.size();
    while (first < end) {
      int middle = (first + end) / 2;
      if (episodes.get(middle).end() > from) {
        end = middle;
      } else {
        first = middle + 1;
      }
    }
    while (end < episodes.size() && episodes.get(end).start() < to) {
      end++;
    }
    return episodes.subList(first, end);
  }

  long start() {
    return episodes.get(0).start();
  }

  long end() {
    return episodes.get(episodes.size() - 1).end();
  }

  /** How long the machine was in a state within [from, to). */
  long within(String state, long from, long to) {
    long sum = 0;
    for (Episode episode : within(from, to)) {
      if (episode.state().equals(state)) {
        sum += overlap(episode.start(), episode.end(), from, to);
      }
    }
    return sum;
  }

  static long overlap(long start, long end, long from, long to) {
    return Math.max(0, Math.min(end, to) - Math.max(start, from));
  }
}
