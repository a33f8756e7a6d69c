package io.weir.packaging;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.apache.commons.compress.archivers.zip.ZipFile;

/** Copies jars without the machine code of other platforms. */
final class Jars {

  private final Platform platform;
  private final LocalDateTime time;
  private final Set<String> changed = new HashSet<>();

  /**
   * @param time what a jar that is written anew has as the time of its entries
   */
  Jars(Platform platform, LocalDateTime time) {
    this.platform = platform;
    this.time = time;
  }

  /**
   * Copies the jar if the platform has a use for it.
   *
   * @throws IOException also if it holds a native library whose platform cannot be told from its
   *     path: whoever adds such a library decides where it goes
   */
  void copy(Path jar, Path folder) throws IOException {
    if (platform.isForAnother(jar.getFileName().toString())) {
      return;
    }
    Path to = folder.resolve(jar.getFileName().toString());
    if (foreign(jar).isEmpty()) {
      Files.copy(jar, to);
    } else {
      writeWithoutForeign(jar, to);
      changed.add(jar.getFileName().toString());
    }
  }

  /** Whether a jar of this name was copied without some of its entries. */
  boolean isChanged(String jar) {
    return changed.contains(jar);
  }

  /**
   * Copies a jar of this build. The jar plugin writes the permissions of the classes into it, which
   * depend on the umask; the copy has none.
   */
  void copyOwn(Path jar, Path folder) throws IOException {
    writeWithoutForeign(jar, folder.resolve(jar.getFileName().toString()));
  }

  /** The entries that only another platform can use. */
  private List<String> foreign(Path jar) throws IOException {
    List<String> foreign = new ArrayList<>();
    boolean ofOnePlatform = Platform.spelled(jar.getFileName().toString()).isPresent();
    try (ZipFile zip = ZipFile.builder().setPath(jar).get()) {
      for (ZipArchiveEntry entry : Collections.list(zip.getEntries())) {
        if (!Platform.isNative(entry.getName())) {
          continue;
        }
        if (platform.isForAnother(entry.getName())) {
          foreign.add(entry.getName());
        } else if (!ofOnePlatform && Platform.spelled(entry.getName()).isEmpty()) {
          throw new IOException(
              jar
                  + " contains "
                  + entry.getName()
                  + ", and for which platform does not show."
                  + " Say in Platform how to tell it.");
        }
      }
    }
    return foreign;
  }

  /** The entries are copied as they were compressed, so that a large jar costs no time. */
  private void writeWithoutForeign(Path jar, Path to) throws IOException {
    try (ZipFile from = ZipFile.builder().setPath(jar).get();
        ZipArchiveOutputStream zip = new ZipArchiveOutputStream(to)) {
      for (ZipArchiveEntry entry : Collections.list(from.getEntriesInPhysicalOrder())) {
        if (!Platform.isNative(entry.getName()) || !platform.isForAnother(entry.getName())) {
          zip.addRawArchiveEntry(same(entry), from.getRawInputStream(entry));
        }
      }
    }
  }

  /** With what is needed to read the entry, and our time. */
  private ZipArchiveEntry same(ZipArchiveEntry entry) {
    ZipArchiveEntry same = new ZipArchiveEntry(entry.getName());
    same.setMethod(entry.getMethod());
    same.setCrc(entry.getCrc());
    same.setSize(entry.getSize());
    same.setCompressedSize(entry.getCompressedSize());
    same.setTimeLocal(time);
    return same;
  }
}
