package io.weir.gateway.settings;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.gateway.config.ConfigException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

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

  /** What it holds now. */
  public Config load() throws ConfigException {
    return ConfigLoader.load(path, environment, settings);
  }

  /** The same with another text in the place of {@link Site#NAME} in the data directory. */
  public Config loadWithSite(String text) throws ConfigException {
    return ConfigLoader.load(path, environment, settings, text);
  }

  /** What it says of the parts that {@link Site#NAME} may hold, as it is written. */
  public ObjectNode parts() {
    return ConfigLoader.parts(path, settings);
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
