package io.weir.gateway.sink.embedded;

import io.questdb.std.FilesFacadeImpl;
import io.questdb.std.str.LPSZ;
import io.questdb.std.str.Utf8s;
import io.weir.gateway.log.OwnerOnly;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * The disk of QuestDB, on which there is its own folder and nothing else, and each new file is its
 * owner's alone. QuestDB opens files for everybody to read and sets the mask of its process, so a
 * file is made here before it is opened. Its functions {@code glob} and {@code read_parquet} take
 * any path of the machine, so whoever may read the store could look through the files of the
 * gateway's user.
 */
final class OwnersFiles extends FilesFacadeImpl {

  private static final long NONE = -1;

  private final Path root;

  /**
   * @param root outside of which no file exists
   */
  OwnersFiles(Path root) {
    this.root = root.toAbsolutePath().normalize();
  }

  private static Path path(LPSZ name) {
    return Path.of(Utf8s.stringFromUtf8Bytes(name));
  }

  private boolean isInside(LPSZ name) {
    try {
      return path(name).toAbsolutePath().normalize().startsWith(root);
    } catch (InvalidPathException e) {
      return false;
    }
  }

  @Override
  public boolean exists(LPSZ name) {
    return isInside(name) && super.exists(name);
  }

  @Override
  public boolean isDirOrSoftLinkDir(LPSZ name) {
    return isInside(name) && super.isDirOrSoftLinkDir(name);
  }

  /** No such file is 0, as of the operating system. */
  @Override
  public long findFirst(LPSZ name) {
    return isInside(name) ? super.findFirst(name) : 0;
  }

  @Override
  public long openRO(LPSZ name) {
    return isInside(name) ? super.openRO(name) : NONE;
  }

  @Override
  public long openRONoCache(LPSZ name) {
    return isInside(name) ? super.openRONoCache(name) : NONE;
  }

  @Override
  public long length(LPSZ name) {
    return isInside(name) ? super.length(name) : NONE;
  }

  @Override
  public long getLastModified(LPSZ name) {
    return isInside(name) ? super.getLastModified(name) : NONE;
  }

  /** Where that fails, opening it fails too, and says why. */
  private void make(LPSZ name) {
    if (!exists(name)) {
      try {
        Files.createFile(path(name), OwnerOnly.file());
      } catch (IOException e) {
        return;
      }
    }
  }

  @Override
  public long openRW(LPSZ name, int options) {
    make(name);
    return super.openRW(name, options);
  }

  @Override
  public long openRWNoCache(LPSZ name, int options) {
    make(name);
    return super.openRWNoCache(name, options);
  }

  @Override
  public long openCleanRW(LPSZ name, long size) {
    make(name);
    return super.openCleanRW(name, size);
  }

  @Override
  public long openAppend(LPSZ name) {
    make(name);
    return super.openAppend(name);
  }

  @Override
  public boolean touch(LPSZ name) {
    make(name);
    return super.touch(name);
  }

  @Override
  public int copy(LPSZ from, LPSZ to) {
    make(to);
    return super.copy(from, to);
  }
}
