package io.weir.gateway.group;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives the others what people said here, until all of them have it. Each presence says up to which
 * number a member has each stream. Of those that are there and have most of a stream, the first by
 * id sends to all what the last one lacks, a few batches ahead of what is confirmed; what is not
 * confirmed in time is sent again. So nothing needs to arrive, and it does not matter who is there
 * when something is said.
 *
 * <p>Owned by the thread {@code group}.
 */
final class Exchange {

  private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);

  /** Fits into the smallest packet that members are told to take. */
  private static final int MOST_BYTES = 8 << 10;

  private static final int MOST_AHEAD = 32;
  private static final long AGAIN_NS = 3_000_000_000L;

  /** As often at least, to a member whose log is full. */
  private static final long SELDOM_NS = 60_000_000_000L;

  private static final int MOST_GAPS = 1000;

  /**
   * A member that was heard lately.
   *
   * @param kept the number up to which it has each stream
   * @param divides whether assets are divided to it
   */
  record Other(String id, Map<String, Long> kept, boolean divides) {

    long kept(String stream) {
      return kept.getOrDefault(stream, NONE);
    }
  }

  /** How far a stream is sent. */
  private static final class Course {
    long confirmed = Long.MIN_VALUE;
    long sinceNs;
    long againNs = AGAIN_NS;
    final Deque<Long> ahead = new ArrayDeque<>();
  }

  private static final long NONE = -1;

  private final String self;
  private final Said said;
  private final Map<String, Course> courses = new HashMap<>();
  private final Gaps gaps = new Gaps();
  private boolean isBehind;
  private long behindSinceNs;

  Exchange(String self, Said said) {
    this.self = self;
    this.said = said;
  }

  /**
   * Sends what is due.
   *
   * @param there the others that were heard lately
   */
  void step(List<Other> there, long nowNs, long wallNs, Consumer<byte[]> send) {
    Map<String, Long> kept = said.kept();
    boolean lacks = false;
    for (Map.Entry<String, Long> each : kept.entrySet()) {
      String stream = each.getKey();
      long mine = each.getValue();
      long lowest = mine;
      boolean isFirst = true;
      for (Other other : there) {
        long its = other.kept(stream);
        lowest = Math.min(lowest, its);
        lacks |= other.divides() && its < mine;
        isFirst &= its < mine || its == mine && other.id().compareTo(self) > 0;
      }
      if (lowest < mine && isFirst) {
        go(stream, courses.computeIfAbsent(stream, absent -> new Course()), lowest, nowNs, send);
      } else {
        courses.remove(stream);
      }
    }
    gaps.note(lacks, wallNs);
    boolean behind = false;
    for (Other other : there) {
      said.heard(other.kept());
      behind |=
          other.kept().entrySet().stream()
              .anyMatch(its -> its.getValue() > kept.getOrDefault(its.getKey(), NONE));
    }
    behindSinceNs = behind && isBehind ? behindSinceNs : nowNs;
    isBehind = behind;
  }

  private void go(String stream, Course course, long lowest, long nowNs, Consumer<byte[]> send) {
    if (lowest != course.confirmed) {
      course.confirmed = lowest;
      course.sinceNs = nowNs;
      course.againNs = AGAIN_NS;
      course.ahead.removeIf(last -> last <= lowest);
    } else if (nowNs - course.sinceNs >= course.againNs) {
      course.sinceNs = nowNs;
      course.againNs = Math.min(2 * course.againNs, SELDOM_NS);
      course.ahead.clear();
    }
    try {
      while (course.ahead.size() < MOST_AHEAD) {
        long from = course.ahead.isEmpty() ? lowest : course.ahead.getLast();
        Said.Batch batch = said.after(stream, from, MOST_BYTES);
        if (batch == null) {
          return;
        }
        send.accept(batch.bytes());
        course.ahead.addLast(batch.last());
      }
    } catch (IOException e) {
      LOG.warn("Corrections and orders cannot be read for the group; trying again", e);
    }
  }

  /** For how long others have had something that is not here; 0 while there is nothing. */
  long behindNs(long nowNs) {
    return isBehind ? nowNs - behindSinceNs : 0;
  }

  /**
   * Up to which time rows that follow from what people said are stored by the others, where they
   * say it of a time: not those of what one of them did not have then. For any thread.
   */
  long storedTo(long claimed) {
    return gaps.before(claimed);
  }

  /** When one of those who divide lacked something, by the wall of this gateway. */
  private static final class Gaps {

    private record Gap(long from, long to) {}

    private final Deque<Gap> gaps = new ArrayDeque<>();
    private long wellNs;
    private boolean isOpen;

    synchronized void note(boolean lacks, long wallNs) {
      if (lacks) {
        isOpen = true;
        return;
      }
      if (isOpen) {
        isOpen = false;
        gaps.addLast(new Gap(wellNs, wallNs));
        if (gaps.size() > MOST_GAPS) {
          gaps.removeFirst();
        }
      }
      wellNs = wallNs;
    }

    synchronized long before(long claimed) {
      if (isOpen && claimed > wellNs) {
        return wellNs;
      }
      for (Gap each : gaps) {
        if (claimed > each.from && claimed < each.to) {
          return each.from;
        }
      }
      return claimed;
    }
  }
}
