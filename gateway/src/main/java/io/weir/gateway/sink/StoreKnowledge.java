package io.weir.gateway.sink;

/**
 * What answers have shown of a store, for writes to come. Belongs to the drain's thread.
 *
 * @param accepted the lines that it accepted last
 * @param conflicts the fields that it holds with another type
 * @param proof when it last took something, from whichever drain
 * @param old up to which time it drops lines
 */
record StoreKnowledge(
    AcceptedLines accepted, FieldConflicts conflicts, StoreProof proof, OldLines old) {}
