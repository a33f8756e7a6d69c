package io.weir.gateway.settings;

import java.time.Duration;

/**
 * What the data directory is on, and what follows for everything that is written there: how long a
 * sync waits, how large files are, and how often a consumer saves how far it is. Where it saves
 * rarely, it repeats more after a crash, and nothing else changes: a repeat leaves the same content
 * in a store. {@code docs/guide/flash.md} has the arithmetic.
 */
public enum Storage {
  /** A disk that may be written all the time. */
  DISK(
      Duration.ofMillis(2),
      64 << 20,
      Duration.ZERO,
      Duration.ofSeconds(1),
      Duration.ofSeconds(15),
      Duration.ofMinutes(1)),

  /** An SD card, eMMC or a small SSD, which wears out with what is written. */
  FLASH(
      Duration.ofSeconds(1),
      256 << 20,
      Duration.ofSeconds(10),
      Duration.ofSeconds(30),
      Duration.ofMinutes(1),
      Duration.ofMinutes(10));

  private final Duration linger;
  private final long segmentSize;
  private final Duration figuresLinger;
  private final Duration commitEvery;
  private final Duration efficiencyCommitEvery;
  private final Duration historyCommitEvery;

  Storage(
      Duration linger,
      long segmentSize,
      Duration figuresLinger,
      Duration commitEvery,
      Duration efficiencyCommitEvery,
      Duration historyCommitEvery) {
    this.linger = linger;
    this.segmentSize = segmentSize;
    this.figuresLinger = figuresLinger;
    this.commitEvery = commitEvery;
    this.efficiencyCommitEvery = efficiencyCommitEvery;
    this.historyCommitEvery = historyCommitEvery;
  }

  /** {@code buffer.linger}, if it is not set. */
  Duration linger() {
    return linger;
  }

  /** {@code buffer.segment-size} in bytes, if it is not set and the log is not small. */
  long segmentSize() {
    return segmentSize;
  }

  /** How long a sync of the log of figures waits for more of them. */
  public Duration figuresLinger() {
    return figuresLinger;
  }

  /** How often sinks and quarantine save how far they are. */
  public Duration commitEvery() {
    return commitEvery;
  }

  /** How often the figures are saved with the position they are made from. */
  public Duration efficiencyCommitEvery() {
    return efficiencyCommitEvery;
  }

  /** How often the page's history of states is saved. */
  public Duration historyCommitEvery() {
    return historyCommitEvery;
  }
}
