package io.weir.gateway.log;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Another open file, of which a subclass changes some verbs. */
public abstract class ForwardingHandle implements FileSystem.Handle {

  private final FileSystem.Handle file;

  protected ForwardingHandle(FileSystem.Handle file) {
    this.file = file;
  }

  @Override
  public int read(ByteBuffer into, long position) throws IOException {
    return file.read(into, position);
  }

  @Override
  public void write(ByteBuffer from, long position) throws IOException {
    file.write(from, position);
  }

  @Override
  public void truncate(long length) throws IOException {
    file.truncate(length);
  }

  @Override
  public void force() throws IOException {
    file.force();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
