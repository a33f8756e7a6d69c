package io.weir.gateway.datadir;

import io.weir.gateway.log.FileSystem;
import io.weir.gateway.log.ForwardingFiles;
import io.weir.gateway.log.ForwardingHandle;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** The files of a disk, with each write and each sync counted. */
public final class CountedFiles extends ForwardingFiles {

  private final DiskWrites writes;

  public CountedFiles(FileSystem disk, DiskWrites writes) {
    super(disk);
    this.writes = writes;
  }

  @Override
  public Handle open(Path file, Mode mode) throws IOException {
    Handle handle = super.open(file, mode);
    return mode == Mode.READ ? handle : new CountedHandle(handle, writes.countsOf(file));
  }

  /** A file that may be written. */
  private static final class CountedHandle extends ForwardingHandle {

    private final DiskWrites.Counts counts;

    CountedHandle(Handle file, DiskWrites.Counts counts) {
      super(file);
      this.counts = counts;
    }

    @Override
    public void write(ByteBuffer from, long position) throws IOException {
      int length = from.remaining();
      super.write(from, position);
      counts.written(position, length);
    }

    @Override
    public void force() throws IOException {
      super.force();
      counts.synced();
    }
  }

  @Override
  public void forceDirectory(Path directory) throws IOException {
    super.forceDirectory(directory);
    writes.countsOf(directory).synced();
  }
}
