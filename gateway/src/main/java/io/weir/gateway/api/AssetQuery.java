package io.weir.gateway.api;

import io.weir.gateway.http.Query;
import io.weir.gateway.live.Scope;
import io.weir.gateway.model.Asset;
import java.util.List;
import java.util.stream.Stream;

/** The parameters that name an asset by its levels. */
final class AssetQuery {

  private static final List<String> LEVELS = List.of("site", "area", "line", "machine");

  private AssetQuery() {}

  /** The names of the levels of an asset, followed by other names. */
  static String[] withLevels(String... names) {
    return Stream.concat(LEVELS.stream(), List.of(names).stream()).toArray(String[]::new);
  }

  /** The machines that match the given levels. */
  static Scope scope(Query query) {
    return new Scope(
        query.text("site"), query.text("area"), query.text("line"), query.text("machine"));
  }

  /** The asset with the given levels; the other levels are missing. */
  static Asset asset(Query query) {
    return new Asset(
        query.text("site"), query.text("area"), query.text("line"), query.text("machine"));
  }
}
