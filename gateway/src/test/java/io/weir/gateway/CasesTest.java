package io.weir.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.weir.gateway.intake.Explain;
import io.weir.gateway.normalize.Memory;
import io.weir.gateway.normalize.Types;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A report of a payload that went wrong becomes a {@link Case}. */
class CasesTest {

  private static final YAMLMapper YAML = new YAMLMapper();

  static List<String> cases() throws IOException {
    return Case.names();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void aPayloadBecomesWhatItsCaseSays(String name) throws Exception {
    Case given = Case.load(name);
    Explain explain = new Explain(List.of(given.route()), Types.load(new Memory()));
    for (Case.Arrival before : given.before()) {
      explain.text(null, before.topic(), before.payload(), before.retained(), given.receivedNs());
    }
    Case.Arrival arrival = given.arrival();
    String explanation =
        explain.text(
            null, arrival.topic(), arrival.payload(), arrival.retained(), given.receivedNs());

    assertThat(explanation).isEqualTo(given.expected());
  }

  @Test
  void everyPresetHasACaseInWhichItsOneLineGivesReadingsOfAMachine() throws IOException {
    Set<String> shown = new TreeSet<>();
    for (String name : Case.names()) {
      Case given = Case.load(name);
      // a device alone says no name; only its credentials do, and those stay with the broker
      boolean named = given.expected().contains("machine=") || given.preset().endsWith("-device");
      if (named && given.expected().contains(" -> telemetry")) {
        shown.add(given.preset());
      }
    }
    JsonNode schema = YAML.readTree(Path.of("../config/weir.schema.json").toFile());
    List<String> presets = new ArrayList<>();
    schema
        .at("/$defs/route/properties/preset/enum")
        .forEach(preset -> presets.add(preset.asText()));

    assertThat(shown).containsAll(presets).hasSizeGreaterThan(8);
  }
}
