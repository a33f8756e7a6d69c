package io.weir.gateway.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** URLs as values. */
public final class Urls {

  /** Schemes that other programs write for ours. */
  private static final Map<String, String> ALIASES =
      Map.of("mqtt", "tcp", "mqtts", "ssl", "tls", "ssl", "ws", "tcp", "wss", "ssl");

  private Urls() {}

  /**
   * The URL under a key, with a host, of one of the schemes, and without user, query and fragment;
   * {@code null} where it is absent or wrong.
   *
   * @param schemes each scheme with its default port, or -1 to leave the port out
   */
  public static @Nullable URI read(Section section, String key, Map<String, Integer> schemes) {
    String text = section.text(key);
    if (text == null || !text.contains("://")) {
      return null; // refused by the schema
    }
    String scheme = text.substring(0, text.indexOf("://"));
    if (!schemes.containsKey(scheme)) {
      String known =
          schemes.keySet().stream()
              .sorted()
              .map(s -> s + "://")
              .collect(Collectors.joining(" or "));
      String alias = ALIASES.getOrDefault(scheme, scheme);
      String meant = schemes.containsKey(alias) ? alias : Nearest.of(scheme, schemes.keySet());
      section.problem(
          key,
          "must begin with " + known,
          meant == null ? null : "did you mean '" + meant + "://'?");
      return null;
    }
    try {
      URI url = new URI(text).parseServerAuthority();
      if (url.getRawUserInfo() != null) {
        section.problem(key, "must not hold a user or password; they have keys of their own");
      } else if (url.getHost() == null || url.getPort() > 65535 || url.getPort() == 0) {
        section.problem(key, "must have a host, and a port from 1 to 65535 if any");
      } else if (url.getRawQuery() != null || url.getRawFragment() != null) {
        section.problem(key, "must end before any '?' or '#'");
      } else {
        int port = url.getPort() == -1 ? schemes.get(scheme) : url.getPort();
        return new URI(scheme, null, url.getHost(), port, url.getPath(), null, null);
      }
    } catch (URISyntaxException e) {
      section.problem(key, "is not a URL with a host, such as " + scheme + "://localhost");
    }
    return null;
  }

  /** Scheme, host and, where it has one, port. */
  public static String origin(URI url) {
    return url.getScheme() + "://" + url.getHost() + (url.getPort() < 0 ? "" : ":" + url.getPort());
  }
}
