package io.weir.gateway.api;

import io.weir.gateway.http.ProblemDocument;
import io.weir.gateway.http.Query;
import io.weir.gateway.live.Scope;
import io.weir.gateway.model.Asset;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The parameters that name an asset by its levels. */
final class AssetQuery {

  private static final List<String> LEVELS = List.of("site", "area", "line", "machine");

  private static final int MOST_NAMED = 4;

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
    return scope(query).asset();
  }

  /**
   * The machine or line that is meant where levels are left out.
   *
   * @return {@code null} where none has the levels that are given
   * @throws ProblemDocument if several have them and no level decides
   */
  static @Nullable Asset meant(Scope scope, Stream<Asset> known) {
    Asset asked = scope.asset();
    boolean isMachine = asked.machine() != null;
    Set<Asset> meant = new TreeSet<>(Asset.BY_PATH);
    known
        .filter(each -> isMachine == (each.machine() != null) && scope.holds(each))
        .forEach(meant::add);
    if (meant.contains(asked)) {
      return asked;
    }
    if (meant.size() < 2) {
      return meant.stream().findFirst().orElse(null);
    }
    String some =
        meant.stream().limit(MOST_NAMED).map(Asset::place).collect(Collectors.joining(", "));
    throw Query.bad(
        "'%s' is one of %s%s: give all levels"
            .formatted(asked.path(), some, meant.size() > MOST_NAMED ? ", and more" : ""));
  }
}
