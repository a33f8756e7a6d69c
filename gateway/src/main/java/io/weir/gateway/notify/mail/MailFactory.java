package io.weir.gateway.notify.mail;

import io.weir.gateway.config.Hosts;
import io.weir.gateway.config.Section;
import io.weir.gateway.config.TlsFiles;
import io.weir.gateway.config.Urls;
import io.weir.gateway.notify.Outlet;
import io.weir.gateway.notify.OutletCommon;
import io.weir.gateway.notify.OutletFactory;
import io.weir.gateway.plugin.ReadContext;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The outlet {@code mail}. */
public final class MailFactory implements OutletFactory<MailConfig> {

  static final String NAME = "mail";

  private static final Map<String, Integer> SCHEMES = Map.of("smtp", 587, "smtps", 465);
  private static final URI NONE = URI.create("smtp://localhost:587");

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String summary() {
    return "e-mail by a server that speaks SMTP";
  }

  @Override
  public Class<MailConfig> configType() {
    return MailConfig.class;
  }

  @Override
  public MailConfig read(Section section, ReadContext context) {
    URI url = Objects.requireNonNullElse(Urls.read(section, "url", SCHEMES), NONE);
    if (!url.getPath().isEmpty()) {
      section.problem("url", "must end after the port");
    }
    if (section.has("username") != section.has("password")) {
      boolean user = section.has("username");
      section.problem(
          user ? "username" : "password", "needs a " + (user ? "password" : "username") + " too");
    }
    boolean isSmtps = url.getScheme().equals("smtps");
    if (isSmtps && section.has("starttls")) {
      section.problem("starttls", "is for smtp://; a connection by smtps:// begins with TLS");
    }
    boolean startTls = !isSmtps && section.flag("starttls", !Hosts.isLoopback(url.getHost()));
    if (section.has("tls") && !isSmtps && !startTls) {
      section.problem("tls", "needs starttls: true, or a url that begins with smtps://");
    }
    String from = section.text("from", "");
    check(section, "from", from);
    List<String> to = section.texts("to");
    to.forEach(each -> check(section, "to", each));
    return new MailConfig(
        OutletCommon.read(section),
        url,
        startTls,
        section.text("username"),
        section.secret("password"),
        from,
        List.copyOf(to),
        section.duration(
            "timeout", Duration.ofSeconds(10), Duration.ofMillis(100), Duration.ofMinutes(2)),
        TlsFiles.read(section));
  }

  private static void check(Section section, String key, String address) {
    try {
      InternetAddress[] parsed = InternetAddress.parse(address, true);
      if (parsed.length != 1 || address.chars().anyMatch(Character::isISOControl)) {
        section.problem(key, "must be one address each, such as weir@example.com");
      }
      for (InternetAddress each : parsed) {
        each.validate();
      }
    } catch (AddressException e) {
      section.problem(key, "'" + address + "' is no mail address: " + e.getMessage());
    }
  }

  @Override
  public Outlet open(MailConfig config) {
    return new MailOutlet(config);
  }
}
