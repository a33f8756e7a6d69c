package io.weir.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VulnerabilitiesTest {

  private static final String RANGE =
      """
      {"id": "GHSA-x", "aliases": ["CVE-2026-1"], "summary": "Reads too far", "affected": [{
        "package": {"ecosystem": "Maven", "name": "io.netty:netty-handler"},
        "ranges": [{"type": "ECOSYSTEM", "events": [
          {"introduced": "4.1.0.Final"}, {"fixed": "4.1.94.Final"},
          {"introduced": "4.2.0.Alpha1"}, {"last_affected": "4.2.9.Final"}]}],
        "versions": ["3.9.9"]}]}
      """;

  @TempDir Path folder;

  private static List<String> compare(String version, Path list) throws IOException {
    JsonNode library =
        new ObjectMapper()
            .createObjectNode()
            .put("group", "io.netty")
            .put("name", "netty-handler")
            .put("version", version);
    return new Vulnerabilities(List.of(library)).compare(list);
  }

  private Path list(String text) throws IOException {
    return Files.writeString(folder.resolve("list.json"), text);
  }

  @ParameterizedTest
  @CsvSource({
    "4.0.99.Final,  false",
    "4.1.0.CR1,     false",
    "4.1.0.Final,   true",
    "4.1.9.Final,   true",
    "4.1.93.Final,  true",
    "4.1.94.Final,  false",
    "4.1.100.Final, false",
    "4.2.0.Alpha1,  true",
    "4.2.0.Beta1,   true",
    "4.2.9.Final,   true",
    "4.2.10.Final,  false",
    "3.9.9,         true",
    "3.9.8,         false",
  })
  void aVersionIsComparedWithTheEdgesOfEachRange(String version, boolean found) throws IOException {
    assertThat(compare(version, list(RANGE))).hasSize(found ? 1 : 0);
  }

  @Test
  void aLineNamesTheLibraryTheEntryAndTheVersionThatRepairsIt() throws IOException {
    assertThat(compare("4.1.93.Final", list(RANGE)))
        .singleElement()
        .asString()
        .contains("io.netty:netty-handler ", "4.1.93.Final ", "GHSA-x CVE-2026-1")
        .contains("fixed in: 4.1.94", "Reads too far");
    assertThat(compare("4.2.9.Final", list(RANGE)))
        .singleElement()
        .asString()
        .contains("no version");
  }

  @Test
  void aRangeFromNullHoldsEveryVersion() throws IOException {
    String all = RANGE.replaceAll("\"events\": \\[[^]]*]", "\"events\": [{\"introduced\": \"0\"}]");
    assertThat(compare("0.0.1-alpha", list(all))).hasSize(1);
  }

  @Test
  void otherEcosystemsOtherLibrariesAndWithdrawnEntriesAreNotFound() throws IOException {
    String other = RANGE.replace("\"Maven\"", "\"npm\"");
    String near = RANGE.replace("netty-handler", "netty-handler-proxy");
    String withdrawn = RANGE.replace("\"aliases\"", "\"withdrawn\": \"2026-01-01\", \"aliases\"");
    assertThat(compare("4.1.50.Final", list("[%s,%s,%s]".formatted(other, near, withdrawn))))
        .isEmpty();
  }

  @Test
  void aZipAndAFolderAreReadAsOsvOffersThem() throws IOException {
    Path zip = folder.resolve("all.zip");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
      out.putNextEntry(new ZipEntry("GHSA-x.json"));
      out.write(RANGE.getBytes(StandardCharsets.UTF_8));
    }
    assertThat(compare("4.1.50.Final", zip)).hasSize(1);
    Path list = Files.createDirectory(folder.resolve("list"));
    Files.writeString(list.resolve("GHSA-x.json"), RANGE);
    assertThat(compare("4.1.50.Final", list)).hasSize(1);
  }

  @Test
  void aListWithoutEntriesOrOfAnotherFormatIsAnError() throws IOException {
    assertThatThrownBy(() -> compare("1", Files.createDirectory(folder.resolve("empty"))))
        .hasMessageContaining("no entry in the format of OSV");
    assertThatThrownBy(() -> compare("1", list("{\"bomFormat\": \"CycloneDX\"}")))
        .hasMessageContaining("list.json is no entry in the format of OSV");
  }
}
