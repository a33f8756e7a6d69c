package io.weir.gateway.notify.mail;

import io.weir.gateway.config.Hosts;
import io.weir.gateway.config.Secret;
import io.weir.gateway.config.TlsFiles;
import io.weir.gateway.notify.OutletCommon;
import io.weir.gateway.notify.OutletConfig;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A mail server and who gets mail by it.
 *
 * @param url {@code smtp} or {@code smtps}, host and port
 * @param startTls whether a connection by {@code smtp} must become one with TLS
 */
record MailConfig(
    OutletCommon common,
    URI url,
    boolean startTls,
    @Nullable String username,
    @Nullable Secret password,
    String from,
    List<String> to,
    Duration timeout,
    @Nullable TlsFiles tls)
    implements OutletConfig {

  boolean isImplicitTls() {
    return url.getScheme().equals("smtps");
  }

  @Override
  public String type() {
    return MailFactory.NAME;
  }

  @Override
  public String summary() {
    return "mail to " + String.join(", ", to) + " by " + url;
  }

  @Override
  public List<String> warnings() {
    boolean plain = !isImplicitTls() && !startTls && !Hosts.isLoopback(url.getHost());
    return plain
        ? List.of(
            (password == null ? "its messages cross" : "its password crosses")
                + " the network unencrypted")
        : List.of();
  }
}
