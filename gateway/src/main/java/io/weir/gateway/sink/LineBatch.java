package io.weir.gateway.sink;

import java.util.List;

/**
 * Lines to be written together, read from the log in order.
 *
 * @param lines what goes to the store; may be empty
 * @param unwritable what no line can say, for the quarantine
 * @param aside readings withheld, dropped, corrupt, or stored before their turn, on the way to
 *     these lines
 * @param next offset below which all is done once this batch is; {@link #WITHIN_RECORD} where it
 *     ends inside a record
 */
record LineBatch(List<Outbound> lines, List<Rejection> unwritable, SinkTotals aside, long next) {

  /** No offset: the record that the batch ends in goes on in the next one. */
  static final long WITHIN_RECORD = -1;
}
