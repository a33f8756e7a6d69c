package io.weir.gateway.kafka;

import io.weir.gateway.config.Hosts;
import io.weir.gateway.config.Section;
import io.weir.gateway.config.Tls;
import io.weir.gateway.config.TlsFiles;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.SslConfigs;
import org.jspecify.annotations.Nullable;

/**
 * Where a cluster is, and how it lets us in.
 *
 * @param addresses host:port of some of its brokers
 * @param login if they ask for one
 * @param tls if connections are encrypted
 */
public record Brokers(List<String> addresses, @Nullable Login login, @Nullable TlsFiles tls) {

  /** A name or IPv4 address, or an IPv6 address in brackets; then a port. */
  private static final Pattern ADDRESS =
      Pattern.compile("(?:[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+]):([0-9]{1,5})");

  private static final int MOST_PORTS = 65_535;

  public Brokers {
    addresses = List.copyOf(addresses);
  }

  /** Reads the keys {@code brokers}, {@code tls} and those of the login. */
  public static Brokers read(Section section) {
    List<String> addresses = section.texts("brokers");
    for (String each : addresses) {
      Matcher parts = ADDRESS.matcher(each);
      if (each.contains("://")) {
        section.problem(
            "brokers",
            "'" + each + "' is a URL, but a broker is written host:port",
            "leave out '" + each.substring(0, each.indexOf("://") + 3) + "'; tls has its own key");
      } else if (!parts.matches()
          || Integer.parseInt(parts.group(1)) > MOST_PORTS
          || Integer.parseInt(parts.group(1)) == 0) {
        section.problem("brokers", "'" + each + "' must be host:port, such as kafka-1:9092");
      }
    }
    return new Brokers(addresses, Login.read(section), TlsFiles.read(section));
  }

  /** As other addresses are shown. */
  public String address() {
    return addresses.isEmpty() ? "" : "kafka://" + addresses.get(0);
  }

  /** What is allowed and probably not meant. */
  public List<String> warnings() {
    boolean showsPassword =
        login != null
            && login.mechanism() == Login.Mechanism.PLAIN
            && tls == null
            && addresses.stream().anyMatch(each -> !Hosts.isLoopback(host(each)));
    return showsPassword ? List.of("its password crosses the network unencrypted") : List.of();
  }

  private static String host(String address) {
    String host = address.substring(0, Math.max(0, address.lastIndexOf(':')));
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  /**
   * What each client is told of them.
   *
   * @throws IOException if a file of TLS cannot be used; the client would only say that no broker
   *     answers
   */
  public Map<String, Object> settings() throws IOException {
    Map<String, Object> settings = new HashMap<>();
    settings.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, addresses);
    settings.put(CommonClientConfigs.ENABLE_METRICS_PUSH_CONFIG, false); // the brokers ask for them
    settings.put(CommonClientConfigs.METRIC_REPORTER_CLASSES_CONFIG, List.of()); // nor JMX
    settings.put(
        CommonClientConfigs.SECURITY_PROTOCOL_CONFIG,
        (login == null ? "" : "SASL_") + (tls == null ? "PLAINTEXT" : "SSL"));
    if (tls != null) {
      Tls.context(tls);
      settings.put(SslConfigs.SSL_ENGINE_FACTORY_CLASS_CONFIG, PemEngines.class);
      settings.put(PemEngines.FILES, tls);
    }
    if (login != null) {
      settings.put(SaslConfigs.SASL_MECHANISM, login.mechanism().word());
      settings.put(SaslConfigs.SASL_JAAS_CONFIG, login.jaas());
    }
    return settings;
  }
}
