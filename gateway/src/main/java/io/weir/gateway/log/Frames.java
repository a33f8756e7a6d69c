package io.weir.gateway.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The frames of a packed segment, by the place of their records; looked for as far as they are
 * asked for. Each head says where the next one is. Where a head is damaged, or the disk does not
 * return it, the next one is searched, block by block: each says itself where its records belong.
 */
final class Frames {

  private static final int BLOCK = UnreadableBlocks.BLOCK_BYTES;

  /** After this many blocks in a row that fail, more than a frame has, the search ends. */
  private static final int MOST_FAILURES = 2 * Frame.MOST_BYTES / BLOCK;

  private final NavigableMap<Long, Frame> byPosition = new TreeMap<>();

  /** Why a head was not read, by the place of the records that are missing. */
  private final NavigableMap<Long, IOException> unread = new TreeMap<>();

  private final FileSystem.Handle handle;
  private final long recordsAt;

  /** Of the segment, or {@code null}: then that of the first frame. */
  private @Nullable Long salt;

  /** File position of the next head. */
  private long nextAt;

  /** The place of its records, {@code Long.MAX_VALUE} if there are no more. */
  private long next;

  private Frames(FileSystem.Handle handle, @Nullable Long salt, long recordsAt) {
    this.handle = handle;
    this.salt = salt;
    this.recordsAt = recordsAt;
    nextAt = recordsAt;
    next = recordsAt;
  }

  /** The frames of a segment. */
  static Frames of(FileSystem.Handle handle, SegmentHeader header) {
    return new Frames(handle, header.salt(), header.recordsAt());
  }

  /** The frames of a file whose header is lost. */
  static Frames ofAny(FileSystem.Handle handle) {
    return new Frames(handle, null, SegmentHeader.USUAL_BYTES);
  }

  private void findUpTo(long position) {
    while (next <= position && next < Long.MAX_VALUE) {
      Frame frame = head(nextAt, next);
      if (frame == null) {
        frame = search(nextAt, next);
      }
      if (frame == null) {
        next = Long.MAX_VALUE;
      } else {
        salt = frame.salt();
        byPosition.put(frame.position(), frame);
        nextAt = frame.end();
        next = frame.positionEnd();
      }
    }
  }

  /** The frame whose head is at a file position, or {@code null}. */
  private @Nullable Frame head(long at, long position) {
    ByteBuffer head = allocate(Frame.HEAD_BYTES);
    try {
      return handle.read(head, at) == Frame.HEAD_BYTES ? mine(head, 0, at, position) : null;
    } catch (IOException e) {
      return null; // the search begins at the same block, and notes why
    }
  }

  /** The next frame from a file position on whose records are not before a place. */
  private @Nullable Frame search(long from, long position) {
    ByteBuffer window = allocate(BLOCK + Frame.HEAD_BYTES); // the rest of a block, and the next
    window.limit(0);
    int failures = 0;
    long block = from;
    while (failures < MOST_FAILURES) {
      int length = (int) (BLOCK - block % BLOCK);
      window.compact();
      long at = block - window.position();
      window.limit(window.position() + length);
      try {
        if (handle.read(window, block) == 0) {
          return null; // the end of the file
        }
        failures = 0;
      } catch (IOException e) {
        unread.putIfAbsent(position, e);
        failures++;
        window.position(0);
      }
      window.flip();
      while (window.remaining() >= Frame.HEAD_BYTES) {
        Frame frame = mine(window, window.position(), at + window.position(), position);
        if (frame != null) {
          return frame;
        }
        window.position(window.position() + 1);
      }
      block += length;
    }
    return null;
  }

  private @Nullable Frame mine(ByteBuffer bytes, int index, long at, long position) {
    Frame frame = Frame.readHead(bytes, index, at);
    Long own = salt;
    return frame != null && frame.position() >= position && (own == null || frame.salt() == own)
        ? frame
        : null;
  }

  private static ByteBuffer allocate(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The salt of the segment, if any frame says it. */
  @Nullable Long salt() {
    findUpTo(next);
    return salt;
  }

  /** The place behind the last records. */
  long end() {
    findUpTo(Long.MAX_VALUE);
    Map.Entry<Long, Frame> last = byPosition.lastEntry();
    return last == null ? 0 : last.getValue().positionEnd();
  }

  /** The frame of the records at a place; {@code null} if it is missing. */
  @Nullable Frame at(long position) {
    findUpTo(position);
    Map.Entry<Long, Frame> before = byPosition.floorEntry(position);
    return before == null || before.getValue().positionEnd() <= position ? null : before.getValue();
  }

  /** File position of the records at a place, or of the frame that holds or should hold them. */
  long fileAt(long position) {
    findUpTo(position);
    Map.Entry<Long, Frame> before = byPosition.floorEntry(position);
    if (before == null) {
      return recordsAt;
    }
    Frame frame = before.getValue();
    if (frame.positionEnd() <= position) {
      return frame.end();
    }
    boolean isPlain = frame.encoding() == Frame.PLAIN;
    return isPlain ? frame.bodyAt() + position - frame.position() : frame.at();
  }

  /** The place of the next records behind one whose frame was asked for and is missing. */
  long after(long position, long end) {
    Long next = byPosition.higherKey(position);
    return next == null ? end : Math.min(next, end);
  }

  /** Why a frame that was asked for was not read; {@code null} if it was, and is damaged. */
  @Nullable IOException unread(long position) {
    Map.Entry<Long, IOException> failed = unread.floorEntry(position);
    Long before = byPosition.lowerKey(position);
    return failed == null || (before != null && before >= failed.getKey())
        ? null
        : failed.getValue();
  }
}
