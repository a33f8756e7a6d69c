package io.weir.packaging;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;

/** Writes a folder as an archive whose bytes depend on the files' names and content alone. */
final class Archive {

  private static final int FILE = 0100644;
  private static final int PROGRAM = 0100755;
  private static final int FOLDER = 040755;

  private final LocalDateTime time;

  /**
   * @param time in UTC, the time of every entry
   */
  Archive(LocalDateTime time) {
    this.time = time;
  }

  /** Writes {@code folder}, with its own name as the first of each path. */
  void tarGz(Path folder, Path to) throws IOException {
    try (OutputStream file = new BufferedOutputStream(Files.newOutputStream(to));
        Gzip gzip = new Gzip(file);
        TarArchiveOutputStream tar = new TarArchiveOutputStream(gzip, "UTF-8")) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      for (Path each : sorted(folder)) {
        TarArchiveEntry entry = new TarArchiveEntry(name(folder, each));
        entry.setModTime(time.toInstant(ZoneOffset.UTC).toEpochMilli());
        entry.setIds(0, 0);
        entry.setNames("root", "root");
        entry.setMode(mode(folder, each));
        entry.setSize(Files.isDirectory(each) ? 0 : Files.size(each));
        gzip.begin(entry.getName());
        tar.putArchiveEntry(entry);
        if (!Files.isDirectory(each)) {
          Files.copy(each, tar);
        }
        tar.closeArchiveEntry();
      }
    }
  }

  /** As {@link #tarGz}, for those who have no tar. */
  void zip(Path folder, Path to) throws IOException {
    try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(to)) {
      for (Path each : sorted(folder)) {
        ZipArchiveEntry entry = new ZipArchiveEntry(name(folder, each));
        // The format holds local time without a zone, so the clock of UTC is written in each.
        entry.setTime(time.atZone(ZoneId.systemDefault()).toInstant().toEpochMilli());
        entry.setUnixMode(mode(folder, each));
        if (isCompressed(entry.getName())) {
          entry.setMethod(ZipArchiveEntry.STORED);
          entry.setSize(Files.size(each));
          entry.setCrc(crc(each));
        }
        zip.putArchiveEntry(entry);
        if (!Files.isDirectory(each)) {
          Files.copy(each, zip);
        }
        zip.closeArchiveEntry();
      }
    }
  }

  /** Whether the file is compressed already, as jars and the classes of the JDK are. */
  static boolean isCompressed(String path) {
    return path.endsWith(".jar") || path.endsWith("/modules");
  }

  private static long crc(Path file) throws IOException {
    CRC32 crc = new CRC32();
    try (InputStream in = new CheckedInputStream(Files.newInputStream(file), crc)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    return crc.getValue();
  }

  /** The folder and all in it, by path, each folder before its files. */
  private static List<Path> sorted(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.sorted(Comparator.comparing(each -> name(folder, each))).toList();
    }
  }

  private static String name(Path folder, Path each) {
    String within = folder.relativize(each).toString().replace('\\', '/');
    String name = folder.getFileName() + (within.isEmpty() ? "" : "/" + within);
    return Files.isDirectory(each) ? name + "/" : name;
  }

  /** Programs lie in a folder {@code bin}; Java starts two more of its own in {@code lib}. */
  static int mode(Path folder, Path each) {
    if (Files.isDirectory(each)) {
      return FOLDER;
    }
    String name = folder.relativize(each).toString().replace('\\', '/');
    return name.matches("bin/[^/]*|java/bin/[^/]*|java/lib/(jexec|jspawnhelper)") ? PROGRAM : FILE;
  }
}
