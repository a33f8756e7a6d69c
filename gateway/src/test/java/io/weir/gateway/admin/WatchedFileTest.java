package io.weir.gateway.admin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whose changes of a file of the configuration are noticed. */
class WatchedFileTest {

  @TempDir Path folder;

  private Path path;
  private WatchedFile watched;

  @BeforeEach
  void watch() throws IOException {
    path = Files.writeString(folder.resolve("site.yaml"), "a");
    watched = new WatchedFile(path);
  }

  private boolean changed() {
    watched.changed(); // it must be the same twice
    return watched.changed();
  }

  @Test
  void whatSomebodyWritesIsNoticedOnce() throws IOException {
    Files.writeString(path, "b");
    assertThat(changed()).isTrue();
    assertThat(changed()).isFalse();
  }

  @Test
  void whatTheGatewayWritesItselfIsNoChange() throws IOException {
    Files.writeString(path, "b");
    watched.know("b".getBytes(UTF_8));
    assertThat(changed()).isFalse();
  }

  @Test
  void whatSomebodyWritesOverThatIsOne() throws IOException {
    watched.know("b".getBytes(UTF_8));
    Files.writeString(path, "c");
    assertThat(changed()).isTrue();
  }
}
