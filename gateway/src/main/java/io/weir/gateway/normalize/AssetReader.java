package io.weir.gateway.normalize;

import io.weir.gateway.config.Nearest;
import io.weir.gateway.config.Section;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads what a route says of where its readings belong. */
final class AssetReader {

  private final Section route;
  private final boolean pointers;
  private final Set<String> captures;

  AssetReader(Section route, boolean pointers) {
    this.route = route;
    this.pointers = pointers;
    this.captures = TopicPattern.names(route.text("topic", ""));
  }

  RouteConfig.@Nullable AssetRule read() {
    if (!route.has("asset") && !route.has("asset-table") && !route.has("asset-id")) {
      return null;
    }
    Section asset = route.section("asset");
    return new RouteConfig.AssetRule(
        label(asset, "site"),
        label(asset, "area"),
        label(asset, "line"),
        label(asset, "machine"),
        table());
  }

  private RouteConfig.@Nullable AssetTable table() {
    if (route.has("asset-table") != route.has("asset-id")) {
      String present = route.has("asset-id") ? "asset-id" : "asset-table";
      String absent = route.has("asset-id") ? "asset-table" : "asset-id";
      route.problem(present, "needs " + absent + " too");
    }
    RouteConfig.Label id = label(route, "asset-id");
    Path file = route.content("asset-table");
    if (id == null || file == null || !Files.isReadable(file)) {
      return null;
    }
    return new RouteConfig.AssetTable(
        id, AssetTableReader.read(file, route.written("asset-table"), route));
  }

  private RouteConfig.@Nullable Label label(Section section, String key) {
    if (section.hasSection(key)) {
      String field = PointerSyntax.nameOrPointer(section.section(key), "field", pointers);
      return new RouteConfig.Label.Field(Objects.requireNonNullElse(field, ""));
    }
    String text = section.text(key);
    if (text == null || !(text.startsWith("{") && text.endsWith("}"))) {
      return text == null ? null : new RouteConfig.Label.Fixed(text);
    }
    String name = text.substring(1, text.length() - 1);
    if (!captures.contains(name)) {
      section.problem(key, "the topic has no name '" + name + "'", Nearest.suggest(name, captures));
    }
    return new RouteConfig.Label.Captured(name);
  }
}
