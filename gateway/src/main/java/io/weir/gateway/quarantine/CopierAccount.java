package io.weir.gateway.quarantine;

import io.weir.gateway.model.RejectedTotal;
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

  private final Supplier<RejectedTotal> intake;

  /** What the cursor is to have. */
  private CopiedParts parts;

  /** What is compared next. */
  private RejectedTotal mark;

  /** Whether the counts were compared since the start, or since the copier went back. */
  private boolean isCompared;

  /** What the cursor has. */
  private volatile CopiedParts committed;

  /**
   * @param intake parts that were rejected, by the records that are synced; for any thread
   * @param known what the cursor has
   */
  CopierAccount(Supplier<RejectedTotal> intake, CopiedParts known) {
    this.intake = intake;
    mark = intake.get();
    committed = known;
    parts = known;
  }

  /** Goes back to what the cursor has. */
  void restore() {
    parts = committed;
    isCompared = false;
  }

  /** What the cursor is to have. */
  CopiedParts parts() {
    return parts;
  }

  /** What it has. */
  CopiedParts inCursor() {
    return committed;
  }

  /** The cursor has it. */
  void committed(CopiedParts now) {
    committed = now;
  }

  /** What the cursor has, beside what the intake counted by now. For any thread. */
  QuarantineBalance balance() {
    CopiedParts known = committed; // first: what it knows, the intake has counted
    return known.balance(intake.get().parts());
  }

  /** Damage destroyed records before an offset, which were not copied. */
  void gap(long before) {
    parts = parts.withGap(before);
  }

  /**
   * Before a record is copied.
   *
   * @param isPassedOver whether records before it were passed over: destroyed or dropped
   */
  void before(long offset, boolean isPassedOver) {
    passOver(isPassedOver);
    reach(offset);
    passOver(isPassedOver); // they may go on behind what was compared
  }

  private void passOver(boolean isPassedOver) {
    if (isPassedOver) {
      parts = parts.behindGap();
    }
  }

  /** All records below an offset are copied or passed over. */
  void reach(long offset) {
    if (mark.below() <= offset) {
      parts = parts.compared(mark.parts(), isCompared);
      isCompared = true;
      mark = intake.get();
    }
  }

  void copied(int count) {
    parts = parts.plus(count);
  }

  /** Whether the cursor does not say yet that something is lost. */
  boolean isLossUnsaid() {
    return !parts.saysSameLoss(committed);
  }
}
