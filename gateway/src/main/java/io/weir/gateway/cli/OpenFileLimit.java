package io.weir.gateway.cli;

import com.sun.management.UnixOperatingSystemMXBean;
import io.weir.gateway.settings.Config;
import java.lang.management.ManagementFactory;
import org.jspecify.annotations.Nullable;

/**
 * How many files and connections a process may have open at once. A gateway that runs out of them
 * goes on in part: it listens and cannot accept, or cannot open the next file of its log.
 */
final class OpenFileLimit {

  /** The program's own: its libraries, its logs and cursors, with room to spare. */
  private static final long OWN = 200;

  /** The connections of the HTTP server, with those for probes. */
  private static final long HTTP = 272;

  /** Of one source or one sink: connections, and the files that it reads. */
  private static final long EACH = 16;

  private OpenFileLimit() {}

  /** What a configuration needs. */
  static long needed(Config config) {
    return OWN + HTTP + EACH * (config.sources().size() + config.sinks().size());
  }

  /** What this process may have; -1 where the system does not say. */
  static long allowed() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        ? unix.getMaxFileDescriptorCount()
        : -1;
  }

  /** Why a limit is too small for a configuration, or {@code null} where it is not. */
  static @Nullable String problem(Config config, long allowed) {
    long needed = needed(config);
    return allowed < 0 || allowed >= needed
        ? null
        : "this process may have %d files open, and needs %d; raise the limit with ulimit -n %d, or"
                .formatted(allowed, needed, Math.max(1024, needed))
            + " with LimitNOFILE in its systemd unit";
  }
}
