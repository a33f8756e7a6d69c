package io.weir.gateway.source.listener;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The open connections whose clients have not been accepted, by address or network. The one that
 * has to make room is found without a search, as a flood from thousands of addresses asks for it
 * each time. Guarded by the monitor of {@link Connections}.
 */
final class Strangers {

  /** Of each address the oldest first. */
  private final Map<InetAddress, Set<ClientConnection>> byAddress = new HashMap<>();

  /** The addresses by how many each has. */
  private final TreeMap<Integer, Set<InetAddress>> bySize = new TreeMap<>();

  void add(InetAddress address, ClientConnection arrived) {
    Set<ClientConnection> own = byAddress.computeIfAbsent(address, absent -> new LinkedHashSet<>());
    if (own.add(arrived)) {
      counts(address, own.size() - 1, own.size());
    }
  }

  /** It is none any more; nothing where it was none. */
  void remove(InetAddress address, ClientConnection known) {
    Set<ClientConnection> own = byAddress.get(address);
    if (own != null && own.remove(known)) {
      counts(address, own.size() + 1, own.size());
      if (own.isEmpty()) {
        byAddress.remove(address);
      }
    }
  }

  private void counts(InetAddress address, int before, int now) {
    bySize.computeIfPresent(
        before, (size, same) -> same.remove(address) && same.isEmpty() ? null : same);
    if (now > 0) {
      bySize.computeIfAbsent(now, absent -> new LinkedHashSet<>()).add(address);
    }
  }

  /**
   * The one that makes room.
   *
   * @param only the address whose oldest it is; {@code null} for one of those that have the most
   */
  @Nullable ClientConnection leaving(@Nullable InetAddress only) {
    Map.Entry<Integer, Set<InetAddress>> most = bySize.lastEntry();
    if (most == null) {
      return null;
    }
    InetAddress address = only == null ? most.getValue().iterator().next() : only;
    Set<ClientConnection> own = byAddress.get(address);
    return own == null ? null : own.iterator().next();
  }
}
