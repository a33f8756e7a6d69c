package io.weir.sim.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultFileTest {

  @TempDir Path folder;

  @Test
  void aFileIsReplacedCompletely() throws Exception {
    Path file = folder.resolve("truth.json");
    new ResultFile("--truth", file, out -> out.write("a long first one")).write();
    new ResultFile("--truth", file, out -> out.write("second")).write();
    assertThat(Files.readString(file)).isEqualTo("second");
    assertThat(folder).isDirectoryNotContaining("glob:**.new");
  }

  @Test
  void aFailedWriteKeepsTheOldContentAndLeavesNoOtherFile() throws Exception {
    Path file = Files.writeString(folder.resolve("truth.json"), "first");
    ResultFile full =
        new ResultFile(
            "--truth",
            file,
            out -> {
              out.write("half of it");
              out.flush();
              throw new IOException("No space left on device");
            });
    assertThatThrownBy(full::write)
        .hasMessage("--truth: cannot write " + file + ": No space left on device");
    assertThat(Files.readString(file)).isEqualTo("first");
    assertThat(folder).isDirectoryNotContaining("glob:**.new");
  }

  @Test
  void aFolderOrAMissingFolderIsReported() {
    assertThatThrownBy(new ResultFile("--truth", folder, out -> {})::write)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("a directory");
    Path nowhere = folder.resolve("no/such/t.json");
    assertThatThrownBy(new ResultFile("--truth", nowhere, out -> {})::write)
        .hasMessage("--truth: cannot write " + nowhere + ": its folder does not exist");
  }

  @Test
  void aFileInPlaceOfTheFolderIsReported() throws Exception {
    Path below = Files.writeString(folder.resolve("a.txt"), "").resolve("t.json");
    assertThatThrownBy(new ResultFile("--truth", below, out -> {})::write)
        .hasMessage("--truth: cannot write " + below + ": Not a directory");
  }
}
