package io.weir.gateway.efficiency;

import io.weir.gateway.model.Reading;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A store that gives back what it received, as a recompute reads it; the wiring implements it. */
public interface StoredReadings {

  /** What of it is asked for, in the order of time. */
  interface Pages {

    /**
     * The next readings; none at the end.
     *
     * @throws IOException if the store does not answer; says why
     */
    List<Reading> next() throws IOException;
  }

  /** Its name in the configuration. */
  String name();

  /** It has received all records of the log of readings with lower offsets. */
  long hasBelow();

  /**
   * Readings of machines in a span, and a sign of life of each line that has none of the metrics.
   *
   * @param figures measurements that hold figures
   * @param site of this site only, or {@code null}
   * @param from nanoseconds since the epoch
   * @param to behind it
   */
  Pages read(Set<String> metrics, Set<String> figures, @Nullable String site, long from, long to);
}
