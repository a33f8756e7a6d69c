package io.weir.gateway.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The standard output of the process. Where it is a pipe that nobody reads any more, as behind
 * {@code | head}, it ends the command at once, as the signal SIGPIPE, which Java ignores, ends
 * other programs. Anything else that cannot be written is a failure.
 */
final class StandardOutput extends FilterOutputStream {

  /** Nobody reads what the command prints: an error, as nothing on the way out acts on it. */
  static final class ClosedPipe extends Error {

    private static final long serialVersionUID = 1;

    ClosedPipe(IOException cause) {
      super(cause);
    }
  }

  private static final int KIND_OF_FILE = 0170000;
  private static final int PIPE = 0010000;
  private static final int SOCKET = 0140000;

  StandardOutput() {
    super(new FileOutputStream(FileDescriptor.out));
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    try {
      out.write(bytes, offset, length);
    } catch (IOException e) {
      if (isPipe()) {
        throw new ClosedPipe(e);
      }
      throw e;
    }
  }

  /** By its kind, as the words of the exception are in the language of the machine. */
  private static boolean isPipe() {
    try {
      int mode = (Integer) Files.getAttribute(Path.of("/dev/stdout"), "unix:mode");
      return (mode & KIND_OF_FILE) == PIPE || (mode & KIND_OF_FILE) == SOCKET;
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }
}
