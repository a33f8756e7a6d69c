package io.weir.gateway.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a test says whose part is missing. */
@Tag("server")
class BroughtTest {

  private static Brought of(Optional<Path> program) {
    return new Brought("Storage", "NOBODY_SETS_THIS", () -> program, "scripts/storage builds it");
  }

  @Test
  void aTestWhosePartIsMissingFailsAndSaysHowToGetIt() {
    assertThatThrownBy(of(Optional.empty())::orFail)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("Storage: scripts/storage builds it")
        .hasMessageContaining("NOBODY_SETS_THIS=none");
    assertThat(of(Optional.empty()).missing()).hasValue("scripts/storage builds it");
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    assertThat(of(Optional.of(java)).orFail()).isEqualTo(java);
  }
}
