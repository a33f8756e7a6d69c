package io.weir.gateway.log;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** The bytes that the owner of a cursor keeps with it, looked at before a log is opened. */
public final class CursorState {

  private CursorState() {}

  /** How large the larger of the two files of a cursor is; 0 where there is none. */
  public static long fileBytes(FileSystem files, Path log, String cursor) throws IOException {
    long most = 0;
    for (Path file : Cursor.files(log.resolve(Cursor.DIRECTORY), cursor)) {
      try {
        most = Math.max(most, files.size(file));
      } catch (NoSuchFileException none) {
        continue;
      }
    }
    return most;
  }

  /**
   * The owner's bytes; empty where there are none, or none that are whole and can be read.
   *
   * @throws NewerFormatException if a later version of the program wrote them
   */
  public static byte[] read(FileSystem files, Path log, String cursor) throws IOException {
    try {
      Cursor known = Cursor.read(files, log.resolve(Cursor.DIRECTORY), cursor);
      return known == null ? new byte[0] : known.state();
    } catch (ReadFailedException e) {
      return new byte[0]; // its consumer starts without it, and says so
    }
  }
}
