package io.weir.gateway.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.log.Soak;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Each target for a moment: inputs of its own, and those that once failed, which are kept in {@code
 * fuzz/TARGET}. {@code make fuzz} goes on from there.
 */
@Tag("slow")
class FuzzTest {

  private static final Path KEPT = Path.of("src/test/resources/fuzz");

  /** Not the one of {@code make fuzz}. */
  private static final long SEED = 7;

  @ParameterizedTest
  @EnumSource
  void everyInputIsTakenAsPromised(Targets which) throws Exception {
    Set<String> kinds = new TreeSet<>();
    try (Quiet quiet = new Quiet();
        Target target = which.open()) {
      for (Path each : kept(which)) {
        run(target, Files.readAllBytes(each), each.toString());
      }
      for (int number = 0; number < Soak.count(which.inTests() / 15, which.inTests()); number++) {
        byte[] input = target.input(Fuzz.random(SEED, number));
        kinds.add(run(target, input, "input " + number));
      }
      target.check();
    }
    assertThat(kinds).as("the inputs differ in what becomes of them").hasSizeGreaterThan(3);
  }

  private static String run(Target target, byte[] input, String what) {
    try {
      return target.run(input);
    } catch (Exception | AssertionError e) {
      int shown = Math.min(input.length, 2_000);
      throw new AssertionError(
          "%s of %d bytes: %s"
              .formatted(what, input.length, HexFormat.of().formatHex(input, 0, shown)),
          e);
    }
  }

  private static List<Path> kept(Targets which) throws Exception {
    Path folder = KEPT.resolve(which.name());
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }
}
