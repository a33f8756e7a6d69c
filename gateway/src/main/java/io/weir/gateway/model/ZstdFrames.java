package io.weir.gateway.model;

/**
 * What frames of Zstandard (RFC 8878) say of their length. The library makes room for it before it
 * looks at the content, so a message of a few bytes could take gigabytes: it has to be read before.
 */
public final class ZstdFrames {

  /** What every reader should hold, by RFC 8878, however short the content is. */
  private static final long USUAL_WINDOW = 8 << 20;

  private static final int MAGIC = 0xFD2FB528;
  private static final int SKIPPABLE = 0x184D2A50;
  private static final int SKIPPABLE_MASK = 0xFFFFFFF0;
  private static final int RLE_BLOCK = 1;

  private final byte[] bytes;
  private final long most;
  private long at;

  private ZstdFrames(byte[] bytes, long most) {
    this.bytes = bytes;
    this.most = most;
  }

  /**
   * Whether a frame announces more than this many bytes of content, or needs more at once. Where
   * the bytes are no frames any more it stops: so does whoever expands them.
   */
  public static boolean areBeyond(byte[] bytes, long most) {
    ZstdFrames frames = new ZstdFrames(bytes, most);
    while (frames.has(5)) {
      long magic = frames.number(4);
      if ((magic & SKIPPABLE_MASK) == SKIPPABLE) {
        long size = frames.has(4) ? frames.number(4) : 0;
        frames.at += size;
      } else if ((int) magic != MAGIC) {
        return false;
      } else if (frames.headerIsBeyond()) {
        return true;
      }
    }
    return false;
  }

  /** Reads one frame up to its end. */
  private boolean headerIsBeyond() {
    int flags = (int) number(1);
    boolean single = (flags & 0x20) != 0;
    if (!single) {
      int window = has(1) ? (int) number(1) : 0;
      long base = 1L << (10 + (window >>> 3));
      if (base + base / 8 * (window & 7) > Math.max(USUAL_WINDOW, most)) {
        return true;
      }
    }
    at += new int[] {0, 1, 2, 4}[flags & 3]; // the id of a dictionary
    int size = new int[] {single ? 1 : 0, 2, 4, 8}[flags >>> 6];
    if (!has(size)) {
      at = bytes.length;
      return false;
    }
    long content = number(size);
    if (content < 0 || content > most) { // 256 less where it has 2 bytes, which changes nothing
      return true;
    }
    skipBlocks();
    at += (flags & 4) != 0 ? 4 : 0;
    return false;
  }

  private void skipBlocks() {
    boolean last = false;
    while (!last && has(3)) {
      int block = (int) number(3);
      last = (block & 1) != 0;
      at += (block >>> 1 & 3) == RLE_BLOCK ? 1 : block >>> 3;
    }
  }

  private boolean has(int count) {
    return at + count <= bytes.length;
  }

  /** The next bytes, the lowest first. */
  private long number(int count) {
    long number = 0;
    for (int i = 0; i < count; i++) {
      number |= (bytes[(int) at++] & 0xFFL) << (8 * i);
    }
    return number;
  }
}
