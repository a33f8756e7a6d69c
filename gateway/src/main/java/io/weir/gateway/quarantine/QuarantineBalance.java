package io.weir.gateway.quarantine;

/**
 * What became of the rejected parts of messages: {@code rejected = copied + lost + pending}.
 * Counted from two sides: the intake counts what it rejects, durably with its records, and the
 * copier what it finds in them.
 *
 * @param rejected by the count of the intake
 * @param copied to the quarantine; it may have dropped them since
 * @param lost destroyed by damage, or dropped at a bound, before they were copied
 * @param pending in records that are not copied yet
 * @param gaps places where damage destroyed records before they were copied. If it struck before a
 *     start of the gateway, the records may have held rejected parts that are in no count
 */
public record QuarantineBalance(long rejected, long copied, long lost, long pending, long gaps) {

  /** Parts without an outcome, or with two where it is negative: 0, or there is a bug. */
  public long unexplained() {
    return rejected - copied - lost - pending;
  }

  /**
   * The balance of a copier that does not run, from its cursor.
   *
   * @param state its bytes in the cursor
   * @param position of the cursor
   * @param taken by the intake, to the end of the log
   * @throws IllegalArgumentException if the bytes are of another format
   */
  public static QuarantineBalance ofCursor(byte[] state, long position, long taken) {
    return CopiedParts.fromBytes(state, position).balance(taken);
  }
}
