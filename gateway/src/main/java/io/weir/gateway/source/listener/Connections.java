package io.weir.gateway.source.listener;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The open connections, within the limits. Where there are too many, one whose client has not been
 * accepted makes room, the oldest of the address that has the most of them, where a network of IPv6
 * counts as one: so nobody keeps others out by connections alone. Safe for several threads: every
 * method holds the monitor for a few steps in memory.
 */
final class Connections {

  private final int most;
  private final int mostPerAddress;
  private final Map<InetAddress, Integer> byAddress = new HashMap<>();

  /** With where they come from. */
  private final Map<ClientConnection, SocketAddress> open = new HashMap<>();

  private final Strangers ofAddresses = new Strangers();
  private final Strangers ofNetworks = new Strangers();
  private final Shares shares;

  Connections(ListenerConfig.Limits limits) {
    most = limits.connections();
    shares = new Shares(most);
    mostPerAddress = limits.perAddress();
  }

  /** Takes a connection in, for which another one may be closed; false where there are too many. */
  boolean admit(ClientConnection arrived, SocketAddress from) {
    ClientConnection leaving;
    synchronized (this) {
      InetAddress address = address(from);
      int own = address == null ? 0 : byAddress.getOrDefault(address, 0);
      boolean tooManyOwn = mostPerAddress > 0 && own >= mostPerAddress;
      boolean tooMany = tooManyOwn || most > 0 && open.size() >= most;
      leaving = tooMany ? leaving(tooManyOwn ? address : null) : null;
      if (tooMany && leaving == null) {
        return false;
      }
      if (leaving != null) {
        forget(leaving);
      }
      open.put(arrived, from);
      if (address != null) {
        byAddress.merge(address, 1, Integer::sum);
        ofAddresses.add(address, arrived);
        ofNetworks.add(Networks.of(address), arrived);
      }
    }
    if (leaving != null) {
      leaving.makeRoom();
    }
    return true;
  }

  private @Nullable ClientConnection leaving(@Nullable InetAddress only) {
    return only == null ? ofNetworks.leaving(null) : ofAddresses.leaving(only);
  }

  private void isNoStranger(ClientConnection known, InetAddress address) {
    ofAddresses.remove(address, known);
    ofNetworks.remove(Networks.of(address), known);
  }

  /** The client of a connection is accepted; false where that has made room for another one. */
  synchronized boolean accept(ClientConnection known) {
    SocketAddress from = open.get(known);
    if (from == null) {
      return false;
    }
    InetAddress address = address(from);
    if (address != null) {
      isNoStranger(known, address);
    }
    return true;
  }

  /** A connection has ended; nothing where it was not taken in, or has made room. */
  synchronized void forget(ClientConnection closed) {
    SocketAddress from = open.remove(closed);
    InetAddress address = from == null ? null : address(from);
    if (address != null) {
      byAddress.computeIfPresent(address, (same, count) -> count == 1 ? null : count - 1);
      isNoStranger(closed, address);
    }
  }

  private static @Nullable InetAddress address(SocketAddress from) {
    return from instanceof InetSocketAddress address ? address.getAddress() : null;
  }

  Shares shares() {
    return shares;
  }

  /** A copy. */
  synchronized List<ClientConnection> all() {
    return List.copyOf(open.keySet());
  }

  synchronized int size() {
    return open.size();
  }
}
