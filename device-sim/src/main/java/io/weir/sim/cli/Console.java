package io.weir.sim.cli;

import java.io.PrintWriter;

/** The output of a command: results on out, everything else on err; and the signal to stop. */
public record Console(PrintWriter out, PrintWriter err, StopSignal stop) {

  void note(String text) {
    err.println("weir-sim: " + text);
    err.flush();
  }

  void result(String text) {
    out.println(text);
    out.flush();
  }
}
