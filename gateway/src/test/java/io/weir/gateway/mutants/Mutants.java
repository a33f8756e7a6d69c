package io.weir.gateway.mutants;

import io.weir.gateway.mutants.Verdict.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Compiles every sabotage, runs its test on it, and prints one line each: killed or survived, the
 * sabotage, and the test. Ends with 1 if one survived or could not be judged. Arguments are names
 * of sabotages; without any, all of them run. Runs in the folder {@code gateway}.
 */
final class Mutants {

  private static final Path FOLDER = Path.of("target", "mutants");
  private static final int AT_ONCE = 2;

  private Mutants() {}

  public static void main(String[] names) throws Exception {
    List<Sabotage> sabotages =
        Sabotages.read().stream()
            .filter(each -> names.length == 0 || Arrays.asList(names).contains(each.name()))
            .toList();
    if (sabotages.isEmpty()) {
      throw new IllegalArgumentException("no sabotage is named " + String.join(" or ", names));
    }
    System.exit(run(sabotages) ? 0 : 1);
  }

  private static boolean run(List<Sabotage> sabotages)
      throws IOException, InterruptedException, ExecutionException {
    long begun = System.nanoTime();
    Files.createDirectories(FOLDER);
    String classpath = System.getProperty("java.class.path");
    Judge judge = new Judge(classpath, FOLDER);
    List<NamedTest> tests = sabotages.stream().map(Sabotage::killer).distinct().toList();
    Verdict right = judge.judgeRightProgram(tests);
    if (!right.is(Kind.SURVIVED)) {
      System.out.println(
          "A test fails on the right program, so it proves nothing: " + right.detail());
      return false;
    }
    int killed = 0;
    ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
    try (Mutant.Compiler compiler = new Mutant.Compiler(classpath, FOLDER)) {
      List<Future<Verdict>> verdicts =
          sabotages.stream()
              .map(each -> threads.submit(() -> tried(each, compiler, judge)))
              .toList();
      for (int i = 0; i < sabotages.size(); i++) {
        Verdict verdict = verdicts.get(i).get();
        print(sabotages.get(i), verdict);
        killed += verdict.is(Kind.KILLED) ? 1 : 0;
      }
    } finally {
      threads.shutdownNow();
    }
    long seconds = (System.nanoTime() - begun) / 1_000_000_000L;
    System.out.printf("%d of %d mutants killed, in %d s%n", killed, sabotages.size(), seconds);
    return killed == sabotages.size();
  }

  private static Verdict tried(Sabotage sabotage, Mutant.Compiler compiler, Judge judge)
      throws IOException, InterruptedException {
    Mutant mutant;
    try {
      synchronized (compiler) {
        mutant = compiler.compile(sabotage);
      }
    } catch (IllegalArgumentException e) {
      return new Verdict(Kind.UNDECIDED, String.valueOf(e.getMessage()));
    }
    return judge.judge(mutant);
  }

  private static void print(Sabotage sabotage, Verdict verdict) {
    System.out.printf(
        "%-9s  %-36s  %s%n",
        verdict.kind().name().toLowerCase(Locale.ROOT), sabotage.name(), sabotage.killer());
    if (verdict.is(Kind.SURVIVED)) {
      System.out.println("           " + sabotage.what());
    } else if (verdict.is(Kind.UNDECIDED)) {
      System.out.println("           " + verdict.detail());
    }
  }
}
