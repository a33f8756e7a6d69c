package io.weir.gateway.normalize;

import java.util.ArrayList;
import java.util.List;

/** Relations between MQTT topic filters (MQTT 5.0, section 4.7). */
final class Filters {

  private Filters() {}

  /** Whether some topic matches both. */
  static boolean overlap(String a, String b) {
    String[] left = a.split("/", -1);
    String[] right = b.split("/", -1);
    if (left[0].startsWith("$") != right[0].startsWith("$")) {
      return false; // a wildcard at the front does not reach topics that begin with a dollar sign
    }
    int shared = Math.min(left.length, right.length);
    for (int i = 0; i < shared; i++) {
      if (left[i].equals("#") || right[i].equals("#")) {
        return true;
      }
      if (!left[i].equals(right[i]) && !left[i].equals("+") && !right[i].equals("+")) {
        return false;
      }
    }
    String[] longer = left.length > right.length ? left : right;
    return longer.length == shared || (longer.length == shared + 1 && longer[shared].equals("#"));
  }

  /** The smallest filter that lets in all that two overlapping ones let in. */
  static String common(String a, String b) {
    String[] left = a.split("/", -1);
    String[] right = b.split("/", -1);
    List<String> levels = new ArrayList<>();
    int shared = Math.min(left.length, right.length);
    for (int i = 0; i < shared; i++) {
      if (left[i].equals("#") || right[i].equals("#")) {
        levels.add("#");
        return String.join("/", levels);
      }
      levels.add(left[i].equals(right[i]) ? left[i] : "+");
    }
    if (left.length != right.length) {
      levels.add("#");
    }
    return String.join("/", levels);
  }
}
