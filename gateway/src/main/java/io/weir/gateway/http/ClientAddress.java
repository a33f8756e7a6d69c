package io.weir.gateway.http;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import reactor.netty.http.server.HttpServerRequest;

/** The address of the client of a request. */
public final class ClientAddress {

  private static final int IPV6_NETWORK_BYTES = 8;

  private ClientAddress() {}

  /**
   * What counts as one address: this machine, an IPv4 address, or a network of IPv6, in which one
   * machine has as many addresses as it likes.
   */
  public static String place(HttpServerRequest request) {
    return place(request.remoteAddress());
  }

  static String place(@Nullable SocketAddress remote) {
    if (!(remote instanceof InetSocketAddress socket) || socket.getAddress() == null) {
      return "";
    }
    InetAddress address = socket.getAddress();
    if (address.isLoopbackAddress()) {
      return "this machine";
    }
    return address instanceof Inet6Address
        ? Arrays.toString(Arrays.copyOf(address.getAddress(), IPV6_NETWORK_BYTES))
        : address.getHostAddress();
  }

  /** As text; "" where it is not known. */
  public static String of(HttpServerRequest request) {
    InetSocketAddress remote = request.remoteAddress();
    InetAddress address = remote == null ? null : remote.getAddress();
    return address == null ? "" : address.getHostAddress();
  }
}
