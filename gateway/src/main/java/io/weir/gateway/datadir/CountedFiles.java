package io.weir.gateway.datadir;

import io.weir.gateway.log.FileSystem;
import io.weir.gateway.log.ForwardingFiles;
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
  private record CountedHandle(Handle handle, DiskWrites.Counts counts) implements Handle {

    @Override
    public int read(ByteBuffer into, long position) throws IOException {
      return handle.read(into, position);
    }

    @Override
    public void write(ByteBuffer from, long position) throws IOException {
      int length = from.remaining();
      handle.write(from, position);
      counts.written(position, length);
    }

    @Override
    public void truncate(long length) throws IOException {
      handle.truncate(length);
    }

    @Override
    public void force() throws IOException {
      handle.force();
      counts.synced();
    }

    @Override
    public void close() throws IOException {
      handle.close();
    }
  }

  @Override
  public void forceDirectory(Path directory) throws IOException {
    super.forceDirectory(directory);
    writes.countsOf(directory).synced();
  }
}
