package io.weir.gateway.plugin;

import io.weir.gateway.config.Quantities;
import io.weir.gateway.config.Section;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the reader of one section has to know of the rest of the file. One for each reading of a
 * file, used by one thread.
 */
public final class ReadContext {

  private static final long LEAST_MESSAGE = 1024;
  private static final long MOST_MESSAGE = 256L << 20;
  private static final long PARTS_OF_HEAP = 8;

  private final String gatewayId;
  private final int maxMessageSize;
  private final Map<String, String> claims = new HashMap<>();

  public ReadContext(String gatewayId, int maxMessageSize) {
    this.gatewayId = gatewayId;
    this.maxMessageSize = maxMessageSize;
  }

  /** The gateway's name among others. */
  public String gatewayId() {
    return gatewayId;
  }

  /** The largest message that the log takes, bytes. */
  public int maxMessageSize() {
    return maxMessageSize;
  }

  /**
   * Claims something that only one section can have, such as a client id at a broker.
   *
   * @param what the same text for the same thing
   * @param key the key that claims it
   * @return the key that has claimed it before, or {@code null}
   */
  public @Nullable String claim(String what, String key) {
    return claims.putIfAbsent(what, key);
  }

  /** Claims a port of this machine; the key that has claimed it before, or {@code null}. */
  public @Nullable String claimPort(int port, String key) {
    return claim("port " + port, key);
  }

  /** What messages that wait may take of the heap at most, for one source. */
  public long heapShare() {
    return Runtime.getRuntime().maxMemory() / PARTS_OF_HEAP;
  }

  /** A bound in bytes that defaults to the largest message, and cannot be above it. */
  public int messageSize(Section section, String key) {
    return messageSize(section, key, MOST_MESSAGE);
  }

  /** The same where the protocol has a bound of its own. */
  public int messageSize(Section section, String key, long most) {
    long bytes = section.bytes(key, maxMessageSize, LEAST_MESSAGE, most);
    if (bytes > maxMessageSize) {
      String largest = Quantities.show(maxMessageSize);
      section.problem(key, "is above buffer.max-message-size, which is " + largest);
    }
    return (int) bytes;
  }
}
