package io.weir.gateway.settings;

import io.weir.gateway.config.ConfigException;
import io.weir.gateway.normalize.RouteConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads routes that are in no configuration, as one would read them. */
public final class TriedRoutes {

  private TriedRoutes() {}

  /**
   * Each of these routes, as if it were the only one.
   *
   * @param routes each a mapping of YAML in one line
   * @throws IllegalArgumentException if one is not good; its message says which and why
   */
  public static List<RouteConfig> parse(List<String> routes) throws IOException {
    List<RouteConfig> read = new ArrayList<>();
    StringBuilder sources = new StringBuilder();
    StringBuilder texts = new StringBuilder();
    for (int i = 0; i < routes.size(); i++) {
      sources.append("  - { name: t%d, type: mqtt, url: 'tcp://h:1' }%n".formatted(i));
      // a source of its own, so that two may be for the same topics
      texts.append("  - { source: t%d, %s%n".formatted(i, routes.get(i).strip().substring(1)));
    }
    Path folder = Files.createTempDirectory("weir-routes");
    Path file = folder.resolve("routes.yaml");
    try {
      Files.writeString(file, "gateway: { id: tried }\nsources:\n" + sources + "routes:\n" + texts);
      for (RouteConfig route : ConfigLoader.load(file, Map.of()).routes()) {
        read.add(anySource(route));
      }
      return read;
    } catch (ConfigException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    } finally {
      Files.deleteIfExists(file);
      Files.deleteIfExists(folder);
    }
  }

  private static RouteConfig anySource(RouteConfig route) {
    return new RouteConfig(
        route.topic(),
        null,
        route.format(),
        route.qos(),
        route.measurement(),
        route.time(),
        route.metrics(),
        route.unlisted(),
        route.fields(),
        route.reporting(),
        route.asset(),
        route.trust(),
        route.dedup(),
        route.retained(),
        route.limits(),
        route.retention(),
        route.devices(),
        route.options());
  }
}
