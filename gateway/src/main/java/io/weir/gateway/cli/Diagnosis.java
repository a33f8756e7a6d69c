package io.weir.gateway.cli;

import java.io.PrintStream;

/** What the doctor found, printed as it is found. Counts what is wrong. */
final class Diagnosis {

  private final PrintStream out;
  private int wrong;
  private int notes;

  Diagnosis(PrintStream out) {
    this.out = out;
  }

  /** All is as it should be. */
  void ok(String subject, String text) {
    print("ok", subject, text);
  }

  /** It works; a person may want to know or to change something. */
  void note(String subject, String text, String advice) {
    notes++;
    print("note", subject, text);
    advise(advice);
  }

  /** It does not work, or it loses data one day. */
  void wrong(String subject, String text, String advice) {
    wrong++;
    print("WRONG", subject, text);
    advise(advice);
  }

  private void print(String verdict, String subject, String text) {
    out.printf("%-6s %-18s %s%n", verdict, subject, text);
  }

  private void advise(String advice) {
    if (!advice.isEmpty()) {
      out.printf("%26s-> %s%n", "", advice);
    }
  }

  int wrong() {
    return wrong;
  }

  int notes() {
    return notes;
  }
}
