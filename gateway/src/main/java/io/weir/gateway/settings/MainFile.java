package io.weir.gateway.settings;

import io.weir.gateway.config.Overrides;
import io.weir.gateway.config.Placeholders;
import io.weir.gateway.config.Problems;
import io.weir.gateway.config.YamlNode;
import io.weir.gateway.fleet.Installed;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The main file: the one that the gateway was given or, if that one follows a bundle and has got
 * one, the main file of the bundle. The group {@code gateway} is always of the former: who a
 * gateway is and where it keeps what it has is no matter of a bundle, which may be for many.
 *
 * @param tree as it is written
 * @param file where it stands; relative paths begin in its folder
 * @param dataDirectory {@code null} where the key cannot be read
 * @param gateway what takes the place of its group {@code gateway}; {@code null} for its own
 */
record MainFile(
    YamlNode tree, Path file, @Nullable Path dataDirectory, @Nullable YamlNode gateway) {

  private static final String GATEWAY = "gateway";
  private static final String DATA_DIR = "data-dir";

  /**
   * The main file that holds; {@code null} if it cannot be read.
   *
   * @param bundle the file that replaces it; {@code null} for that of the bundle in use
   */
  static @Nullable MainFile of(
      Path file,
      Map<String, String> environment,
      List<String> settings,
      @Nullable Path bundle,
      Problems problems) {
    YamlNode tree = ConfigLoader.tree(file, problems);
    if (tree == null) {
      return null;
    }
    if (!(new Overrides(new Problems()).apply(tree, settings) instanceof YamlNode.Mapping root)) {
      return new MainFile(tree, file, null, null);
    }
    YamlNode filled = gateway(root, folder(file), environment);
    Path data = dataDirectory(filled, folder(file));
    boolean follows = follows(root);
    Path main = bundle;
    if (main == null && follows && data != null) {
      Installed inUse = Installed.inUse(data);
      main = inUse == null ? null : inUse.mainFile(data);
    }
    if (main == null || data == null) {
      return new MainFile(tree, file, data, null);
    }
    YamlNode replaced = ConfigLoader.tree(main, problems);
    YamlNode own = filled == null ? null : plain(filled, data);
    return replaced == null ? null : new MainFile(replaced, main, data, own);
  }

  /** The data directory of a file that follows a bundle; {@code null} for one that does not. */
  static @Nullable Path followsIn(
      Path file, Map<String, String> environment, List<String> settings) {
    YamlNode tree = ConfigLoader.tree(file, new Problems());
    return tree != null
            && new Overrides(new Problems()).apply(tree, settings) instanceof YamlNode.Mapping root
            && follows(root)
        ? dataDirectory(gateway(root, folder(file), environment), folder(file))
        : null;
  }

  /** Filled in; what is wrong with the group is said by who reads it. */
  private static @Nullable YamlNode gateway(
      YamlNode.Mapping root, Path folder, Map<String, String> environment) {
    YamlNode gateway = root.get(GATEWAY);
    return gateway == null
        ? null
        : new Placeholders(folder, environment, new Problems()).fill(gateway);
  }

  private static boolean follows(YamlNode.Mapping root) {
    return root.get("fleet") instanceof YamlNode.Mapping fleet
        && fleet.get("follow") instanceof YamlNode.Mapping;
  }

  private static @Nullable Path dataDirectory(@Nullable YamlNode gateway, Path folder) {
    String data =
        gateway instanceof YamlNode.Mapping group
                && group.get(DATA_DIR) instanceof YamlNode.Scalar scalar
            ? scalar.text()
            : "data";
    try {
      return folder.resolve(data).normalize();
    } catch (InvalidPathException e) {
      return null;
    }
  }

  /** As values that mean the same in the folder of the bundle. */
  private static YamlNode plain(YamlNode gateway, Path data) {
    if (!(gateway instanceof YamlNode.Mapping group)) {
      return gateway;
    }
    Map<String, YamlNode.Entry> entries = new LinkedHashMap<>();
    group
        .entries()
        .forEach(
            (name, entry) -> {
              YamlNode value = entry.value();
              if (value instanceof YamlNode.Scalar scalar) {
                value = scalar(scalar, name.equals(DATA_DIR) ? data.toString() : scalar.text());
              }
              entries.put(name, new YamlNode.Entry(entry.place(), value));
            });
    if (!entries.containsKey(DATA_DIR)) {
      YamlNode.Scalar value =
          new YamlNode.Scalar(
              group.place(), data.toString(), data.toString(), YamlNode.plain(data.toString()));
      entries.put(DATA_DIR, new YamlNode.Entry(group.place(), value));
    }
    return new YamlNode.Mapping(group.place(), entries);
  }

  private static YamlNode.Scalar scalar(YamlNode.Scalar of, String text) {
    return new YamlNode.Scalar(of.place(), text.replace("${", "$${"), text, of.json());
  }

  /** Where relative paths begin. */
  Path folder() {
    return folder(file);
  }

  private static Path folder(Path file) {
    Path absolute = file.toAbsolutePath().normalize();
    return absolute.getParent() == null ? absolute : absolute.getParent();
  }

  /** A tree with the group {@code gateway} that holds. */
  YamlNode withGateway(YamlNode whole) {
    YamlNode given = gateway;
    return given != null && whole instanceof YamlNode.Mapping root
        ? root.with(GATEWAY, given)
        : whole;
  }
}
