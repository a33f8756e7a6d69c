package io.weir.gateway.registry;

import io.weir.gateway.config.Hosts;
import io.weir.gateway.config.Secret;
import io.weir.gateway.config.Section;
import io.weir.gateway.config.TlsFiles;
import io.weir.gateway.config.Urls;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A schema registry.
 *
 * @param url with the path of its API, without a slash at the end
 * @param group of Apicurio's own API, for those who write
 * @param register whether our schema is registered where it is not yet; else it must be there. For
 *     those who write
 * @param timeout for each answer
 */
public record RegistryConfig(
    URI url,
    Api api,
    String group,
    boolean register,
    @Nullable String username,
    @Nullable Secret password,
    @Nullable TlsFiles tls,
    Duration timeout) {

  /** What it speaks. */
  public enum Api {
    /** That of Confluent's registry, version 7, which others have too. */
    CONFLUENT,
    /** Apicurio's own, version 3. */
    APICURIO;

    /** As the file has it. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final URI NONE = URI.create("http://localhost");
  private static final Map<String, Integer> SCHEMES = Map.of("http", -1, "https", -1);

  /**
   * Reads the group {@code registry}.
   *
   * @param usual how long an answer may take where the file does not say
   */
  public static RegistryConfig read(Section section, Duration usual) {
    URI url = Objects.requireNonNullElse(Urls.read(section, "url", SCHEMES), NONE);
    if (section.has("tls") && !url.getScheme().equals("https")) {
      section.problem("tls", "needs a url that begins with https://");
    }
    if (section.has("password") != section.has("username")) {
      section.problem(
          section.has("password") ? "password" : "username",
          section.has("password") ? "needs a username too" : "needs a password too");
    }
    String text = url.toString();
    return new RegistryConfig(
        text.endsWith("/") ? URI.create(text.substring(0, text.length() - 1)) : url,
        section.choice("api", Api.CONFLUENT),
        section.text("group", "default"),
        section.flag("register", true),
        section.text("username"),
        section.secret("password"),
        TlsFiles.read(section),
        section.duration("timeout", usual, Duration.ofMillis(100), Duration.ofMinutes(1)));
  }

  /** As other addresses are shown. */
  public String address() {
    return Urls.origin(url);
  }

  /** What is allowed and probably not meant. */
  public List<String> warnings() {
    return password != null && url.getScheme().equals("http") && !Hosts.isLoopback(url.getHost())
        ? List.of("the password of its schema registry crosses the network unencrypted")
        : List.of();
  }
}
