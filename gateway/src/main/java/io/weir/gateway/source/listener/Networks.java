package io.weir.gateway.source.listener;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/** Where a client comes from, as far as that tells one from another. */
final class Networks {

  private static final int IPV4_SITE_BYTES = 3;
  private static final int IPV6_NETWORK_BYTES = 8;
  private static final int IPV6_SITE_BYTES = 6;

  private Networks() {}

  /**
   * The address itself, or the network of IPv6 that it is in: there one machine has as many
   * addresses as it likes.
   */
  static InetAddress of(InetAddress address) {
    if (!(address instanceof Inet6Address)) {
      return address;
    }
    return first(IPV6_NETWORK_BYTES, address);
  }

  /** What one owner often has as a whole: a /24 of IPv4, a /48 of IPv6. */
  static InetAddress site(InetAddress address) {
    return first(address instanceof Inet6Address ? IPV6_SITE_BYTES : IPV4_SITE_BYTES, address);
  }

  private static InetAddress first(int bytes, InetAddress address) {
    byte[] all = address.getAddress();
    Arrays.fill(all, bytes, all.length, (byte) 0);
    try {
      return InetAddress.getByAddress(all);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("it has as many bytes as before", e);
    }
  }
}
