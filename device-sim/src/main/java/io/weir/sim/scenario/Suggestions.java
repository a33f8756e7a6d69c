package io.weir.sim.scenario;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/** Suggestions for misspelled words. */
public final class Suggestions {

  private Suggestions() {}

  /** {@code ; did you mean "x"?}, or the list of known words if none is similar. */
  public static String suggest(String word, Collection<String> known) {
    return known.stream()
        .min(Comparator.comparingInt(each -> distance(word, each)))
        .filter(each -> distance(word, each) <= 1 + word.length() / 3)
        .map(each -> "; did you mean \"" + each + "\"?")
        .orElse("; known: " + String.join(", ", known));
  }

  /** The Levenshtein distance: characters to insert, delete or replace. */
  private static int distance(String one, String other) {
    String a = one.toLowerCase(Locale.ROOT);
    String b = other.toLowerCase(Locale.ROOT);
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replace = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replace, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
