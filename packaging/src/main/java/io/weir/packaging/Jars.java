package io.weir.packaging;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

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
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      for (ZipEntry entry : Collections.list(zip.entries())) {
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

  private void writeWithoutForeign(Path jar, Path to) throws IOException {
    try (ZipFile from = new ZipFile(jar.toFile());
        OutputStream out = Files.newOutputStream(to);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (ZipEntry entry : Collections.list(from.entries())) {
        if (Platform.isNative(entry.getName()) && platform.isForAnother(entry.getName())) {
          continue;
        }
        ZipEntry same = new ZipEntry(entry.getName());
        same.setTimeLocal(time);
        zip.putNextEntry(same);
        from.getInputStream(entry).transferTo(zip);
        zip.closeEntry();
      }
    }
  }
}
