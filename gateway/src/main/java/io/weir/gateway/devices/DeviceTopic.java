package io.weir.gateway.devices;

import org.jspecify.annotations.Nullable;

/**
 * A device on one topic: its numbers and its intervals there. What counts its messages across
 * topics has the sender in place of the topic. Owned by {@link Devices}.
 */
final class DeviceTopic {

  /** A hole of more periods than this is a gap. */
  static final int PERIODS = 3;

  private static final int SILENT_PERIODS = 10;
  static final long SOONEST_SILENT_NS = 60_000_000_000L;

  /** This many messages in a row from before the newest mean that the clock was set back. */
  private static final int SET_BACK = 16;

  final Device device;
  final TopicDevices on;
  final Period period;
  Expected expected;

  /** Of the heap, about. */
  final int bytes;

  @Nullable Numbering numbering;

  /** Whether numbers count its messages, so that no interval has to. */
  boolean numbered;

  /** Messages since the last number that could not be read. */
  int unread;

  /** When the last message arrived, and the newest event time; 0 before the first. */
  long arrivedNs;

  long eventNs;

  /** Missing by holes in a learned period, if that period goes on after them. */
  long supposed;

  long supposedPeriodNs;

  long heardElapsedNs;

  /** The last message that it was heard with, by their count; 0 for none since the start. */
  long turn;

  /** Of the message that is being folded. */
  long newestNs;

  private int behind;

  DeviceTopic(Device device, TopicDevices on, Expected expected, Period period, int bytes) {
    this.device = device;
    this.on = on;
    this.expected = expected;
    this.period = period;
    this.bytes = bytes;
  }

  long periodNs() {
    long configured = expected.periodNs();
    return configured > 0 ? configured : period.learnedNs();
  }

  long silentAfterNs() {
    long configured = expected.silentAfterNs();
    if (configured > 0) {
      return configured;
    }
    long each = periodNs();
    return each == 0 ? 0 : Math.max(SILENT_PERIODS * each, SOONEST_SILENT_NS);
  }

  /**
   * A message arrived.
   *
   * @param newestEventNs its newest event time
   * @return how many messages before it are missing by the period
   */
  long heard(long nowNs, long newestEventNs, SourceQuiet quiet) {
    long before = arrivedNs;
    arrivedNs = nowNs;
    if (before == 0) {
      eventNs = newestEventNs;
      return 0;
    }
    long interval = newestEventNs - eventNs;
    if (interval <= 0 && ++behind < SET_BACK) {
      return 0;
    }
    behind = 0;
    eventNs = newestEventNs;
    if (interval <= 0) {
      return 0;
    }
    long missing = missing(interval, nowNs - before, quiet.longestSince(before));
    period.add(interval);
    return missing;
  }

  /** A message arrived that said nothing about its time. */
  void heardWithoutTime(long nowNs) {
    eventNs += arrivedNs == 0 ? nowNs : nowNs - arrivedNs;
    arrivedNs = nowNs;
  }

  /**
   * How many are missing in an interval. It must be a hole in event time and in arrival, while the
   * source was heard. A learned period must go on after it, or the device sends more slowly now.
   */
  private long missing(long interval, long waited, long quiet) {
    long each = periodNs();
    long hole = PERIODS * each;
    if (numbered || each == 0 || interval <= hole) {
      return numbered || each == 0 ? 0 : confirmed(each);
    }
    if (waited <= hole || quiet > hole) {
      return 0;
    }
    long missing = Math.round((double) interval / each) - 1;
    if (expected.periodNs() > 0) {
      return missing;
    }
    supposed += missing;
    supposedPeriodNs = supposed == missing ? each : supposedPeriodNs;
    return 0;
  }

  private long confirmed(long periodNs) {
    boolean goesOn = Math.abs(periodNs - supposedPeriodNs) <= Period.NEAR * supposedPeriodNs;
    long missing = goesOn ? supposed : 0;
    supposed = 0;
    return missing;
  }
}
