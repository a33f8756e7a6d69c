package io.weir.gateway.normalize;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Excerpt;
import io.weir.gateway.model.Pointer;
import io.weir.gateway.model.Reason;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where the readings of a route belong: each level as the route says, else its table, else the
 * topic, else the payload. Immutable.
 */
final class Assets {

  private final RouteConfig.AssetRule rule;

  Assets(RouteConfig.AssetRule rule) {
    this.rule = rule;
  }

  /** The fields of the payload that it needs. */
  Set<String> fields() {
    return labels()
        .filter(label -> label instanceof RouteConfig.Label.Field)
        .map(label -> Pointer.toName(((RouteConfig.Label.Field) label).from()))
        .collect(Collectors.toSet());
  }

  /** The names of the topic that it makes use of. */
  Set<String> captures() {
    return labels()
        .filter(label -> label instanceof RouteConfig.Label.Captured)
        .map(label -> ((RouteConfig.Label.Captured) label).name())
        .collect(Collectors.toSet());
  }

  private Stream<RouteConfig.Label> labels() {
    RouteConfig.AssetTable table = rule.table();
    RouteConfig.@Nullable Label[] all = {
      rule.site(), rule.area(), rule.line(), rule.machine(), table == null ? null : table.id()
    };
    return Arrays.stream(all).flatMap(Stream::ofNullable);
  }

  /**
   * @param captures what the names of the topic stand for
   * @param fields the payload's fields
   */
  Asset place(
      Map<String, String> captures, Map<String, String> fields, Asset ofTopic, Asset ofPayload)
      throws Unfit {
    Asset ruled =
        new Asset(
            text(rule.site(), captures, fields),
            text(rule.area(), captures, fields),
            text(rule.line(), captures, fields),
            text(rule.machine(), captures, fields));
    RouteConfig.AssetTable table = rule.table();
    Asset listed = table == null ? Asset.NONE : listed(table, captures, fields);
    return ruled.or(listed).or(ofTopic).or(ofPayload);
  }

  private static Asset listed(
      RouteConfig.AssetTable table, Map<String, String> captures, Map<String, String> fields)
      throws Unfit {
    String id = text(table.id(), captures, fields);
    if (id == null) {
      throw new Unfit(Reason.UNKNOWN_ASSET, "nothing stands where the route looks for asset-id");
    }
    Asset found = table.assets().get(id);
    if (found == null) {
      throw new Unfit(
          Reason.UNKNOWN_ASSET, "the asset-table of the route has no '" + Excerpt.of(id) + "'");
    }
    return found;
  }

  private static @Nullable String text(
      RouteConfig.@Nullable Label label, Map<String, String> captures, Map<String, String> fields) {
    if (label instanceof RouteConfig.Label.Field field) {
      return fields.get(Pointer.toName(field.from()));
    }
    if (label instanceof RouteConfig.Label.Captured captured) {
      return captures.get(captured.name());
    }
    return label instanceof RouteConfig.Label.Fixed fixed ? fixed.text() : null;
  }
}
