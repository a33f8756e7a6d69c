package io.weir.gateway.discover;

import io.weir.gateway.normalize.RouteConfig;
import java.io.IOException;
import java.util.List;

/** Reads routes as a configuration does. */
@FunctionalInterface
public interface RouteParser {

  /**
   * Each of these routes, as if it were the only one.
   *
   * @param routes each a mapping of YAML in one line
   * @throws IllegalArgumentException if one is not good; its message says which and why
   */
  List<RouteConfig> parse(List<String> routes) throws IOException;
}
