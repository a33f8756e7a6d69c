package io.weir.gateway.cli;

import io.weir.gateway.settings.ConfigFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A temporary configuration file for one command. */
record ScratchConfig(ConfigFile file) implements AutoCloseable {

  /**
   * @param source its name
   * @param url of its broker
   * @param routes the section as it is printed; "" for one that takes anything
   */
  static ScratchConfig of(String source, String url, String routes) throws IOException {
    Path path = Files.createTempFile("weir-discover", ".yaml");
    Files.writeString(
        path,
        "gateway: { id: discover }\n"
            + "sources: [ { name: '"
            + source.replace("'", "''")
            + "', type: mqtt, url: '"
            + url.replace("'", "''")
            + "' } ]\n"
            + (routes.isEmpty() ? "routes: [ { topic: '#', format: json } ]\n" : routes));
    return new ScratchConfig(new ConfigFile(path, Map.of(), List.of()));
  }

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(file.path());
  }
}
