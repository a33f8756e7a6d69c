package io.weir.gateway.source.listener;

import java.util.List;

/**
 * A sender that the configuration knows, by a user name or by the common name of its certificate.
 *
 * @param hash of its password, by bcrypt; "" for a certificate
 * @param topics filters of what it may publish to; {@code {user}} and {@code {client}} stand for
 *     its name and its client id; empty for everything
 */
record DeviceLogin(String name, String hash, List<String> topics) {

  /** Of certificates: any that the authority has signed. */
  static final String ANY = "*";

  /** Whoever connects, where nobody has to log in. */
  static final DeviceLogin ANYBODY = new DeviceLogin("", "", List.of());

  DeviceLogin {
    topics = List.copyOf(topics);
  }

  /** Without the hash. */
  @Override
  public String toString() {
    return "DeviceLogin[" + name + "]";
  }
}
