package io.weir.gateway.mutants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every sabotage applies to the sources as they are, and names a test that exists. */
class SabotagesTest {

  private static final String SOURCE =
      """
      void append() {
        handle.write(records,
            position);
        handle.force();
        force = true;
      }
      """;

  private static Edit edit(String replace, String with) {
    return new Edit("log/Tail.java", replace, with);
  }

  @Test
  void everySabotageAppliesToTheSources() throws IOException {
    Sources sources = new Sources();
    List<String> stale = new ArrayList<>();
    for (Sabotage each : Sabotages.read()) {
      try {
        each.apply(sources);
      } catch (IllegalArgumentException e) {
        stale.add(each.name() + ": " + e.getMessage());
      }
    }
    assertThat(stale).as("of sabotages.yaml; write what the code says now").isEmpty();
  }

  @Test
  void everySabotageNamesATestThatExists() throws Exception {
    List<Sabotage> sabotages = Sabotages.read();
    assertThat(sabotages).hasSizeGreaterThan(20);
    for (Sabotage each : sabotages) {
      Class<?> type = Class.forName(each.killer().className(), false, getClass().getClassLoader());
      assertThat(TestRun.method(type, each.killer().method())).isNotNull();
    }
  }

  @Test
  void aPieceIsFoundHoweverItIsBrokenIntoLines() {
    assertThat(edit("handle.write(records, position);\n  handle.force();", "").apply(SOURCE))
        .doesNotContain("write")
        .doesNotContain("force()")
        .contains("force = true;");
    assertThat(edit("void   append()", "long append()").apply(SOURCE)).contains("long append() {");
  }

  @Test
  void aPieceThatIsNotThereOrNotOnceIsAnError() {
    assertThatThrownBy(() -> edit("handle.flush();", "").apply(SOURCE))
        .hasMessageContaining("does not contain: handle.flush();");
    assertThatThrownBy(() -> edit("handle", "file").apply(SOURCE))
        .hasMessageContaining("contains more than once");
    assertThatThrownBy(() -> edit("andle.force();", "").apply(SOURCE))
        .as("the end of a longer word")
        .hasMessageContaining("does not contain");
    assertThatThrownBy(() -> edit("handle.force();", "handle.force();").apply(SOURCE))
        .hasMessageContaining("is not changed");
  }
}
