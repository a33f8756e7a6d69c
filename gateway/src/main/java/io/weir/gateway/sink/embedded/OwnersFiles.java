package io.weir.gateway.sink.embedded;

import io.questdb.std.FilesFacadeImpl;
import io.questdb.std.str.LPSZ;
import io.questdb.std.str.Utf8s;
import io.weir.gateway.log.OwnerOnly;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The disk of QuestDB, on which each new file is its owner's alone. QuestDB opens files for
 * everybody to read and sets the mask of its process, so a file is made here before it is opened.
 */
final class OwnersFiles extends FilesFacadeImpl {

  static final OwnersFiles INSTANCE = new OwnersFiles();

  /** Where that fails, opening it fails too, and says why. */
  private void make(LPSZ name) {
    if (!exists(name)) {
      try {
        Files.createFile(Path.of(Utf8s.stringFromUtf8Bytes(name)), OwnerOnly.file());
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
