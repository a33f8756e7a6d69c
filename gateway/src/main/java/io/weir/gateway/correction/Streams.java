package io.weir.gateway.correction;

import java.util.HashMap;
import java.util.Map;

/**
 * How far a log knows each stream, and what its own next entry is. A stream has the entries of one
 * log in the order in which people said them there; other logs have them in the same order, without
 * a gap.
 *
 * <p>What an earlier version wrote, or a gateway that is in no group, has no stream in its record:
 * all of it is one stream, named by the time of its first entry.
 *
 * <p>Guarded by itself.
 */
final class Streams {

  private static final long NONE = 0;

  private final String member;
  private final boolean shared;

  /** The highest number of each that is on stable storage. */
  private final Map<Long, Long> kept = new HashMap<>();

  /** The same with what is appended and not yet there. */
  private final Map<Long, Long> taken = new HashMap<>();

  private long highestRank;
  private long unnamed = NONE;
  private long own = NONE;

  /**
   * @param member the id of this gateway
   * @param shared whether what is said here is for other members too
   */
  Streams(String member, boolean shared) {
    this.member = member;
    this.shared = shared;
  }

  boolean isShared() {
    return shared;
  }

  /** An entry of the log with where it was said, where that matters. */
  synchronized Entry known(Entry entry) {
    return shared || highestRank > 0 ? whole(entry) : entry;
  }

  private Entry whole(Entry entry) {
    Where where = entry.origin().where();
    if (where.rank() == 0) {
      if (unnamed == NONE) {
        unnamed = Math.max(1, entry.origin().timeNs());
      }
      where = new Where("", unnamed, entry.id(), Where.rankOf(entry.id(), unnamed));
    } else if (!where.isNumbered()) {
      where = where.numbered(entry.id());
    }
    return entry.withOrigin(entry.origin().at(where));
  }

  /** At a start, for each entry of the log; as {@link #known}. */
  synchronized Entry recall(Entry entry) {
    Where read = entry.origin().where();
    if (read.rank() > 0 && !read.isNumbered() && read.member().equals(member)) {
      own = read.stream(); // it was said here
    }
    Where where = whole(entry).origin().where();
    begin(where);
    end(where);
    return known(entry);
  }

  /** What a person says here now, with its rank where it has to have one. */
  synchronized Entry said(Entry entry) {
    if (!shared && highestRank == 0) {
      return entry;
    }
    long time = entry.origin().timeNs();
    if (own == NONE) {
      own = Where.streamOf(Math.max(time, highestRank), member);
    }
    highestRank = Where.rankAfter(highestRank, time, own);
    return entry.withOrigin(entry.origin().at(Where.here(member, own, highestRank)));
  }

  /** An entry is being appended. */
  synchronized void begin(Where where) {
    taken.merge(where.stream(), where.number(), Math::max);
    if (where.rank() > highestRank && !where.member().isEmpty()) {
      highestRank = where.rank();
    }
  }

  /** An entry is on stable storage; as {@link #known}. */
  synchronized Entry kept(Entry entry) {
    end(whole(entry).origin().where());
    return known(entry);
  }

  private void end(Where where) {
    kept.merge(where.stream(), where.number(), Math::max);
    taken.merge(where.stream(), where.number(), Math::max);
  }

  /** Entries that were being appended are lost. */
  synchronized void fail(Where where) {
    Long last = kept.get(where.stream());
    if (last == null) {
      taken.remove(where.stream());
    } else {
      taken.put(where.stream(), last);
    }
  }

  /** The number up to which a stream is in the log, on its way to the disk too; -1 for none. */
  synchronized long taken(long stream) {
    return taken.getOrDefault(stream, -1L);
  }

  /** The number up to which a stream is on stable storage; -1 for none. */
  synchronized long kept(long stream) {
    return kept.getOrDefault(stream, -1L);
  }

  synchronized Map<Long, Long> kept() {
    return Map.copyOf(kept);
  }

  synchronized boolean isOwn(Where where) {
    return where.stream() == own || where.stream() == unnamed && where.member().isEmpty();
  }

  /**
   * What another log knows of the streams. Where it knows more of ours than we do, ours has lost
   * its end, and its numbers are in use: what is said from now on begins another one.
   */
  synchronized void heard(Map<Long, Long> others) {
    if (own != NONE && others.getOrDefault(own, -1L) > taken.getOrDefault(own, -1L)) {
      own = NONE;
    }
  }
}
