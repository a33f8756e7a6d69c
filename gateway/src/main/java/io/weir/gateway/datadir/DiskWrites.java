package io.weir.gateway.datadir;

import io.weir.gateway.log.Time;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * What was written to the data directory since the start, by kind of files: each log's own name for
 * its segments, {@value #CURSORS} for all cursors, {@value #OTHER} for the rest (pinned types,
 * subscriptions). The embedded store writes its files itself and is not counted. For any thread.
 */
public final class DiskWrites {

  public static final String CURSORS = "cursors";
  public static final String OTHER = "other";

  private static final long BLOCK = 4096;
  private static final double DAY_S = 86_400;

  /** Before this a figure for a day says nothing. */
  private static final Duration SHORTEST = Duration.ofMinutes(1);

  /** The counts of one kind of files. */
  static final class Counts {
    private final LongAdder bytes = new LongAdder();
    private final LongAdder syncs = new LongAdder();

    /** Bytes as the disk gets them: a block that is written in part is written whole. */
    void written(long position, long length) {
      if (length > 0) {
        bytes.add(((position + length - 1) / BLOCK - position / BLOCK + 1) * BLOCK);
      }
    }

    void synced() {
      syncs.increment();
    }
  }

  private final Path logs;
  private final Time time;
  private final long startedNs;
  private final Counts other = new Counts();
  private final Map<String, Counts> counts = new TreeMap<>();

  /**
   * @param logNames the folders in the folder of logs
   */
  public DiskWrites(DataDirectory data, Iterable<String> logNames, Time time) {
    this.logs = data.logs();
    this.time = time;
    this.startedNs = time.elapsedNs();
    logNames.forEach(name -> counts.put(name, new Counts()));
    counts.put(CURSORS, new Counts());
    counts.put(OTHER, other);
  }

  /** The kinds of files, sorted. */
  public Iterable<String> kinds() {
    return counts.keySet();
  }

  /** Bytes written to files of a kind, in whole blocks of 4 KiB. */
  public long bytes(String kind) {
    return of(kind).bytes.sum();
  }

  /** Syncs of files of a kind and of their folders. */
  public long syncs(String kind) {
    return of(kind).syncs.sum();
  }

  /** A count since the start as a figure for a day; not a number in the first minute. */
  public double aDay(long count) {
    double seconds = (time.elapsedNs() - startedNs) / 1e9;
    return seconds < SHORTEST.toSeconds() ? Double.NaN : count / seconds * DAY_S;
  }

  /** The counts to which a file or folder belongs. */
  Counts countsOf(Path path) {
    if (!path.startsWith(logs) || path.equals(logs)) {
      return of(OTHER);
    }
    Path inside = logs.relativize(path);
    boolean cursor = inside.getNameCount() > 1 && inside.getName(1).toString().equals(CURSORS);
    return of(cursor ? CURSORS : inside.getName(0).toString());
  }

  private Counts of(String kind) {
    return counts.getOrDefault(kind, other);
  }
}
