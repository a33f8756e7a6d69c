package io.weir.gateway.efficiency;

import java.util.ArrayList;
import java.util.List;

/**
 * Numbers for the words of a machine: reasons, state words, products. Bounded: once full, or where
 * all machines have too many, new words are {@link #OTHER}.
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

  private final FoldMemory memory;
  private final int bytesOfOne;
  private final List<String> words = new ArrayList<>(0);
  private long bytes;

  /**
   * @param bytesOfOne what a word takes beside its characters
   */
  Symbols(FoldMemory memory, int bytesOfOne) {
    this.memory = memory;
    this.bytesOfOne = bytesOfOne;
  }

  /** The number of a word, which is added if it is new; "" is {@link #NONE}. */
  int of(String word) {
    String cut = word.length() > LONGEST ? word.substring(0, LONGEST) : word;
    int reserved = RESERVED.indexOf(cut);
    if (reserved >= 0) {
      return reserved;
    }
    int known = words.indexOf(cut);
    if (known < 0 && words.size() < LIMIT && memory.takesWord(bytesOf(cut))) {
      words.add(cut);
      take(bytesOf(cut));
      known = words.size() - 1;
    }
    return known < 0 ? OTHER : RESERVED.size() + known;
  }

  String word(int symbol) {
    return symbol < RESERVED.size() ? RESERVED.get(symbol) : words.get(symbol - RESERVED.size());
  }

  private long bytesOf(String word) {
    return bytesOfOne + 2L * word.length();
  }

  private void take(long more) {
    bytes += more;
    memory.word(more);
  }

  /** The machine is forgotten. */
  void release() {
    take(-bytes);
  }

  void exchange(StateCodec codec) {
    codec.all(words, () -> "", codec::name);
    take(words.stream().mapToLong(this::bytesOf).sum() - bytes);
  }
}
