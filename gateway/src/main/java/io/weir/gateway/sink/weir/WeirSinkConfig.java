package io.weir.gateway.sink.weir;

import io.weir.gateway.config.Secret;
import io.weir.gateway.config.TlsFiles;
import io.weir.gateway.config.Urls;
import io.weir.gateway.sink.SinkCommon;
import io.weir.gateway.sink.SinkConfig;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Another gateway.
 *
 * @param gateway this gateway's name among others
 * @param url where the other one's HTTP server is
 * @param tls whom to trust, and who we are
 * @param proxy the way there, or {@code null}
 * @param timeout how long nothing may move
 * @param selection what is sent
 * @param rates how fast
 */
public record WeirSinkConfig(
    SinkCommon common,
    String gateway,
    URI url,
    TlsFiles tls,
    @Nullable Proxy proxy,
    Duration timeout,
    Selection selection,
    Rates rates)
    implements SinkConfig {

  /** An HTTP proxy, which is asked for a tunnel. */
  public record Proxy(URI url, @Nullable String username, @Nullable Secret password) {}

  /** The other gateway passes over what it knows by its place in the log. */
  @Override
  public boolean writesOnce() {
    return true;
  }

  @Override
  public String type() {
    return WeirSinkFactory.NAME;
  }

  @Override
  public String address() {
    return Urls.origin(url);
  }

  @Override
  public String summary() {
    return "gateway at " + address() + (proxy == null ? "" : ", by the proxy " + proxy.url());
  }
}
