package io.weir.gateway.quarantine;

import io.weir.gateway.quarantine.QuarantineBalance.Taken;
import java.util.function.Supplier;

/**
 * Compares what the copier finds in the log with what the intake counted. The intake says how many
 * parts are in all records below an offset. When the copier has passed that offset, it has counted
 * the same, but for what is destroyed: so the difference is lost, and is kept in the cursor.
 *
 * <p>The count of the intake does not know what damage destroyed in the last segment before a
 * start. The copier may have copied that: then it has counted more, once, and the difference is
 * kept too. If it had not, nothing says how many parts were there; it counts the place.
 *
 * <p>Owned by the copier's thread, but for {@link #balance}.
 */
final class CopierAccount {

  private final Supplier<Taken> intake;
  private long copied;
  private long lost;
  private long unexplained;
  private long uncounted;
  private long gaps;
  private long gapsBelow;
  private boolean isBehindGap;
  private boolean isNew;

  /** What is compared next. */
  private Taken mark;

  /** Whether the counts were compared since the start, or since the copier went back. */
  private boolean isCompared;

  /** What the cursor has. */
  private volatile CopiedParts committed;

  /**
   * @param intake parts that were rejected, by the records that are synced; for any thread
   * @param known what the cursor has
   */
  CopierAccount(Supplier<Taken> intake, CopiedParts known) {
    this.intake = intake;
    mark = intake.get();
    committed = known;
    restore();
  }

  /** Goes back to what the cursor has. */
  void restore() {
    CopiedParts known = committed;
    copied = known.copied();
    lost = known.lost();
    unexplained = known.unexplained();
    uncounted = known.uncounted();
    gaps = known.gaps();
    gapsBelow = known.gapsBelow();
    isBehindGap = known.isBehindGap();
    isNew = known.isNew();
    isCompared = false;
  }

  /** What the cursor is to have. */
  CopiedParts parts() {
    return new CopiedParts(
        copied, lost, unexplained, uncounted, gaps, gapsBelow, isBehindGap, isNew);
  }

  /** What it has. */
  CopiedParts inCursor() {
    return committed;
  }

  /** The cursor has it. */
  void committed(CopiedParts parts) {
    committed = parts;
  }

  /** What the cursor has, beside what the intake counted by now. For any thread. */
  QuarantineBalance balance() {
    CopiedParts known = committed; // first: what it knows, the intake has counted
    return known.balance(intake.get().parts());
  }

  /** Damage destroyed records before an offset, which were not copied. */
  void gap(long before) {
    if (before > gapsBelow) {
      gaps++;
      gapsBelow = before;
    }
  }

  /**
   * Before a record is copied.
   *
   * @param isPassedOver whether records before it were passed over: destroyed or dropped
   */
  void before(long offset, boolean isPassedOver) {
    isBehindGap |= isPassedOver;
    reach(offset);
    isBehindGap |= isPassedOver; // they may go on behind what was compared
  }

  /** All records below an offset are copied or passed over. */
  void reach(long offset) {
    if (mark.below() > offset) {
      return;
    }
    long difference = mark.parts() + uncounted - copied - lost - unexplained;
    if (difference < 0 && (isNew || !isCompared)) {
      uncounted -= difference;
    } else if (isNew) {
      copied += difference;
    } else if (difference > 0 && isBehindGap) {
      lost += difference;
    } else {
      unexplained += difference;
    }
    isNew = false;
    isBehindGap = false;
    isCompared = true;
    mark = intake.get();
  }

  void copied(int count) {
    copied += count;
  }

  /** Whether the cursor does not say yet that something is lost. */
  boolean isLossUnsaid() {
    CopiedParts said = committed;
    return lost != said.lost() || gaps != said.gaps() || unexplained != said.unexplained();
  }
}
