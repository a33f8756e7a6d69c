package io.weir.gateway.fleet;

import io.weir.gateway.config.Section;
import io.weir.gateway.config.SentHeaders;
import io.weir.gateway.config.TlsFiles;
import io.weir.gateway.config.Urls;
import java.net.URI;
import java.security.PublicKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads the group {@code fleet}. */
public final class FleetReader {

  private static final Map<String, Integer> WEB = Map.of("http", -1, "https", -1);

  /** What the client sets itself. */
  private static final Set<String> OWN_HEADERS =
      Set.of(
          "connection",
          "content-length",
          "date",
          "expect",
          "host",
          "if-none-match",
          "transfer-encoding",
          "upgrade");

  private FleetReader() {}

  public static FleetConfig read(Section fleet) {
    return new FleetConfig(
        fleet.has("report") ? report(fleet.section("report")) : null,
        fleet.has("receive") ? receive(fleet.section("receive")) : null,
        fleet.has("follow") ? follow(fleet.section("follow")) : null);
  }

  private static FleetConfig.Report report(Section section) {
    return new FleetConfig.Report(
        section.seconds(
            "every", Duration.ofSeconds(30), Duration.ofSeconds(5), Duration.ofHours(1)),
        Urls.read(section, "url", WEB));
  }

  private static FleetConfig.Receive receive(Section section) {
    return new FleetConfig.Receive(
        section.duration(
            "forget-after", Duration.ofDays(30), Duration.ofHours(1), Duration.ofDays(3650)));
  }

  private static FleetConfig.Follow follow(Section section) {
    boolean isUrl = section.text("from", "").contains("://");
    URI url = isUrl ? Urls.read(section, "from", WEB) : null;
    TlsFiles tls = TlsFiles.read(section);
    for (String key : List.of("tls", "headers")) {
      if (section.has(key) && section.has("from") && !isUrl) {
        section.problem(key, "is for a URL, and from is a file");
      }
    }
    if (tls != null && url != null && !url.getScheme().equals("https")) {
      section.problem("tls", "needs a from that begins with https://");
    }
    return new FleetConfig.Follow(
        isUrl ? null : section.path("from"),
        url,
        keys(section),
        section.duration("every", Duration.ofMinutes(1), Duration.ofSeconds(5), Duration.ofDays(1)),
        section.duration(
            "settle", Duration.ofMinutes(5), Duration.ofSeconds(10), Duration.ofDays(1)),
        section.duration(
            "timeout", Duration.ofSeconds(30), Duration.ofSeconds(1), Duration.ofMinutes(10)),
        SentHeaders.read(section.section("headers"), OWN_HEADERS),
        tls);
  }

  private static List<PublicKey> keys(Section section) {
    List<PublicKey> keys = new ArrayList<>();
    for (String text : section.texts("keys")) {
      try {
        keys.add(BundleKeys.publicKey(text));
      } catch (BundleException e) {
        section.problem("keys", e.getMessage());
      }
    }
    return List.copyOf(keys);
  }
}
