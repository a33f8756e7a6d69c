package io.weir.gateway.discover;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Words that say how good values are. */
final class Trust {

  private Trust() {}

  /** Keys of a route's quality, where all words are known; {@code null} else. */
  static @Nullable Map<String, Object> of(Fields.Field field, String from, List<String> remarks) {
    List<String> good = new ArrayList<>();
    List<String> uncertain = new ArrayList<>();
    List<String> bad = new ArrayList<>();
    for (String value : field.values) {
      String word = value.toLowerCase(Locale.ROOT);
      if (LongFormLook.GOOD.contains(word)) {
        good.add(value);
      } else if (LongFormLook.UNCERTAIN.contains(word)) {
        uncertain.add(value);
      } else if (LongFormLook.BAD.contains(word)) {
        bad.add(value);
      } else {
        return null;
      }
    }
    boolean isCode = field.values.stream().allMatch(each -> each.matches("[01]"));
    if (isCode && good.isEmpty()) {
      return null; // nothing tells what the one number means
    }
    if (isCode) {
      remarks.add(
          "'"
              + field.key
              + "' is taken for the quality, with 1 for good: see whether that is right");
    }
    Map<String, Object> quality = new LinkedHashMap<>();
    quality.put("from", from);
    put(quality, "good", good);
    put(quality, "uncertain", uncertain);
    put(quality, "bad", bad);
    return quality;
  }

  private static void put(Map<String, Object> quality, String key, List<String> words) {
    if (!words.isEmpty()) {
      quality.put(key, words);
    }
  }
}
