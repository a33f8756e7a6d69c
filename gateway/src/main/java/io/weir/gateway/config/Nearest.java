package io.weir.gateway.config;

import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What the user probably meant. */
public final class Nearest {

  private Nearest() {}

  /**
   * "did you mean 'x'?" for the candidate closest to the word, or {@code null} if none is close.
   */
  public static @Nullable String suggest(String word, Collection<String> candidates) {
    String nearest = of(word, candidates);
    return nearest == null ? null : "did you mean '" + nearest + "'?";
  }

  /** The candidate within a third of the word's length in edits, or {@code null}. */
  public static @Nullable String of(String word, Collection<String> candidates) {
    if (word.length() > 100) {
      return null;
    }
    String plain = plain(word);
    String nearest = null;
    int best = Math.max(1, plain.length() / 3) + 1;
    for (String candidate : candidates) {
      int distance = distance(plain, plain(candidate));
      if (distance < best) {
        best = distance;
        nearest = candidate;
      }
    }
    return nearest;
  }

  private static String plain(String word) {
    return word.toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * Insertions, deletions, replacements and swaps of neighbours that lead from one to the other.
   */
  public static int distance(String a, String b) {
    int[][] edits = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          edits[i][j] = i + j;
          continue;
        }
        int replaced = edits[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        edits[i][j] = Math.min(replaced, 1 + Math.min(edits[i - 1][j], edits[i][j - 1]));
        boolean swapped =
            i > 1
                && j > 1
                && a.charAt(i - 1) == b.charAt(j - 2)
                && a.charAt(i - 2) == b.charAt(j - 1);
        if (swapped) {
          edits[i][j] = Math.min(edits[i][j], 1 + edits[i - 2][j - 2]);
        }
      }
    }
    return edits[a.length()][b.length()];
  }
}
