package io.weir.gateway.mutants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.gateway.mutants.Verdict.Kind;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A wrong program is told from a right one, and from one that does not run at all. */
@Tag("server") // runs tests in processes of their own
@Tag("soak")
class MutantsTest {

  private static final String CLASSPATH = System.getProperty("java.class.path");
  private static final String LOCK = "if (lock == null) {";
  private static final NamedTest CURSORS =
      NamedTest.parse("AtomicFileTest#aCrashAtAnyVerbLeavesTheValueBeforeOrAfter");

  @TempDir Path folder;

  private Verdict verdict(Sabotage sabotage) throws Exception {
    try (Mutant.Compiler compiler = new Mutant.Compiler(CLASSPATH, folder)) {
      return new Judge(CLASSPATH, folder).judge(compiler.compile(sabotage));
    }
  }

  private static Sabotage sabotage(String file, String replace, String with) {
    return new Sabotage("wrong", "", List.of(new Edit(file, replace, with)), CURSORS);
  }

  @Test
  void aMutantThatTheTestNoticesIsKilled() throws Exception {
    Verdict verdict =
        verdict(sabotage("log/AtomicFile.java", "generation = next;", "generation = next + 1;"));
    assertThat(verdict.kind()).isEqualTo(Kind.KILLED);
    assertThat(verdict.detail()).startsWith("aCrashAtAnyVerb");
  }

  @Test
  void aMutantThatTheTestDoesNotNoticeSurvives() throws Exception {
    assertThat(verdict(sabotage("datadir/DataDirectory.java", LOCK, "if (path == null) {")).kind())
        .isEqualTo(Kind.SURVIVED);
  }

  @Test
  void aMutantWhoseClassesDoNotFitIsUndecided() throws Exception {
    String file = "log/AtomicFile.java";
    String call = "source.read();";
    Edit declared = new Edit(file, "public Optional<byte[]> read()", "public Object read()");
    Edit called = new Edit(file, call, "(Optional<byte[]>) " + call);
    Verdict verdict = verdict(new Sabotage("wrong", "", List.of(declared, called), CURSORS));
    assertThat(verdict.kind()).as(verdict.detail()).isEqualTo(Kind.UNDECIDED);
  }

  @Test
  void aSabotageThatDoesNotCompileIsAnError() {
    assertThatThrownBy(() -> verdict(sabotage("log/AtomicFile.java", "generation = next;", "no;")))
        .hasMessageContaining("does not compile");
  }

  @Test
  void aTestThatDoesNotExistDecidesNothing() throws Exception {
    Judge judge = new Judge(CLASSPATH, folder);
    assertThat(judge.judgeRightProgram(List.of(CURSORS)).kind()).isEqualTo(Kind.SURVIVED);
    assertThat(judge.judgeRightProgram(List.of(new NamedTest("AtomicFileTest", "none"))).kind())
        .isEqualTo(Kind.UNDECIDED);
  }
}
