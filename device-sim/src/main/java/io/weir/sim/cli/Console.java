package io.weir.sim.cli;

import java.io.PrintWriter;

/** Where a command speaks: results on out, everything else on err. */
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
