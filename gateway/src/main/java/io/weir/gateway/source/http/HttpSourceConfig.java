package io.weir.gateway.source.http;

import io.weir.gateway.source.SourceConfig;

/** Readings that are posted to the gateway; at most this many bytes at once. */
public record HttpSourceConfig(String name, int maxBodyBytes) implements SourceConfig {

  @Override
  public String type() {
    return HttpSourceFactory.NAME;
  }

  @Override
  public String address() {
    return "";
  }

  @Override
  public String summary() {
    return "HTTP, POST /api/v1/readings and /write";
  }
}
