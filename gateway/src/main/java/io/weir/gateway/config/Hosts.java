package io.weir.gateway.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/** Hosts as a user writes them. Nothing here asks a name server. */
public final class Hosts {

  private static final Pattern V4 = Pattern.compile("[0-9]+(\\.[0-9]+){3}");
  private static final Pattern V6 = Pattern.compile("[0-9a-fA-F.]*:[0-9a-fA-F:.]*");

  private Hosts() {}

  /** Whether two names are of one host, as far as they say it. */
  public static boolean areSame(String one, String other) {
    return one.equalsIgnoreCase(other) || isLoopback(one) && isLoopback(other);
  }

  /** Whether only this machine can reach it; a name other than localhost counts as beyond. */
  public static boolean isLoopback(String host) {
    if (host.equalsIgnoreCase("localhost")) {
      return true;
    }
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    String address = bracketed ? host.substring(1, host.length() - 1) : host;
    if (!V4.matcher(address).matches() && !V6.matcher(address).matches()) {
      return false;
    }
    try {
      return InetAddress.getByName(address).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false; // looks like an address and is none
    }
  }
}
