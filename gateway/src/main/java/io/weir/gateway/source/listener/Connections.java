package io.weir.gateway.source.listener;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The open connections, within the limits. Safe for several threads: every method holds the monitor
 * for a few steps in memory.
 */
final class Connections {

  private final int most;
  private final int mostPerAddress;
  private final Map<InetAddress, Integer> byAddress = new HashMap<>();
  private final Set<ClientConnection> open = new HashSet<>();

  Connections(ListenerConfig.Limits limits) {
    most = limits.connections();
    mostPerAddress = limits.perAddress();
  }

  /** Takes a connection in; false where there are too many. */
  synchronized boolean admit(ClientConnection arrived, SocketAddress from) {
    InetAddress address = address(from);
    int before = address == null ? 0 : byAddress.getOrDefault(address, 0);
    boolean tooMany =
        most > 0 && open.size() >= most || mostPerAddress > 0 && before >= mostPerAddress;
    if (tooMany) {
      return false;
    }
    if (address != null) {
      byAddress.put(address, before + 1);
    }
    open.add(arrived);
    return true;
  }

  /** A connection that was taken in has ended. */
  synchronized void forget(ClientConnection closed, SocketAddress from) {
    InetAddress address = address(from);
    if (open.remove(closed) && address != null) {
      byAddress.computeIfPresent(address, (same, count) -> count == 1 ? null : count - 1);
    }
  }

  private static @Nullable InetAddress address(SocketAddress from) {
    return from instanceof InetSocketAddress address ? address.getAddress() : null;
  }

  /** A copy. */
  synchronized List<ClientConnection> all() {
    return List.copyOf(open);
  }

  synchronized int size() {
    return open.size();
  }
}
