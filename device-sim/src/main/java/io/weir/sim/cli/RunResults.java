package io.weir.sim.cli;

import io.weir.sim.expected.ExpectedFigures;
import io.weir.sim.plant.MachineSample;
import io.weir.sim.plant.Truth;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The files that a run writes if the user asks for them: the truth and the expected figures. They
 * are written when the run starts, so that a wrong path is reported at once, then every minute, and
 * at the end.
 *
 * <p>Mutable; one thread.
 */
final class RunResults {

  private final List<ResultFile> files = new ArrayList<>();

  /** Null if not asked for, since they grow with the time played. */
  private @Nullable ExpectedFigures figures;

  void addTruth(Path file, Truth truth) {
    files.add(new ResultFile("--truth", file, out -> out.write(truth.json())));
  }

  void addFigures(Path file, ExpectedFigures expected) {
    figures = expected;
    files.add(new ResultFile("--figures", file, expected::write));
  }

  /** A message was delivered; see {@link ExpectedFigures#receive}. */
  void receive(long timestamp, MachineSample counted) {
    if (figures != null) {
      figures.receive(timestamp, counted);
    }
  }

  /**
   * Writes the files for the first time.
   *
   * @throws UserError if one cannot be written
   */
  void writeFirst() {
    try {
      write();
    } catch (IOException e) {
      throw new UserError(String.valueOf(e.getMessage()));
    }
  }

  /** Writes the files while the run goes on; a full disk must not end it. */
  void writeSoFar(Console console) {
    try {
      write();
    } catch (IOException e) {
      console.note(e.getMessage() + "; trying again in a minute");
    }
  }

  /** Writes the files for the last time. */
  void writeLast() throws IOException {
    if (figures != null) {
      figures.end();
    }
    write();
  }

  private void write() throws IOException {
    for (ResultFile file : files) {
      file.write();
    }
  }
}
