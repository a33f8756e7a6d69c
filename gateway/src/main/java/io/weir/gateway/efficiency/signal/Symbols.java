package io.weir.gateway.efficiency.signal;

import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.codec.StateCodec;
import io.weir.gateway.efficiency.codec.StateDecoder;
import io.weir.gateway.efficiency.codec.StateFormat;
import io.weir.gateway.efficiency.config.Print;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Numbers for the words of a machine: reasons, state words, products. Bounded by time, not for
 * life: where there is no room for a new word, those that were told least recently leave, apart
 * from those that are still in use. Where all are in use, a new word is {@link #OTHER}.
 *
 * <p>A number below 0 stands for a state word that is not mapped: see {@link #unmapped}.
 *
 * <p>Mutable; belongs to its {@code MachineFold}.
 */
public final class Symbols {

  public static final int NONE = 0;
  static final int OTHER = 1;
  public static final int SILENT = 2;
  public static final int NO_STATE = 3;

  public static final String OTHER_WORD = "other";
  public static final String SILENT_WORD = "silent";
  private static final List<String> RESERVED = List.of("", OTHER_WORD, SILENT_WORD, "no-state");
  private static final String UNMAPPED = "unmapped:";

  /** Words kept by one machine. */
  public static final int LIMIT = 200;

  /** What a word takes of the heap beside its characters. */
  private static final int WORD_BYTES = 56;

  /** Words that leave together: to find out which are in use takes long. */
  private static final int LEAVE_AT_ONCE = LIMIT / 4;

  /** Characters of a word. */
  private static final int LONGEST = 128;

  /** Between the beginning of a longer word and its number. */
  private static final String CUT = "…";

  private final FoldMemory memory;
  private final int bytesBeside;
  private final Consumer<BitSet> markUsed;

  /** {@code null} where a word has left. */
  private final List<@Nullable String> words = new ArrayList<>(0);

  /** When each word was told last, in minutes since the epoch. */
  private long[] told = {};

  private int count;
  private long bytes;

  /** How often words have left. */
  private int turns;

  /** No word could leave since {@link #someMayLeave} was called last. */
  private boolean full;

  /**
   * @param bytesBeside what is kept for a word beside it
   * @param markUsed marks the numbers that are in use with {@link #mark}
   */
  Symbols(FoldMemory memory, int bytesBeside, Consumer<BitSet> markUsed) {
    this.memory = memory;
    this.bytesBeside = bytesBeside;
    this.markUsed = markUsed;
  }

  /** The number of a word that is told at an instant; "" is {@link #NONE}. */
  public int of(String word, long instant) {
    String cut = cut(word);
    int reserved = RESERVED.indexOf(cut);
    if (reserved >= 0) {
      return reserved;
    }
    int known = words.indexOf(cut);
    if (known < 0 && (hasRoom(cut) || makeRoom() && hasRoom(cut))) {
      known = add(cut);
    }
    if (known < 0) {
      return OTHER;
    }
    tell(RESERVED.size() + known, instant);
    return RESERVED.size() + known;
  }

  /**
   * A long word has a number of its own at its end, so that it is no other one that begins alike.
   */
  private static String cut(String word) {
    if (word.length() <= LONGEST) {
      return word;
    }
    String own = HexFormat.of().toHexDigits(Print.of(word));
    int end = LONGEST - CUT.length() - own.length();
    end -= Character.isHighSurrogate(word.charAt(end - 1)) ? 1 : 0;
    return word.substring(0, end) + CUT + own;
  }

  /** A known word is told again. */
  void tell(int symbol, long instant) {
    int at = symbol - RESERVED.size();
    if (at >= 0) {
      told[at] = Math.max(told[at], Math.floorDiv(instant, ShiftCalendar.MINUTE));
    }
  }

  private boolean hasRoom(String word) {
    return count < LIMIT && memory.takesWord(bytesOf(word));
  }

  private int add(String word) {
    int at = words.indexOf(null);
    if (at < 0) {
      at = words.size();
      words.add(word);
      told = at < told.length ? told : Arrays.copyOf(told, Math.max(8, 2 * at));
    } else {
      words.set(at, word);
    }
    told[at] = Long.MIN_VALUE;
    count++;
    take(bytesOf(word));
    return at;
  }

  private boolean makeRoom() {
    if (full) {
      return false;
    }
    BitSet used = new BitSet();
    markUsed.accept(used);
    int[] leaving =
        IntStream.range(0, words.size())
            .filter(at -> words.get(at) != null && !used.get(RESERVED.size() + at))
            .boxed()
            .sorted(Comparator.comparingLong(at -> told[at]))
            .limit(LEAVE_AT_ONCE)
            .mapToInt(at -> at)
            .toArray();
    for (int at : leaving) {
      String word = words.set(at, null);
      take(word == null ? 0 : -bytesOf(word));
      count--;
    }
    full = leaving.length == 0;
    turns += full ? 0 : 1;
    return !full;
  }

  /** Words may be out of use that were in use before. */
  void someMayLeave() {
    full = false;
  }

  /** Changes when words leave, so that a number may have a new meaning. */
  public int turns() {
    return turns;
  }

  public String word(int symbol) {
    if (symbol < 0) {
      return UNMAPPED + word(plain(symbol));
    }
    String word =
        symbol < RESERVED.size() ? RESERVED.get(symbol) : words.get(symbol - RESERVED.size());
    if (word == null) {
      throw new IllegalStateException("word " + symbol + " has left while it was in use");
    }
    return word;
  }

  /** The numbers of all words that are known. */
  List<Integer> known() {
    return IntStream.range(0, words.size())
        .filter(at -> words.get(at) != null)
        .mapToObj(at -> RESERVED.size() + at)
        .toList();
  }

  /** The reason of a state whose word is not mapped. */
  static int unmapped(int symbol) {
    return -1 - symbol;
  }

  private static int plain(int symbol) {
    return symbol < 0 ? -1 - symbol : symbol;
  }

  public static void mark(BitSet used, int symbol) {
    used.set(plain(symbol));
  }

  private long bytesOf(String word) {
    return bytesBeside + WORD_BYTES + 2L * word.length();
  }

  private void take(long more) {
    bytes += more;
    memory.word(more);
  }

  /** The machine is forgotten. */
  void release() {
    take(-bytes);
  }

  public void exchange(StateCodec codec) {
    List<String> read = new ArrayList<>();
    words.forEach(word -> read.add(word == null ? "" : word));
    List<String> exchanged = codec instanceof StateDecoder ? new ArrayList<>() : read;
    codec.all(exchanged, () -> "", codec::name);
    if (codec instanceof StateDecoder) {
      words.clear();
      exchanged.forEach(word -> words.add(word.isEmpty() ? null : word));
      told = new long[words.size()];
      count = (int) exchanged.stream().filter(word -> !word.isEmpty()).count();
    }
    if (codec.has(StateFormat.RAW_WORDS)) {
      long before = 0;
      for (int at = 0; at < words.size(); at++) {
        told[at] = before + codec.number(told[at] - before);
        before = told[at];
      }
    }
    take(words.stream().filter(word -> word != null).mapToLong(this::bytesOf).sum() - bytes);
  }

  /**
   * The numbers of now by those of a state that had a word of its own, {@code unmapped:WORD}, for
   * each word that was not mapped.
   */
  int[] withoutUnmapped() {
    int[] now = new int[RESERVED.size() + words.size()];
    full = true; // what is in use is not known before the rest of the state is read
    for (int symbol = 0; symbol < now.length; symbol++) {
      String word = word(symbol);
      now[symbol] =
          word.startsWith(UNMAPPED) ? unmapped(of(word.substring(UNMAPPED.length()), 0)) : symbol;
    }
    full = false;
    return now;
  }
}
