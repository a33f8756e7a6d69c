package io.weir.gateway.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** The disk of the machine, which counts what is written. One thread. */
public final class CountingDisk extends ForwardingFiles {

  private long bytes;
  private long writes;
  private long syncs;

  public CountingDisk() {
    super(FileSystem.DISK);
  }

  public long bytes() {
    return bytes;
  }

  public long writes() {
    return writes;
  }

  public long syncs() {
    return syncs;
  }

  @Override
  public Handle open(Path file, Mode mode) throws IOException {
    return new ForwardingHandle(super.open(file, mode)) {

      @Override
      public void write(ByteBuffer from, long position) throws IOException {
        bytes += from.remaining();
        writes++;
        super.write(from, position);
      }

      @Override
      public void force() throws IOException {
        syncs++;
        super.force();
      }
    };
  }
}
