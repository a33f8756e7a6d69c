package io.weir.gateway.live;

import java.util.ArrayList;
import java.util.List;

/**
 * When a signal of texts or truth values changed. Times are milliseconds since the epoch.
 *
 * <p>Mutable; belongs to its {@link SignalMemory}.
 */
final class TextHistory {

  /** Bytes of a change beside its characters, about. */
  private static final int CHANGE_BYTES = 96;

  private static final long NONE = Long.MIN_VALUE;

  private final List<SignalList.Change> changes = new ArrayList<>(2);
  private long newestMs = NONE;

  /** The word of the last change, here so that the same again reads nothing else. */
  private String newestWord = "";

  private long bytes;

  long newestMs() {
    return newestMs;
  }

  /** Adds a value of any time; above this many bytes the oldest is dropped. */
  void put(long ms, String word, long mostBytes) {
    if (ms < newestMs) {
      add(ms, word);
      add(newestMs, newestWord); // which need not be when it changed
    } else if (newestMs != NONE && word.equals(newestWord)) {
      newestMs = ms;
      return;
    } else {
      newestMs = ms;
      newestWord = word;
      add(ms, word);
    }
    trim(mostBytes);
  }

  private void add(long ms, String word) {
    int at = changes.size();
    while (at > 0 && changes.get(at - 1).ms() > ms) {
      at--;
    }
    if (at > 0 && changes.get(at - 1).ms() == ms) {
      remove(--at);
    }
    if (at > 0 && changes.get(at - 1).word().equals(word)) {
      return;
    }
    if (at < changes.size() && changes.get(at).word().equals(word)) {
      remove(at); // it held already before
    }
    changes.add(at, new SignalList.Change(ms, word));
    bytes += bytes(word);
  }

  private void remove(int index) {
    bytes -= bytes(changes.remove(index).word());
  }

  private static long bytes(String word) {
    return CHANGE_BYTES + 2L * word.length();
  }

  /** Keeps the newest, one at least. */
  void trim(long mostBytes) {
    while (bytes > mostBytes && changes.size() > 1) {
      remove(0);
    }
  }

  /** The changes of [fromMs, toMs], from what held at its beginning on; the newest of many. */
  List<SignalList.Change> within(long fromMs, long toMs, int most) {
    List<SignalList.Change> within = new ArrayList<>();
    for (SignalList.Change change : changes) {
      if (change.ms() > toMs) {
        break;
      }
      if (change.ms() <= fromMs) {
        within.clear();
      }
      within.add(new SignalList.Change(Math.max(change.ms(), fromMs), change.word()));
    }
    return within.subList(Math.max(0, within.size() - most), within.size());
  }
}
