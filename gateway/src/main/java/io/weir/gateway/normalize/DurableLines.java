package io.weir.gateway.normalize;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.gateway.model.Excerpt;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What is known of names, as lines that outlive the process. A new line is on stable storage when
 * {@link #settle()} returns, which comes before the record of a message that rests on it; threads
 * that come while another saves wait for it and share its result. UTF-8, below a first line that
 * names the format.
 */
final class DurableLines {

  /** Characters after which the next line begins another part. */
  private static final int MOST_IN_PART = 32 << 10;

  private final LineStore store;
  private final String format;
  private final Supplier<List<String>> all;

  /** Lines that were not saved yet, in their order; guarded by this, as the counts are. */
  private final Deque<String> unsaved = new ArrayDeque<>();

  private long bytes;
  private volatile long made;
  private volatile long saved;
  private final AtomicReference<@Nullable CompletableFuture<Void>> saving = new AtomicReference<>();

  /**
   * @param format the first line
   * @param all the lines that count now, without the first
   */
  DurableLines(LineStore store, String format, Supplier<List<String>> all) {
    this.store = store;
    this.format = format;
    this.all = all;
  }

  /**
   * Reads what was saved. To be called first.
   *
   * @param read takes a line; false if it cannot be read
   * @throws IOException if a line cannot be read
   */
  void load(Predicate<String> read) throws IOException {
    List<String> unreadable = new ArrayList<>();
    store.load(
        part -> {
          for (String line : new String(part, UTF_8).lines().toList()) {
            made = 1;
            if (!line.equals(format) && !read.test(line) && unreadable.isEmpty()) {
              unreadable.add(line);
            }
          }
        });
    if (!unreadable.isEmpty()) {
      throw new IOException("'" + Excerpt.of(unreadable.get(0)) + "' cannot be read");
    }
    // What a killed process wrote can be read, and may not be on stable storage: the first message
    // waits until it is, for made is 1 and saved is 0.
  }

  /** Counts a line that was read, and is not outdated. */
  synchronized void count(String line) {
    bytes += line.length() + 1; // at least a third of its bytes
  }

  /**
   * Adds a line.
   *
   * @param replaces whether it is in place of one before
   * @param show makes what it says visible to others, who then also see that it is not saved
   */
  synchronized void add(String line, boolean replaces, Runnable show) {
    made++;
    unsaved.add(line);
    if (!replaces) {
      count(line);
    }
    show.run();
  }

  /**
   * Returns when every line whose effect this thread has seen is on stable storage.
   *
   * @throws IOException if saving failed; the lines stay, and the next call tries again
   */
  void settle() throws IOException {
    long needed = made;
    while (saved < needed) {
      CompletableFuture<Void> mine = new CompletableFuture<>();
      CompletableFuture<Void> other = saving.compareAndExchange(null, mine);
      if (other != null) {
        other.join();
        continue;
      }
      try {
        save();
      } finally {
        saving.set(null);
        mine.complete(null); // also after a failure: who waits then saves for itself and sees it
      }
    }
  }

  private void save() throws IOException {
    long upTo;
    List<String> added;
    List<String> lines = new ArrayList<>();
    synchronized (this) {
      upTo = made;
      added = List.copyOf(unsaved);
      if (store.isDue(bytes)) {
        lines.add(format);
        lines.addAll(all.get());
      }
    }
    if (!lines.isEmpty()) {
      store.replace(parts(lines));
    } else if (added.isEmpty()) {
      store.append(new byte[0]);
    } else {
      for (byte[] part : parts(added)) {
        store.append(part);
      }
    }
    synchronized (this) {
      for (int i = 0; i < added.size(); i++) {
        unsaved.remove();
      }
    }
    saved = upTo;
  }

  private static List<byte[]> parts(List<String> lines) {
    List<byte[]> parts = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    for (String line : lines) {
      text.append(line).append('\n');
      if (text.length() >= MOST_IN_PART) {
        parts.add(text.toString().getBytes(UTF_8));
        text.setLength(0);
      }
    }
    if (!text.isEmpty()) {
      parts.add(text.toString().getBytes(UTF_8));
    }
    return parts;
  }
}
