package io.weir.gateway.datadir;

import io.weir.gateway.log.FileSystem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The file {@code site.yaml} with its earlier versions, {@code site-history/NUMBER.yaml}. A version
 * is written beside the file, forced, and renamed over it, after the one before was kept in the
 * same way: so a crash leaves the old or the new one, and none is lost. The newest {@link #KEPT}
 * earlier ones are kept.
 *
 * <p>People may edit the file by hand too: then it is the same version, marked as edited. Owned by
 * one thread.
 */
public final class SiteFile {

  /** How many earlier versions are kept. */
  public static final int KEPT = 50;

  static final String NAME = "site.yaml";
  static final String HISTORY = "site-history";

  private static final String PART = ".part";
  private static final String SUFFIX = ".yaml";

  private final FileSystem files;
  private final Path folder;
  private final Path path;
  private final Path history;

  public SiteFile(DataDirectory data, FileSystem files) {
    this.files = files;
    folder = data.path();
    path = folder.resolve(NAME);
    history = folder.resolve(HISTORY);
  }

  public Path path() {
    return path;
  }

  /** What holds now; {@link SiteVersion#NONE} where there is no file. */
  public SiteVersion current() throws IOException {
    byte[] bytes = bytes(path);
    return bytes == null ? SiteVersion.NONE : SiteVersion.parse(bytes, newestKept());
  }

  /** Those before the one that holds now, newest first. */
  public List<SiteVersion> earlier() throws IOException {
    SiteVersion now = current();
    List<SiteVersion> versions = new ArrayList<>();
    for (long number : kept()) {
      SiteVersion each = kept(number);
      // A crash may have kept the one that holds now, just before it was replaced.
      if (each != null && (number != now.number() || !each.text().equals(now.text()))) {
        versions.add(each);
      }
    }
    versions.sort(Comparator.comparingLong(SiteVersion::number).reversed());
    return versions;
  }

  /**
   * An earlier version, or the present one; empty where it is not kept. The number 0 is nothing.
   */
  public Optional<SiteVersion> version(long number) throws IOException {
    SiteVersion now = current();
    if (number == now.number()) {
      return Optional.of(now);
    }
    return number == 0 ? Optional.of(SiteVersion.NONE) : Optional.ofNullable(kept(number));
  }

  /** Replaces what holds now, durably, and keeps it; the number of the next one is given here. */
  public SiteVersion write(SiteVersion.Change change) throws IOException {
    byte[] before = bytes(path);
    long newest = newestKept();
    if (before != null) {
      long number = SiteVersion.parse(before, newest).number();
      files.createDirectories(history);
      replace(history.resolve(number + SUFFIX), before);
      newest = Math.max(newest, number);
    }
    SiteVersion next = change.as(newest + 1);
    replace(path, next.bytes());
    forget();
    return next;
  }

  /** Puts back what held before a write that came to nothing. */
  public void takeBack(SiteVersion before) throws IOException {
    if (before.number() == 0) {
      files.delete(path);
    } else {
      files.rename(history.resolve(before.number() + SUFFIX), path);
      files.forceDirectory(history);
    }
    files.forceDirectory(folder);
  }

  /** Copies all versions, also while another process replaces them. */
  void copyTo(SiteFile other) throws IOException {
    for (long number : kept()) {
      byte[] bytes = bytes(history.resolve(number + SUFFIX));
      if (bytes != null) { // forgotten meanwhile
        files.createDirectories(other.history);
        other.replace(other.history.resolve(number + SUFFIX), bytes);
      }
    }
    byte[] bytes = bytes(path);
    if (bytes != null) {
      other.replace(other.path, bytes);
    }
  }

  private void forget() throws IOException {
    TreeSet<Long> kept = kept();
    boolean forgot = false;
    while (kept.size() > KEPT) {
      files.delete(history.resolve(kept.pollFirst() + SUFFIX));
      forgot = true;
    }
    if (forgot) {
      files.forceDirectory(history);
    }
  }

  private long newestKept() throws IOException {
    TreeSet<Long> kept = kept();
    return kept.isEmpty() ? 0 : kept.last();
  }

  private TreeSet<Long> kept() throws IOException {
    TreeSet<Long> numbers = new TreeSet<>();
    for (String name : files.list(history)) {
      if (name.matches("[1-9][0-9]{0,17}\\.yaml")) {
        numbers.add(Long.parseLong(name.substring(0, name.length() - SUFFIX.length())));
      }
    }
    return numbers;
  }

  private @Nullable SiteVersion kept(long number) throws IOException {
    byte[] bytes = bytes(history.resolve(number + SUFFIX));
    return bytes == null ? null : SiteVersion.parse(bytes, number - 1).numbered(number);
  }

  private void replace(Path file, byte[] bytes) throws IOException {
    Path part = file.resolveSibling(file.getFileName() + PART);
    try (FileSystem.Handle out = files.open(part, FileSystem.Mode.WRITE)) {
      out.truncate(0); // what a crash may have left
      out.write(ByteBuffer.wrap(bytes), 0);
      out.force();
    }
    files.rename(part, file);
    files.forceDirectory(file.getParent() == null ? folder : file.getParent());
    files.checkPlace();
  }

  private byte @Nullable [] bytes(Path file) throws IOException {
    try (FileSystem.Handle in = files.open(file, FileSystem.Mode.READ)) {
      ByteBuffer all =
          ByteBuffer.allocate((int) Math.min(files.size(file), SiteVersion.MOST_BYTES));
      int length = in.read(all, 0);
      byte[] bytes = new byte[length];
      all.flip().get(bytes);
      return bytes;
    } catch (NoSuchFileException absent) {
      return null;
    }
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
