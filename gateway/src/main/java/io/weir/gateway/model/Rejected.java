package io.weir.gateway.model;

import org.jspecify.annotations.Nullable;

/**
 * A part of a message that could not become a reading. Counts as one in the ledger.
 *
 * @param reason the class of the fault
 * @param detail one readable sentence: what is wrong, where, and what was expected
 * @param part the bytes of just this part (a line of many, say), or {@code null} when the message's
 *     whole payload is the evidence
 */
@SuppressWarnings("ArrayRecordComponent") // raw evidence, never compared
public record Rejected(Reason reason, String detail, byte @Nullable [] part) {

  public Rejected(Reason reason, String detail) {
    this(reason, detail, null);
  }
}
