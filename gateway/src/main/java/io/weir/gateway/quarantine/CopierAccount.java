package io.weir.gateway.quarantine;

import io.weir.gateway.quarantine.QuarantineBalance.Taken;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

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
  private CopiedParts parts = CopiedParts.NONE;

  /** The cursor is of a version that did not count: what it passed was copied. */
  private boolean isNew;

  /** What is compared next. */
  private Taken mark;

  /** Whether the counts were compared since the start, or since the copier went back. */
  private boolean isCompared;

  /** What the cursor has; {@code null} while it has no counts. */
  private volatile @Nullable CopiedParts committed;

  /**
   * @param intake parts that were rejected, by the records that are synced; for any thread
   */
  CopierAccount(Supplier<Taken> intake, byte[] state, long position) {
    this.intake = intake;
    mark = intake.get();
    restore(state, position);
  }

  static boolean isNew(byte[] state, long position) {
    return state.length == 0 && position > 0;
  }

  static CopiedParts parts(byte[] state) {
    return state.length == 0 ? CopiedParts.NONE : CopiedParts.fromBytes(state);
  }

  /** Goes back to what the cursor has. */
  void restore(byte[] state, long position) {
    isNew = isNew(state, position);
    parts = parts(state);
    isCompared = false;
    committed();
  }

  /** The cursor has what {@link #toBytes} said. */
  void committed() {
    committed = isNew ? null : parts;
  }

  /** What the cursor has, beside what the intake counted by now. For any thread. */
  QuarantineBalance balance() {
    CopiedParts known = committed;
    long taken = intake.get().parts();
    return known == null ? QuarantineBalance.ofAll(taken) : QuarantineBalance.of(known, taken);
  }

  /**
   * Before a record is copied.
   *
   * @param isGap whether records were passed over, which were destroyed or dropped
   * @param isDamage whether damage destroyed them
   */
  void before(long offset, boolean isGap, boolean isDamage) {
    if (isGap) {
      parts = parts.andGap(isDamage);
    }
    reach(offset);
    if (isGap && !parts.isBehindGap()) {
      parts = parts.andGap(false); // it may go on behind what was compared
    }
  }

  /** All records below an offset are copied or passed over. */
  void reach(long offset) {
    if (mark.below() > offset) {
      return;
    }
    long difference = mark.parts() + parts.uncounted() - parts.settled();
    if (isNew) {
      parts = difference < 0 ? parts.andUncounted(-difference) : parts.andCopied(difference);
    } else if (difference < 0 && !isCompared) {
      parts = parts.andUncounted(-difference);
    } else if (difference > 0 && parts.isBehindGap()) {
      parts = parts.andLost(difference);
    } else {
      parts = parts.andUnexplained(difference);
    }
    parts = parts.compared();
    isNew = false;
    isCompared = true;
    mark = intake.get();
  }

  void copied(int count) {
    parts = parts.andCopied(count);
  }

  /** The copier's bytes for its cursor. */
  byte[] toBytes() {
    return isNew ? new byte[0] : parts.toBytes();
  }

  /** Whether the cursor does not have the counts yet. */
  boolean isChanged() {
    return !isNew && !parts.equals(committed);
  }

  /** Whether the cursor does not say yet that something is lost. */
  boolean isLossUnsaid() {
    CopiedParts said = committed;
    return said != null
        && (parts.lost() != said.lost()
            || parts.gaps() != said.gaps()
            || parts.unexplained() != said.unexplained());
  }
}
