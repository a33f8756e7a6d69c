package io.weir.gateway.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which assets are meant, by patterns of their paths: {@code +} is one level, {@code #} at the end
 * is any number of them, {@code *} any characters within a level.
 *
 * @param include patterns of which one must fit; none for all
 * @param exclude patterns of which none may fit
 */
public record AssetFilter(List<NamePattern> include, List<NamePattern> exclude) {

  /** All assets. */
  public static final AssetFilter ALL = new AssetFilter(List.of(), List.of());

  public AssetFilter {
    include = List.copyOf(include);
    exclude = List.copyOf(exclude);
  }

  /** Of patterns as they are written. */
  public static AssetFilter of(List<String> include, List<String> exclude) {
    return new AssetFilter(
        include.stream().map(NamePattern::ofPath).toList(),
        exclude.stream().map(NamePattern::ofPath).toList());
  }

  /** Whether it leaves nothing out. */
  public boolean takesAll() {
    return include.isEmpty() && exclude.isEmpty();
  }

  /** Whether an asset is meant. */
  public boolean takes(Asset asset) {
    if (takesAll()) {
      return true;
    }
    String path = asset.path();
    return (include.isEmpty() || anyFits(include, path)) && !anyFits(exclude, path);
  }

  private static boolean anyFits(List<NamePattern> patterns, String path) {
    return patterns.stream().anyMatch(each -> each.fits(path));
  }

  /** What is wrong with a pattern as it is written, or {@code null}. */
  public static @Nullable String fault(String pattern) {
    int hash = pattern.indexOf('#');
    boolean isLast = hash == pattern.length() - 1 && (hash == 0 || pattern.charAt(hash - 1) == '/');
    return hash < 0 || isLast ? null : "'" + pattern + "': # is the last level, or does not occur";
  }
}
