package io.weir.gateway.mutants;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A wrong program, told apart from the right one by a few edits.
 *
 * @param name short, in small letters and hyphens
 * @param what what the wrong program does
 * @param edits to the sources of the gateway
 * @param killer the test that must fail on it
 */
record Sabotage(String name, String what, List<Edit> edits, NamedTest killer) {

  /**
   * The edited sources, by their path below {@code io/weir/gateway}.
   *
   * @param sources the right program
   * @throws IllegalArgumentException if an edit does not apply
   */
  Map<String, String> apply(Sources sources) {
    Map<String, String> edited = new TreeMap<>();
    for (Edit edit : edits) {
      String before = edited.getOrDefault(edit.file(), sources.text(edit.file()));
      edited.put(edit.file(), edit.apply(before));
    }
    return edited;
  }
}
