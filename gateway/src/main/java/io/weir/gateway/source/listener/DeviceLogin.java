package io.weir.gateway.source.listener;

import java.util.List;

/**
 * A sender that the configuration knows, by a user name or by the common name of its certificate.
 *
 * @param hash of its password, by bcrypt; "" for a certificate
 * @param topics filters of what it may publish to; {@code {user}} and {@code {client}} stand for
 *     its name and its client id
 */
record DeviceLogin(String name, String hash, List<String> topics) {

  /** Of certificates: any that the authority has signed. */
  static final String ANY = "*";

  private static final List<String> EVERYTHING = List.of("#");

  /** Whoever connects, where nobody has to log in. */
  static final DeviceLogin ANYBODY = new DeviceLogin("", "", EVERYTHING);

  DeviceLogin {
    topics = topics.isEmpty() ? EVERYTHING : List.copyOf(topics);
  }

  /** Without the hash. */
  @Override
  public String toString() {
    return "DeviceLogin[" + name + "]";
  }
}
