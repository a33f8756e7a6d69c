package io.weir.gateway.source.weir;

import io.weir.gateway.source.SourceConfig;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Batches of other gateways.
 *
 * @param gateways the gateways that may send, each with the name that its certificate must show
 * @param tag under which readings name their gateway, or {@code null} where they do not
 * @param memoryBytes what unfinished batches of all gateways may hold
 */
public record WeirSourceConfig(
    String name, Map<String, String> gateways, @Nullable String tag, long memoryBytes)
    implements SourceConfig {

  @Override
  public String type() {
    return WeirSourceFactory.NAME;
  }

  @Override
  public String address() {
    return "";
  }

  @Override
  public boolean needsCertificates() {
    return true;
  }

  @Override
  public String summary() {
    return "batches of the gateways " + String.join(", ", List.copyOf(gateways.keySet()));
  }
}
