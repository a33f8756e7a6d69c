package io.weir.gateway.discover;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The messages of one topic. Guarded by its {@link Findings}. */
final class Heard {

  /** How many messages of a topic are kept whatever they are. */
  private static final int FIRST = 6;

  /** How many are kept at most, those that look otherwise than all before. */
  private static final int MOST = 16;

  /** How many are looked at; the rest is counted. */
  private static final int LOOKED_INTO = 2_000;

  private static final int BYTES_OF_ENTRY = 200;

  final String topic;
  private final List<Sample> samples = new ArrayList<>(2);
  private final Set<Integer> shapes = new HashSet<>();
  private long live;
  private long retained;

  /**
   * A message that is kept.
   *
   * @param receivedNs when it arrived; 0 where nobody has said
   */
  @SuppressWarnings("ArrayRecordComponent") // shown and decoded, never compared
  record Sample(byte[] payload, boolean retained, long receivedNs) {}

  Heard(String topic) {
    this.topic = topic;
  }

  /**
   * Counts a message, and keeps it where it may say something new.
   *
   * @return how many more bytes are held, about
   */
  long heard(Sample sample, boolean keep) {
    long before = live + retained;
    if (sample.retained()) {
      retained++;
    } else {
      live++;
    }
    if (!keep || sample.payload().length == 0 || before >= LOOKED_INTO || samples.size() >= MOST) {
      return 0;
    }
    boolean isNew = shapes.add(View.shape(sample.payload()));
    if (!isNew && samples.size() >= FIRST) {
      return 0;
    }
    samples.add(sample);
    return BYTES_OF_ENTRY / 2 + sample.payload().length;
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
    copy.live = live;
    copy.retained = retained;
    return copy;
  }
}
