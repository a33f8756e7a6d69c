package io.weir.gateway.notify.webhook;

import io.weir.gateway.config.Secret;
import io.weir.gateway.config.Section;
import io.weir.gateway.config.SentHeaders;
import io.weir.gateway.config.TlsFiles;
import io.weir.gateway.notify.Outlet;
import io.weir.gateway.notify.OutletCommon;
import io.weir.gateway.notify.OutletFactory;
import io.weir.gateway.plugin.ReadContext;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The outlet {@code webhook}. */
public final class WebhookFactory implements OutletFactory<WebhookConfig> {

  static final String NAME = "webhook";

  private static final Secret NONE = new Secret("http://localhost");

  /** What the client sets itself. */
  private static final Set<String> OWN_HEADERS =
      Set.of(
          "connection", "content-length", "date", "expect", "host", "transfer-encoding", "upgrade");

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String summary() {
    return "an HTTP request with JSON, such as a chat or a ticket system takes";
  }

  @Override
  public Class<WebhookConfig> configType() {
    return WebhookConfig.class;
  }

  @Override
  public boolean beats() {
    return true;
  }

  @Override
  public WebhookConfig read(Section section, ReadContext context) {
    Secret url = url(section);
    if (section.has("tls") && !url.value().startsWith("https:")) {
      section.problem("tls", "needs a url that begins with https://");
    }
    return new WebhookConfig(
        OutletCommon.read(section),
        url,
        SentHeaders.read(section.section("headers"), OWN_HEADERS),
        body(section),
        section.duration(
            "timeout", Duration.ofSeconds(10), Duration.ofMillis(100), Duration.ofMinutes(1)),
        TlsFiles.read(section));
  }

  /** Unlike other URLs it may have a query, and no problem repeats it. */
  private static Secret url(Section section) {
    Secret given = section.secret("url");
    if (given == null) {
      return NONE;
    }
    try {
      URI url = new URI(given.value()).parseServerAuthority();
      if (!"http".equals(url.getScheme()) && !"https".equals(url.getScheme())) {
        section.problem("url", "must begin with http:// or https://");
      } else if (url.getHost() == null || url.getPort() > 65535 || url.getPort() == 0) {
        section.problem("url", "must have a host, and a port from 1 to 65535 if any");
      } else if (url.getRawUserInfo() != null || url.getRawFragment() != null) {
        section.problem("url", "must have no user and no '#'; a login goes into headers");
      } else {
        return given;
      }
    } catch (URISyntaxException e) {
      section.problem("url", "is not a URL with a host, such as https://chat.example.com/hook");
    }
    return NONE;
  }

  private static @Nullable Template body(Section section) {
    String json = section.text("body");
    if (json == null) {
      return null;
    }
    Template template = new Template(json);
    String fault = template.fault();
    if (fault != null) {
      section.problem("body", fault);
    }
    return template;
  }

  @Override
  public Outlet open(WebhookConfig config) {
    return new WebhookOutlet(config);
  }
}
