package io.weir.gateway.efficiency.config;

import java.util.regex.Pattern;

/** Patterns over the paths of assets: a star stands for any part of one level. */
public final class AssetPattern {

  private AssetPattern() {}

  /** Matches the paths that a glob means, or the names of one level. */
  public static Pattern of(String glob) {
    StringBuilder regex = new StringBuilder();
    for (String part : glob.split("\\*", -1)) {
      regex.append(regex.isEmpty() ? "" : "[^/]*").append(Pattern.quote(part));
    }
    return Pattern.compile(regex.toString());
  }

  /** Matches the paths that a glob means, and all below them. */
  public static Pattern below(String glob) {
    return Pattern.compile(of(glob).pattern() + "(/.*)?");
  }

  /** Whether the levels fit that both have. */
  public static boolean touches(String glob, String path) {
    String[] wanted = glob.split("/", -1);
    String[] levels = path.split("/", -1);
    for (int i = 0; i < Math.min(wanted.length, levels.length); i++) {
      if (!of(wanted[i]).matcher(levels[i]).matches()) {
        return false;
      }
    }
    return true;
  }

  /** Whether a glob fits a path or the first levels of it. */
  static boolean covers(String glob, String path) {
    return glob.split("/", -1).length <= path.split("/", -1).length && touches(glob, path);
  }
}
