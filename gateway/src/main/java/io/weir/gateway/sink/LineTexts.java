package io.weir.gateway.sink;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.RandomAccess;

/**
 * The lines of one write, at least one, in line protocol. Each can be had as text. They are sent as
 * the bytes that they are kept in: many of them at once, where they lie one behind the other.
 */
public final class LineTexts extends AbstractList<String> implements RandomAccess {

  private static final int LINE_FEED = '\n';

  private final List<?> lines;

  /** Where a line is kept, as UTF-8. Behind it, where there is more in its block, a line feed. */
  interface Kept {

    byte[] block();

    int from();

    /** Its length, without a line feed. */
    int bytes();
  }

  private record Alone(byte[] block) implements Kept {

    @Override
    public int from() {
      return 0;
    }

    @Override
    public int bytes() {
      return block.length;
    }
  }

  /**
   * @param lines each {@link Kept}; not changed any more
   */
  private LineTexts(List<?> lines) {
    this.lines = lines;
  }

  /** Lines without line feeds. */
  public static LineTexts of(List<String> texts) {
    return new LineTexts(texts.stream().map(text -> new Alone(text.getBytes(UTF_8))).toList());
  }

  /**
   * @param lines those of a {@link LineEncoder}; not changed any more
   */
  static LineTexts ofEncoded(List<Outbound> lines) {
    return new LineTexts(lines);
  }

  private Kept kept(int line) {
    return (Kept) lines.get(line);
  }

  @Override
  public String get(int line) {
    Kept kept = kept(line);
    return new String(kept.block(), kept.from(), kept.bytes(), UTF_8);
  }

  @Override
  public int size() {
    return lines.size();
  }

  /** How much {@link #writeTo} writes. */
  public long bytes() {
    long bytes = lines.size() - 1;
    for (int line = 0; line < lines.size(); line++) {
      bytes += kept(line).bytes();
    }
    return bytes;
  }

  /** Writes all of them, with a line feed between two. */
  public void writeTo(OutputStream out) throws IOException {
    Kept last = kept(0);
    byte[] block = last.block();
    int from = last.from();
    int to = from + last.bytes();
    for (int line = 1; line < lines.size(); line++) {
      Kept next = kept(line);
      if (next.block() != block || next.from() != to + 1) {
        out.write(block, from, to - from);
        out.write(LINE_FEED);
        block = next.block();
        from = next.from();
      }
      to = next.from() + next.bytes();
    }
    out.write(block, from, to - from);
  }

  /** Whether the line begins with these bytes of UTF-8. */
  public boolean startsWith(int line, byte[] beginning) {
    Kept kept = kept(line);
    int from = kept.from();
    return kept.bytes() >= beginning.length
        && Arrays.equals(
            kept.block(), from, from + beginning.length, beginning, 0, beginning.length);
  }
}
