package io.weir.gateway.cli;

import io.weir.gateway.log.LogReader;
import io.weir.gateway.log.Missing;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * What passes over a log could not read of what was asked for. Each command that reads a log says
 * it, and fails then.
 */
final class LeftOut {

  private final String unit;
  private final Set<Path> files = new LinkedHashSet<>();
  private long damaged;
  private long deleted;
  private boolean isExact = true;
  private boolean isAny;

  private LeftOut(String unit) {
    this.unit = unit;
  }

  /** Of a log whose units are readings. */
  static LeftOut ofReadings() {
    return new LeftOut("reading");
  }

  /** Of a log of which a user knows the records. */
  static LeftOut ofRecords() {
    return new LeftOut("record");
  }

  /**
   * Adds what a pass did not find, up to where it is.
   *
   * @param span that was asked for
   */
  void add(LogReader pass, LogSpan span) {
    for (Missing each : pass.missing()) {
      Path file = each.file();
      if (file != null && span.meets(each)) {
        files.add(file);
      } else if (span.meets(each)) {
        isAny = true;
        isExact &= each.isExact();
        long count = unit.equals("reading") ? each.units() : each.to() - each.from();
        damaged += each.isDeleted() ? 0 : count;
        deleted += each.isDeleted() ? count : 0;
      }
    }
  }

  /** Whether all was read. */
  boolean isNothing() {
    return files.isEmpty() && !isAny;
  }

  /** The exit code of a command that has done the rest. */
  int exit() {
    return isNothing() ? Program.DONE : Program.FAILED;
  }

  /**
   * Prints a line for each kind of it.
   *
   * @param what what did not happen to it, such as "not exported"
   */
  void print(Terminal terminal, String what) {
    for (Path file : files) {
      terminal.err().println(what + ": " + file + ", whose header cannot be read");
    }
    if (isAny && (damaged > 0 || deleted == 0)) {
      terminal
          .err()
          .printf(
              "%s: %s%s that %s damaged; weir buffer verify says where%n",
              what,
              isExact ? "" : "at least ",
              DiscoverReport.count(damaged, unit),
              damaged == 1 ? "is" : "are");
    }
    if (deleted > 0) {
      terminal
          .err()
          .printf(
              "%s: %s whose file the gateway deleted meanwhile%n",
              what, DiscoverReport.count(deleted, unit));
    }
  }
}
