package io.weir.gateway.sink;

import io.weir.gateway.sink.thin.ThinChanges;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lines to be written together, read from the log in order.
 *
 * @param lines what goes to the store; may be empty
 * @param unwritable what no line can say, for the quarantine
 * @param aside readings withheld, dropped, corrupt, thinned, or stored before their turn, on the
 *     way to these lines
 * @param next offset below which all is done once this batch is; {@link #WITHIN_RECORD} where it
 *     ends inside a record
 * @param receivedNs when the last of these records was received
 * @param thinChanges what thinning knows at {@code next}, against the batch before that had one;
 *     {@code null} within a record and where nothing is thinned
 */
record LineBatch(
    List<Outbound> lines,
    List<Rejection> unwritable,
    SinkTotals aside,
    long next,
    long receivedNs,
    @Nullable ThinChanges thinChanges) {

  /** No offset: the record that the batch ends in goes on in the next one. */
  static final long WITHIN_RECORD = -1;
}
