package io.weir.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LicencesTest {

  @TempDir Path folder;

  private Licences list(String text) throws IOException {
    return Licences.read(Files.writeString(folder.resolve("licences.txt"), text));
  }

  private static JsonNode library(String name, String licences) throws IOException {
    return new ObjectMapper()
        .readTree(
            "{\"group\": \"g\", \"name\": \"%s\", \"version\": \"1\", \"licenses\": [%s]}"
                .formatted(name, licences));
  }

  private static final String MIT = "{\"license\": {\"id\": \"MIT\"}}";
  private static final String GPL = "{\"license\": {\"id\": \"GPL-3.0-only\"}}";

  @Test
  void oneLicenceOfSeveralIsEnough() throws IOException {
    List<JsonNode> libraries =
        List.of(
            library("a", MIT),
            library("b", GPL + "," + MIT),
            library("c", "{\"expression\": \"(GPL-3.0-only OR MIT)\"}"));
    assertThatCode(() -> list("# ours\nallow MIT # short\n\n").check(libraries))
        .doesNotThrowAnyException();
  }

  @Test
  void whatIsNotAllowedIsNamedWithWhatToDo() throws IOException {
    List<JsonNode> libraries =
        List.of(
            library("a", MIT),
            library("copyleft", GPL),
            library("silent", ""),
            library("odd", "{\"license\": {\"name\": \"Our own\"}}"),
            library("both", "{\"expression\": \"MIT AND GPL-3.0-only\"}"));
    assertThatThrownBy(() -> list("allow MIT").check(libraries))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("g:copyleft 1: GPL-3.0-only\n")
        .hasMessageContaining("g:silent 1: no licence given\n")
        .hasMessageContaining("g:odd 1: Our own\n")
        .hasMessageContaining("g:both 1: MIT AND GPL-3.0-only\n")
        .hasMessageContaining("licences.txt:\n`allow LICENCE`")
        .hasMessageNotContaining("g:a ");
  }

  @Test
  void theListSaysWhatALibraryDoesNotSayAsSpdxDoes() throws IOException {
    Licences licences = list("allow MIT\nis g:silent MIT");
    JsonNode silent = library("silent", "");
    licences.correct(silent);
    assertThat(licences.of(silent)).containsExactly("MIT");
    licences.check(List.of(silent));
  }

  @Test
  void aLineThatMeansNothingIsNamed() {
    assertThatThrownBy(() -> list("allow MIT\nallow")).hasMessageContaining("licences.txt:2");
  }
}
