package io.weir.gateway.sink;

/**
 * What answers have shown of a store, for writes to come. Belongs to the drain's thread.
 *
 * @param accepted the lines that it accepted last
 * @param conflicts the fields that it holds with another type
 */
record StoreKnowledge(AcceptedLines accepted, FieldConflicts conflicts) {}
