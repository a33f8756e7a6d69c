package io.weir.gateway.efficiency;

import java.util.ArrayList;
import java.util.List;

/**
 * The states as rows of {@code machine_state} show them: what a person said of several states of
 * the machine is one part, and each of them keeps the machine's own reason.
 */
final class StateParts {

  private StateParts() {}

  /**
   * @param shown with corrections
   * @param told the same time without
   */
  @SuppressWarnings("ReferenceEquality") // without corrections they are one list
  static List<Shown> of(List<Shown> shown, List<Shown> told) {
    if (shown == told) {
      return shown;
    }
    List<Shown> parts = new ArrayList<>(told.size());
    int i = 0;
    for (Shown part : shown) {
      while (i + 1 < told.size() && told.get(i).end() <= part.start()) {
        i++;
      }
      long from = part.start();
      String reason = told.get(i).machineReason();
      while (i + 1 < told.size() && told.get(i).end() < part.end()) {
        long end = told.get(i).end();
        i++;
        if (!told.get(i).machineReason().equals(reason)) {
          parts.add(part.within(from, end, reason));
          from = end;
          reason = told.get(i).machineReason();
        }
      }
      parts.add(part.within(from, part.end(), reason));
    }
    return parts;
  }
}
