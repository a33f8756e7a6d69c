package io.weir.gateway.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** One file of a {@link MemoryDisk}: its bytes as read now, and as they are after a crash. */
final class MemoryFile {

  private static final int PAGE = 4096;
  private static final int SECTOR = 512;

  private record Change(long position, byte[] bytes, boolean cut) {}

  /** Bytes that grow. What lies between the end and a later write is 0. */
  private static final class Bytes {
    private byte[] array;
    private int length;

    Bytes(byte[] bytes) {
      array = bytes.clone();
      length = bytes.length;
    }

    void write(long position, byte[] from, int start, int end) {
      int to = (int) position + end;
      if (to > length) {
        grow(to);
      }
      System.arraycopy(from, start, array, (int) position + start, end - start);
    }

    void grow(int to) {
      if (to > array.length) {
        array = Arrays.copyOf(array, Math.max(to, 2 * array.length));
      }
      length = Math.max(length, to);
    }

    void cut(int to) {
      if (to < length) {
        Arrays.fill(array, to, length, (byte) 0);
        length = to;
      }
    }

    void take(Bytes other) {
      array = Arrays.copyOf(other.array, other.length);
      length = other.length;
    }
  }

  /** Its name now, so that a fault can be one of a file. */
  Path path;

  private final Bytes now;
  private final Bytes durable;
  private final List<Change> unforced = new ArrayList<>();

  /** Pages that cannot be read until they are written again. */
  private final Set<Long> unreadable = new HashSet<>();

  /**
   * @param bytes durable at once
   */
  MemoryFile(Path path, byte[] bytes) {
    this.path = path;
    now = new Bytes(bytes);
    durable = new Bytes(bytes);
  }

  int size() {
    return now.length;
  }

  byte[] bytes() {
    return Arrays.copyOf(now.array, now.length);
  }

  int read(ByteBuffer into, long position) throws IOException {
    int count = (int) Math.max(0, Math.min(into.remaining(), now.length - position));
    if (count > 0) {
      for (long page = position / PAGE; page <= (position + count - 1) / PAGE; page++) {
        if (unreadable.contains(page)) {
          throw new IOException("Input/output error");
        }
      }
      into.put(now.array, (int) position, count);
    }
    return count;
  }

  /** Writes the first of these bytes. */
  void write(long position, byte[] bytes, int count) {
    byte[] written = count == bytes.length ? bytes : Arrays.copyOf(bytes, count);
    if (count > 0) {
      now.write(position, written, 0, count);
      unreadable.removeIf(page -> page >= position / PAGE && page <= (position + count) / PAGE);
      unforced.add(new Change(position, written, false));
    }
  }

  void cut(long length) {
    now.cut((int) length);
    unforced.add(new Change(length, new byte[0], true));
  }

  void force() {
    for (Change change : unforced) {
      if (change.cut) {
        durable.cut((int) change.position);
      } else {
        durable.write(change.position, change.bytes, 0, change.bytes.length);
      }
    }
    unforced.clear();
  }

  /** Any part is on the disk now, and no later force brings the rest there. */
  void forceFails(Random random) {
    keepPart(random);
    if (random.nextBoolean()) {
      now.take(durable); // the cache has dropped it
    }
  }

  void crash(Path name, Random random) {
    path = name;
    keepPart(random);
    now.take(durable);
  }

  void flip(int position, int bit) {
    now.array[position] ^= (byte) (1 << bit);
    if (position < durable.length) {
      durable.array[position] ^= (byte) (1 << bit);
    }
  }

  void spoil(long position) {
    unreadable.add(position / PAGE);
  }

  private void keepPart(Random random) {
    int fate = random.nextInt(4);
    if (fate == 0) {
      force();
    } else if (fate > 1) {
      unforced.forEach(change -> keepPart(change, random));
    }
    unforced.clear();
  }

  private void keepPart(Change change, Random random) {
    if (change.cut) {
      if (random.nextBoolean()) {
        durable.cut((int) change.position);
      }
      return;
    }
    int start = 0;
    while (start < change.bytes.length) {
      int page = PAGE - (int) ((change.position + start) % PAGE);
      int end = Math.min(change.bytes.length, start + page);
      int fate = random.nextInt(4);
      if (fate == 0) { // half a page
        int sectors = (end - start) / SECTOR;
        long half = change.position + start + SECTOR * random.nextInt(sectors + 1);
        end = Math.max(start, (int) (half / SECTOR * SECTOR - change.position));
      }
      if (fate < 3) {
        durable.write(change.position, change.bytes, start, end);
      }
      start += page;
    }
    if (random.nextInt(4) == 0) { // the length is a thing of its own
      durable.grow((int) change.position + change.bytes.length);
    }
  }
}
