package io.weir.gateway.efficiency;

import java.util.ArrayList;
import java.util.List;

/**
 * Numbers for the words of a machine: reasons, state words, products. Bounded: once full, new words
 * are {@link #OTHER}.
 */
final class Symbols {

  static final int NONE = 0;
  static final int OTHER = 1;
  static final int SILENT = 2;
  static final int NO_STATE = 3;

  static final String OTHER_WORD = "other";
  private static final List<String> RESERVED = List.of("", OTHER_WORD, "silent", "no-state");

  /** Words kept by one machine. */
  static final int LIMIT = 200;

  private static final int LONGEST = 128;

  private final List<String> words = new ArrayList<>(0);

  /** The number of a word, which is added if it is new; "" is {@link #NONE}. */
  int of(String word) {
    String cut = word.length() > LONGEST ? word.substring(0, LONGEST) : word;
    int reserved = RESERVED.indexOf(cut);
    if (reserved >= 0) {
      return reserved;
    }
    int known = words.indexOf(cut);
    if (known < 0 && words.size() < LIMIT) {
      words.add(cut);
      known = words.size() - 1;
    }
    return known < 0 ? OTHER : RESERVED.size() + known;
  }

  String word(int symbol) {
    return symbol < RESERVED.size() ? RESERVED.get(symbol) : words.get(symbol - RESERVED.size());
  }

  void exchange(StateCodec codec) {
    codec.all(words, () -> "", codec::name);
  }
}
