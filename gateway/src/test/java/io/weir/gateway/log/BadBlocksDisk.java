package io.weir.gateway.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** A disk that does not return some blocks of some files. */
final class BadBlocksDisk extends ForwardingFiles {

  private final Map<Path, Set<Long>> bad = new HashMap<>();

  /** Reads that failed. */
  int failures;

  BadBlocksDisk(FileSystem disk) {
    super(disk);
  }

  /** Every read that touches one of these bytes fails from now on. */
  void spoil(Path file, long from, long to) {
    for (long at = from; at < to; at++) {
      bad.computeIfAbsent(file, path -> new TreeSet<>()).add(at / UnreadableBlocks.BLOCK_BYTES);
    }
  }

  void heal() {
    bad.clear();
  }

  @Override
  public Handle open(Path file, Mode mode) throws IOException {
    return new ForwardingHandle(super.open(file, mode)) {
      @Override
      public int read(ByteBuffer into, long position) throws IOException {
        long last = position + into.remaining() - 1;
        for (long block : bad.getOrDefault(file, Set.of())) {
          if (block >= position / UnreadableBlocks.BLOCK_BYTES
              && block <= last / UnreadableBlocks.BLOCK_BYTES) {
            failures++;
            throw new IOException("Input/output error");
          }
        }
        return super.read(into, position);
      }
    };
  }
}
