package io.weir.gateway.notify.webhook;

import io.weir.gateway.config.Hosts;
import io.weir.gateway.config.Secret;
import io.weir.gateway.config.TlsFiles;
import io.weir.gateway.config.Urls;
import io.weir.gateway.notify.OutletCommon;
import io.weir.gateway.notify.OutletConfig;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where messages are posted.
 *
 * @param url with path and query, which are often the login; never printed
 * @param headers sent with each request
 * @param body a template of JSON, or {@code null} for the message as it is
 */
record WebhookConfig(
    OutletCommon common,
    Secret url,
    Map<String, Secret> headers,
    @Nullable Template body,
    Duration timeout,
    @Nullable TlsFiles tls)
    implements OutletConfig {

  URI address() {
    return URI.create(url.value());
  }

  @Override
  public String type() {
    return WebhookFactory.NAME;
  }

  @Override
  public String summary() {
    return "POST to " + Urls.origin(address());
  }

  @Override
  public List<String> warnings() {
    URI to = address();
    return to.getScheme().equals("http") && !Hosts.isLoopback(to.getHost())
        ? List.of("its messages, and the path of its url, cross the network unencrypted")
        : List.of();
  }
}
