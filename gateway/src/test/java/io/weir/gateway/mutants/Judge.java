package io.weir.gateway.mutants;

import io.weir.gateway.mutants.Verdict.Kind;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs tests on a program, right or wrong, each time in a process of its own. */
final class Judge {

  /** For one test; it only limits one that does not end. */
  private static final Duration LONGEST = Duration.ofMinutes(5);

  /** For all tests, one after the other. */
  private static final Duration LONGEST_OF_ALL = Duration.ofMinutes(20);

  private final String classpath;
  private final Path folder;

  /**
   * @param classpath of the right program and its tests
   * @param folder for verdicts and what the tests print
   */
  Judge(String classpath, Path folder) {
    this.classpath = classpath;
    this.folder = folder;
  }

  /** What the named test says of a mutant. */
  Verdict judge(Mutant mutant) throws IOException, InterruptedException {
    Sabotage sabotage = mutant.sabotage();
    return run(
        sabotage.name(),
        mutant.classes().toAbsolutePath() + File.pathSeparator + classpath,
        List.of(sabotage.killer()),
        LONGEST);
  }

  /** What tests say of the right program; they must all pass. */
  Verdict judgeRightProgram(List<NamedTest> tests) throws IOException, InterruptedException {
    return run("right-program", classpath, tests, LONGEST_OF_ALL);
  }

  private Verdict run(String name, String classpath, List<NamedTest> tests, Duration longest)
      throws IOException, InterruptedException {
    Path verdict = folder.resolve(name + ".verdict");
    Files.deleteIfExists(verdict);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx1g",
            "-Xshare:auto",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Djava.awt.headless=true",
            "-Dweir.test.process=" + name,
            "-Dweir.test.mutant=true",
            "-Dweir.seeds=all", // what kills a mutant may be beyond the seeds of make test
            "--add-exports=java.base/jdk.internal.math=ALL-UNNAMED",
            "--add-exports=java.base/jdk.internal.vm=ALL-UNNAMED",
            "-cp",
            classpath,
            TestRun.class.getName(),
            verdict.toString()));
    for (NamedTest test : tests) {
      command.add(test.className() + "#" + test.method());
    }
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve(name + ".log").toFile())
            .start();
    if (!process.waitFor(longest.toSeconds(), TimeUnit.SECONDS)) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly().waitFor();
      return new Verdict(Kind.UNDECIDED, "no end after " + longest.toMinutes() + " minutes");
    }
    return Files.exists(verdict)
        ? Verdict.parse(Files.readString(verdict))
        : new Verdict(Kind.UNDECIDED, "the process ended with " + process.exitValue());
  }
}
