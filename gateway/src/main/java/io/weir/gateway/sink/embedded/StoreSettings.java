package io.weir.gateway.sink.embedded;

import io.weir.gateway.config.Secret;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How QuestDB is to run. Handed to its process over a pipe, so that no secret stands in a file, in
 * arguments or in the environment.
 *
 * @param root its folder, made if absent
 * @param pgPort its PostgreSQL port on loopback, where there is a password
 */
record StoreSettings(Path root, StoreTokens tokens, int pgPort, @Nullable Secret pgPassword) {

  static StoreSettings of(EmbeddedConfig config, Path root) {
    boolean postgres = config.pgPassword() != null && config.pgPort() != 0;
    return new StoreSettings(
        root.toAbsolutePath(),
        StoreTokens.random(),
        postgres ? config.pgPort() : 0,
        postgres ? config.pgPassword() : null);
  }

  static StoreSettings read(Frame frame) throws IOException {
    Path root = Path.of(frame.text());
    StoreTokens tokens = new StoreTokens(new Secret(frame.text()), new Secret(frame.text()));
    int pgPort = frame.number();
    return new StoreSettings(root, tokens, pgPort, pgPort == 0 ? null : new Secret(frame.text()));
  }

  Frame toFrame() throws IOException {
    Frame frame =
        new Frame()
            .put(root.toString())
            .put(tokens.writer().value())
            .put(tokens.reader().value())
            .put(pgPort);
    return pgPassword == null ? frame : frame.put(pgPassword.value());
  }
}
