package io.weir.gateway.discover;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The messages of one topic: some from which a route is made, and the others that it is tried with.
 * Guarded by its {@link Findings}.
 */
final class Heard {

  /** How many messages of a topic are kept whatever they are. */
  private static final int FIRST = 6;

  /** How many are kept at most, those that look otherwise than all before. */
  private static final int MOST = 16;

  /** How many are looked at for something new. */
  private static final int LOOKED_INTO = 2_000;

  /** How many others are kept, so that one busy topic leaves room for the rest. */
  private static final int MOST_OTHERS = 5_000;

  /** How many more are kept because a route rejects them. */
  private static final int MOST_REJECTED = 4;

  private static final int BYTES_OF_ENTRY = 200;

  final String topic;
  private final List<Sample> samples = new ArrayList<>(2);
  private final List<Sample> others = new ArrayList<>(0);
  private final Set<Integer> shapes = new HashSet<>();
  private long live;
  private long retained;

  /**
   * A message that is kept.
   *
   * @param receivedNs when it arrived; 0 where nobody has said
   * @param number of it among the messages of all topics
   */
  @SuppressWarnings("ArrayRecordComponent") // shown and decoded, never compared
  record Sample(byte[] payload, boolean retained, long receivedNs, long number) {}

  Heard(String topic) {
    this.topic = topic;
  }

  /**
   * Counts a message, and keeps it where it may say something new, else to try a route with it.
   *
   * @param keep whether there is room for one that may say something new
   * @param keepOther whether there is room for another
   * @return how many more bytes are held, about
   */
  long heard(Sample sample, boolean keep, boolean keepOther) {
    long before = live + retained;
    if (sample.retained()) {
      retained++;
    } else {
      live++;
    }
    if (sample.payload().length == 0) {
      return 0;
    }
    if (keep && before < LOOKED_INTO && samples.size() < MOST) {
      boolean isNew = shapes.add(View.shape(sample.payload()));
      if (isNew || samples.size() < FIRST) {
        samples.add(sample);
        return BYTES_OF_ENTRY / 2 + sample.payload().length;
      }
    }
    if (keepOther && others.size() < MOST_OTHERS) {
      others.add(sample);
      return BYTES_OF_ENTRY / 2 + sample.payload().length;
    }
    return 0;
  }

  /** Makes samples of some of the others; whether there are any among these. */
  boolean learn(List<Sample> rejected) {
    Set<Sample> known = new HashSet<>(samples);
    List<Sample> some =
        rejected.stream().filter(each -> !known.contains(each)).limit(MOST_REJECTED).toList();
    samples.addAll(some);
    return others.removeAll(some);
  }

  /** Takes what an earlier run has counted. */
  void counted(long moreLive, long moreRetained) {
    live += moreLive;
    retained += moreRetained;
  }

  /** What it takes of the heap without its samples, about. */
  long bytes() {
    return 2L * BYTES_OF_ENTRY + 2L * topic.length();
  }

  List<Sample> samples() {
    return samples;
  }

  /** Those that no route is made from. */
  List<Sample> others() {
    return others;
  }

  int kept() {
    return samples.size() + others.size();
  }

  /** Messages that were sent while listening. */
  long live() {
    return live;
  }

  /** Retained messages. */
  long retained() {
    return retained;
  }

  /** The same as it is now, for somebody who reads it beside those who add to it. */
  Heard copy() {
    Heard copy = new Heard(topic);
    copy.samples.addAll(samples);
    copy.others.addAll(others);
    copy.live = live;
    copy.retained = retained;
    return copy;
  }
}
