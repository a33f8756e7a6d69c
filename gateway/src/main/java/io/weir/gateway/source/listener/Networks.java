package io.weir.gateway.source.listener;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/** Where a client comes from, as far as that tells one from another. */
final class Networks {

  private static final int BYTES = 16;
  private static final int IPV6_NETWORK_BYTES = 8;

  private Networks() {}

  /**
   * The address itself, or the network of IPv6 that it is in: there one machine has as many
   * addresses as it likes.
   */
  static InetAddress of(InetAddress address) {
    if (!(address instanceof Inet6Address)) {
      return address;
    }
    byte[] network = Arrays.copyOf(address.getAddress(), IPV6_NETWORK_BYTES);
    try {
      return InetAddress.getByAddress(Arrays.copyOf(network, BYTES));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address of IPv6 has 16 bytes", e);
    }
  }
}
