package io.weir.gateway.admin;

import java.util.ArrayList;
import java.util.List;

/**
 * What differs between two texts, line by line: each begins with a minus where it goes, a plus
 * where it comes, and a blank where it stays. Of what stays there are {@link #AROUND} lines around
 * each difference; an ellipsis stands for others.
 */
final class LineDiff {

  private static final int AROUND = 3;
  private static final String MORE = " …";

  /**
   * Beyond this many pairs of lines, all of one side is taken to go and all of the other to come.
   */
  private static final long MOST_PAIRS = 4_000_000;

  private LineDiff() {}

  /** Empty where they are equal. */
  static List<String> of(String before, String after) {
    List<String> was = before.lines().toList();
    List<String> is = after.lines().toList();
    int head = 0;
    while (head < was.size() && head < is.size() && was.get(head).equals(is.get(head))) {
      head++;
    }
    int tail = 0;
    while (tail < was.size() - head
        && tail < is.size() - head
        && was.get(was.size() - 1 - tail).equals(is.get(is.size() - 1 - tail))) {
      tail++;
    }
    List<String> all = new ArrayList<>();
    was.subList(0, head).forEach(line -> all.add(" " + line));
    middle(was.subList(head, was.size() - tail), is.subList(head, is.size() - tail), all);
    was.subList(was.size() - tail, was.size()).forEach(line -> all.add(" " + line));
    return around(all);
  }

  private static void middle(List<String> was, List<String> is, List<String> all) {
    int rows = was.size();
    int columns = is.size();
    if ((long) rows * columns > MOST_PAIRS) {
      was.forEach(line -> all.add("-" + line));
      is.forEach(line -> all.add("+" + line));
      return;
    }
    // How many lines can stay of what is left of both, from each pair on.
    int[][] common = new int[rows + 1][columns + 1];
    for (int i = rows - 1; i >= 0; i--) {
      for (int j = columns - 1; j >= 0; j--) {
        common[i][j] =
            was.get(i).equals(is.get(j))
                ? common[i + 1][j + 1] + 1
                : Math.max(common[i + 1][j], common[i][j + 1]);
      }
    }
    int i = 0;
    int j = 0;
    while (i < rows || j < columns) {
      if (i < rows && j < columns && was.get(i).equals(is.get(j))) {
        all.add(" " + was.get(i));
        i++;
        j++;
      } else if (j == columns || (i < rows && common[i + 1][j] >= common[i][j + 1])) {
        all.add("-" + was.get(i++));
      } else {
        all.add("+" + is.get(j++));
      }
    }
  }

  private static List<String> around(List<String> all) {
    List<String> shown = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      boolean isNear = false;
      for (int j = Math.max(0, i - AROUND); j <= i + AROUND && j < all.size() && !isNear; j++) {
        isNear = all.get(j).charAt(0) != ' ';
      }
      if (isNear) {
        shown.add(all.get(i));
      } else if (!shown.isEmpty() && !shown.get(shown.size() - 1).equals(MORE)) {
        shown.add(MORE);
      }
    }
    if (!shown.isEmpty() && shown.get(shown.size() - 1).equals(MORE)) {
      shown.remove(shown.size() - 1);
    }
    return shown;
  }
}
