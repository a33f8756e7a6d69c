package io.weir.gateway.sink;

import io.micrometer.core.instrument.MeterRegistry;
import io.weir.gateway.log.FileSystem;
import io.weir.gateway.log.Time;
import java.io.IOException;
import java.nio.file.Path;

/**
 * What a sink is opened with.
 *
 * @param dataDir the gateway's folder of everything durable; a sink that keeps a store of its own
 *     keeps it in one folder below
 * @param files the disk on which that folder is
 * @param incarnation which logs these are
 */
public record SinkContext(
    Path dataDir, FileSystem files, Time time, MeterRegistry meters, Incarnation incarnation) {

  /**
   * Names the logs of a data directory: an offset is used once in one incarnation. It is another
   * one after a restore from a backup, and in a new data directory.
   */
  public interface Incarnation {

    /**
     * The same text until then, durably. For any thread; the first call reads or writes a file.
     *
     * @throws IOException if it can be neither read nor written now
     */
    String id() throws IOException;

    /**
     * Names the logs anew: whoever got records of them has got others at the same offsets. For any
     * thread.
     *
     * @param old the name that proved wrong; where it is not the current one, nothing changes
     * @return the current name, durably
     * @throws IOException if it cannot be written now, or not here; the name stays
     */
    default String renew(String old) throws IOException {
      throw new IOException("the logs cannot be named anew here, in place of " + old);
    }
  }
}
