package io.weir.gateway.efficiency;

import io.weir.gateway.correction.Change.PiecesBooked;
import io.weir.gateway.correction.Correction;
import io.weir.gateway.efficiency.figure.BucketKey;
import io.weir.gateway.efficiency.figure.Sums;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * The pieces of one machine that people booked as scrap or as rework: they were counted as good.
 *
 * <p>Pieces of a span are divided evenly over its time, so those of all minutes are those of the
 * hour, whatever the machine counted and when it told so. No bucket gives more than its good
 * pieces; what is beyond them is not booked there, and the bucket is contradictory. Immutable.
 */
final class BookedPieces {

  static final BookedPieces NONE = new BookedPieces(List.of());

  private final List<Booking> bookings;

  /** Millionths of pieces, from the first instant on and before the last one. */
  record Booking(long from, long to, long millionths, boolean rework) {

    static Booking of(Correction correction, PiecesBooked booked) {
      long millionths = Math.round(booked.amount() * Sums.PIECE);
      return new Booking(correction.from(), correction.to(), millionths, booked.rework());
    }

    long within(BucketKey key) {
      return until(key.end()) - until(key.start());
    }

    private long until(long instant) {
      if (instant <= from) {
        return 0;
      }
      return instant >= to
          ? millionths
          : Math.round((double) millionths * (instant - from) / (to - from));
    }
  }

  private BookedPieces(List<Booking> bookings) {
    this.bookings = bookings;
  }

  static BookedPieces of(List<Correction> corrections) {
    List<Booking> bookings = new ArrayList<>();
    for (Correction each : corrections) {
      if (each.change() instanceof PiecesBooked booked) {
        bookings.add(Booking.of(each, booked));
      }
    }
    return bookings.isEmpty() ? NONE : new BookedPieces(bookings);
  }

  private long booked(BucketKey key, boolean reworkOnly) {
    long booked = 0;
    for (Booking each : bookings) {
      booked += each.rework || !reworkOnly ? each.within(key) : 0;
    }
    return booked;
  }

  /** Makes good pieces of complete sums of a bucket scrap. */
  void book(long[] sums, BucketKey key) {
    long booked = booked(key, false);
    if (booked > 0) {
      long good = sums[Sums.NO_GOOD] == 0 ? Math.max(0, sums[Sums.GOOD]) : 0;
      if (booked > good) {
        sums[Sums.CONTRADICTORY] = 1;
      }
      move(sums, Math.min(booked, good), booked(key, true), booked);
    }
  }

  /**
   * Divides what {@link #book} has moved in a bucket among its products, by their good pieces.
   *
   * @param products complete sums of each
   * @param booked the sums of the bucket with what was booked
   */
  void divide(Collection<long[]> products, long[] booked, BucketKey key) {
    long all = booked(key, false);
    if (all == 0 || products.isEmpty()) {
      return;
    }
    long good = 0;
    for (long[] each : products) {
      good += booked[Sums.NO_GOOD] == 0 ? Math.max(0, each[Sums.GOOD]) : 0;
    }
    long left = Math.max(0, booked[Sums.GOOD]);
    double share = good == 0 ? 0 : Math.min(1, (double) all / Math.max(good, left + all));
    long before = 0;
    long moved = 0;
    for (long[] each : products) {
      before += Math.max(0, each[Sums.GOOD]);
      long until = Math.round(before * share);
      move(each, until - moved, booked(key, true), all);
      moved = until;
    }
  }

  /**
   * @param rework how much of {@code of} is rework
   */
  private static void move(long[] sums, long pieces, long rework, long of) {
    if (rework > 0) {
      sums[Sums.REWORKED] = 1;
      sums[Sums.REWORK] += Math.round((double) pieces * rework / of);
    }
    if (pieces <= 0) {
      return;
    }
    double share = (double) pieces / sums[Sums.GOOD];
    for (int group : Sums.GROUPS) {
      long part = group == Sums.TOTAL ? pieces : Math.round(sums[group + 1] * share);
      sums[group + 1] -= part;
      sums[group + 2] += part;
    }
  }
}
