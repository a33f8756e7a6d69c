package io.weir.gateway.settings;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.gateway.config.ConfigException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a configuration is read from, so that it can be read again.
 *
 * @param path the file
 * @param environment what {@code ${NAME}} refers to
 * @param settings laid over the file, as {@link ConfigLoader} takes them
 */
public record ConfigFile(Path path, Map<String, String> environment, List<String> settings) {

  public ConfigFile {
    environment = Map.copyOf(environment);
    settings = List.copyOf(settings);
  }

  /** The same as if one route took everything: for who needs its sources, before it has routes. */
  public Config loadSources() throws ConfigException {
    return ConfigLoader.sources(path, environment, settings);
  }

  /** What it holds now. */
  public Config load() throws ConfigException {
    return ConfigLoader.load(path, environment, settings);
  }

  /** The same with another text in the place of {@link Site#NAME} in the data directory. */
  public Config loadWithSite(String text) throws ConfigException {
    return ConfigLoader.load(path, environment, settings, text, null);
  }

  /**
   * The same with the main file of another bundle.
   *
   * @param main where it lies, with the other files of the bundle in the same folders
   */
  public Config loadWithBundle(Path main) throws ConfigException {
    return ConfigLoader.load(path, environment, settings, null, main);
  }

  /**
   * Where the data directory is, if the file follows a bundle, which then lies there; else, and
   * where the file cannot be read, {@code null}.
   */
  public @Nullable Path followsIn() {
    return MainFile.followsIn(path, environment, settings);
  }

  /** What it says of the parts that {@link Site#NAME} may hold, as it is written. */
  public ObjectNode parts() {
    return ConfigLoader.parts(path, environment, settings);
  }

  /** The files that it is read from: itself, and tables and expressions that it names. */
  public Set<Path> files() {
    return ConfigLoader.files(path, environment, settings);
  }

  /** The same with one more setting, which wins. */
  public ConfigFile with(String setting) {
    List<String> more = new ArrayList<>(settings);
    more.add(setting);
    return new ConfigFile(path, environment, more);
  }
}
