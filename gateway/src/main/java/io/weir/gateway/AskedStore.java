package io.weir.gateway;

import io.weir.gateway.efficiency.StoredReadings;
import io.weir.gateway.log.RangeFeed;
import io.weir.gateway.sink.StoreReadings;
import io.weir.gateway.sink.StoredPages;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A sink's store, asked for readings of the past.
 *
 * @param drained what the sink has of the log of readings
 */
record AskedStore(String name, StoreReadings store, RangeFeed drained) implements StoredReadings {

  @Override
  public long hasBelow() {
    return drained.committed();
  }

  @Override
  public Pages read(
      Set<String> metrics, Set<String> figures, @Nullable String site, long from, long to) {
    return new StoredPages(store, metrics, figures, site, from, to)::next;
  }
}
