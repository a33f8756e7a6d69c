package io.weir.packaging;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.commons.compress.archivers.ar.ArArchiveEntry;
import org.apache.commons.compress.archivers.ar.ArArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * Writes a package for Debian, as deb(5) describes it: an archive of ar with the version of the
 * format, what dpkg reads, and what it unpacks. Its bytes depend on its content alone.
 */
final class DebPackage {

  private static final List<String> SCRIPTS = List.of("preinst", "postinst", "prerm", "postrm");

  private final SystemPackage it;
  private final Instant time;

  DebPackage(SystemPackage it, Instant time) {
    this.it = it;
    this.time = time;
  }

  /** Writes {@code NAME_VERSION_ARCHITECTURE.deb}. */
  Path write(Path folder) throws IOException {
    Path deb = folder.resolve(it.name() + "_" + version() + "_" + architecture() + ".deb");
    try (OutputStream file = Files.newOutputStream(deb);
        ArArchiveOutputStream ar = new ArArchiveOutputStream(file)) {
      add(ar, "debian-binary", "2.0\n".getBytes(StandardCharsets.US_ASCII));
      add(ar, "control.tar.gz", control());
      add(ar, "data.tar.gz", data());
    }
    return deb;
  }

  /** A tilde sorts before the end, so that a snapshot is older than its release. */
  private String version() {
    return it.version().replace("-", "~");
  }

  private String architecture() {
    return it.platform().equals(Platform.LINUX_ARM64) ? "arm64" : "amd64";
  }

  private void add(ArArchiveOutputStream ar, String name, byte[] bytes) throws IOException {
    ar.putArchiveEntry(
        new ArArchiveEntry(name, bytes.length, 0, 0, 0100644, time.getEpochSecond()));
    ar.write(bytes);
    ar.closeArchiveEntry();
  }

  private byte[] control() throws IOException {
    long bytes = 0;
    StringBuilder sums = new StringBuilder();
    StringBuilder kept = new StringBuilder();
    for (Installed each : it.files()) {
      if (each.isFile()) {
        byte[] content = each.bytes();
        bytes += content.length;
        sums.append(md5(content)).append("  ").append(each.path()).append('\n');
      }
      if (each.configuration()) {
        kept.append('/').append(each.path()).append('\n');
      }
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = tar(new Gzip(out))) {
      put(tar, "./", new byte[0], 040755);
      put(tar, "./control", utf8(fields(bytes)), 0100644);
      if (!kept.isEmpty()) {
        put(tar, "./conffiles", utf8(kept.toString()), 0100644);
      }
      put(tar, "./md5sums", utf8(sums.toString()), 0100644);
      for (String script : SCRIPTS) {
        String text = it.script("deb", script);
        if (!text.isEmpty()) {
          put(tar, "./" + script, utf8(text), 0100755);
        }
      }
    }
    return out.toByteArray();
  }

  private String fields(long bytes) {
    boolean service = it.files().stream().anyMatch(Installed::configuration);
    return String.join(
        "\n",
        "Package: " + it.name(),
        "Version: " + version(),
        "Architecture: " + architecture(),
        "Maintainer: The developers of Weir",
        "Installed-Size: " + (bytes + 1023) / 1024,
        // Debian's own Java, so that it gets security updates with the system: 17 or newer.
        "Depends: default-jre-headless (>= 2:1.17) | java17-runtime-headless"
            + (service ? ", passwd, init-system-helpers (>= 1.54~)" : ""),
        "Section: net",
        "Priority: optional",
        "Description: " + it.summary(),
        " " + String.join("\n ", it.description()),
        "");
  }

  private byte[] data() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (Gzip gzip = new Gzip(out);
        TarArchiveOutputStream tar = tar(gzip)) {
      put(tar, "./", new byte[0], 040755);
      for (String folder : parents()) {
        put(tar, "./" + folder + "/", new byte[0], 040755);
      }
      for (Installed each : it.files()) {
        String name = "./" + each.path();
        gzip.begin(name);
        // The owner is root until the script after the installation knows the user's number.
        if (each.content() instanceof Installed.Folder) {
          put(tar, name + "/", new byte[0], 040000 | each.mode());
        } else if (each.content() instanceof Installed.Link link) {
          TarArchiveEntry entry = new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
          entry.setLinkName(link.target());
          put(tar, entry, new byte[0], 0120777);
        } else {
          put(tar, name, each.bytes(), 0100000 | each.mode());
        }
      }
    }
    return out.toByteArray();
  }

  /** The folders of the system on the way to ours, such as {@code usr} and {@code usr/bin}. */
  private SortedSet<String> parents() {
    SortedSet<String> parents = new TreeSet<>();
    for (Installed each : it.files()) {
      String path = each.path();
      for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
        parents.add(path.substring(0, slash));
      }
    }
    it.files().forEach(each -> parents.remove(each.path()));
    return parents;
  }

  private TarArchiveOutputStream tar(Gzip gzip) {
    TarArchiveOutputStream tar = new TarArchiveOutputStream(gzip, "UTF-8");
    tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU); // dpkg reads no other
    return tar;
  }

  private void put(TarArchiveOutputStream tar, String name, byte[] bytes, int mode)
      throws IOException {
    put(tar, new TarArchiveEntry(name), bytes, mode);
  }

  private void put(TarArchiveOutputStream tar, TarArchiveEntry entry, byte[] bytes, int mode)
      throws IOException {
    entry.setModTime(time.toEpochMilli());
    entry.setIds(0, 0);
    entry.setNames("root", "root");
    entry.setMode(mode);
    entry.setSize(bytes.length);
    tar.putArchiveEntry(entry);
    tar.write(bytes);
    tar.closeArchiveEntry();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** What dpkg compares files with; no protection. */
  private static String md5(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
