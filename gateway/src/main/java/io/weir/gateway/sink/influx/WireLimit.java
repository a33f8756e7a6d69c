package io.weir.gateway.sink.influx;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * How many bytes of an answer are read from the network. It counts below HTTP and TLS, because what
 * is above keeps whole lines of any length: a chunk's extension, the name within a gzip header.
 * Counts for the thread that made the request and reads its answer.
 */
final class WireLimit {

  private final long most;
  private final ThreadLocal<Long> left;

  /**
   * @param most bytes of one answer, its headers among them
   */
  WireLimit(long most) {
    this.most = most;
    this.left = ThreadLocal.withInitial(() -> most);
  }

  /** This thread sends a request. */
  void begin() {
    left.set(most);
  }

  InputStream limit(InputStream in) {
    return new Limited(in);
  }

  private final class Limited extends FilterInputStream {

    Limited(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int read = super.read(bytes, offset, length);
      long rest = left.get() - Math.max(0, read);
      left.set(rest);
      if (rest < 0) {
        throw new IOException("the answer is longer than " + most + " bytes");
      }
      return read;
    }

    @Override
    public long skip(long bytes) throws IOException {
      return read(new byte[(int) Math.min(8192, Math.max(0, bytes))]);
    }
  }
}
