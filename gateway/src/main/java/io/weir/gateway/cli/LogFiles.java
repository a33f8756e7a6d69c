package io.weir.gateway.cli;

import io.weir.gateway.log.OwnerOnly;
import io.weir.gateway.log.Time;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The log of the process as files: the newest lines in {@code weir.log}, those before in {@code
 * weir.log.1} to {@code weir.log.N}. All together stay within their bound, and only their owner
 * reads them.
 *
 * <p>No write throws: a log that cannot be written must not stop what it reports on. After a
 * failure, such as a full disk, what comes is left out and counted, and the file is opened again at
 * the earliest ten seconds later; the first line then says how many are missing. One thread at a
 * time.
 */
final class LogFiles implements Closeable {

  private static final long TRY_AGAIN_NS = TimeUnit.SECONDS.toNanos(10);
  private static final Pattern NUMBERED = Pattern.compile("(.+)\\.([1-9][0-9]{0,5})");

  /** Opens a file to append to it, as a parameter, so that a test can let its disk be full. */
  interface Disk {

    SeekableByteChannel append(Path file) throws IOException;

    /** Files that only their owner reads. */
    Disk REAL =
        file ->
            Files.newByteChannel(
                file,
                Set.of(
                    StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND),
                OwnerOnly.file());
  }

  /** How the log says that lines are missing. */
  interface Missing {

    byte[] line(long lines, String why);
  }

  private final Path file;
  private final int older;
  private final long maxBytes;
  private final Missing missing;
  private final Time time;
  private final Disk disk;

  private @Nullable SeekableByteChannel channel;
  private long size;
  private long leftOut;
  private long failedNs;
  private String failure = "";

  /**
   * @param file where the newest lines go
   * @param maxBytes size of all files together
   * @param older how many files are kept beside the newest
   */
  LogFiles(Path file, long maxBytes, int older, Missing missing, Time time, Disk disk) {
    this.file = file;
    this.older = older;
    this.maxBytes = maxBytes / (older + 1);
    this.missing = missing;
    this.time = time;
    this.disk = disk;
    open();
  }

  /** Why the file cannot be written now, or "". */
  String failure() {
    return channel == null ? failure : "";
  }

  /** Writes one line, or leaves it out. */
  void write(byte[] line) {
    boolean open = channel != null;
    if (!open && (time.elapsedNs() - failedNs < TRY_AGAIN_NS || !open())) {
      leftOut++;
      return;
    }
    try {
      if (leftOut > 0) {
        append(missing.line(leftOut, failure));
        leftOut = 0;
      }
      append(line);
    } catch (IOException e) {
      leftOut++;
      fail(e);
    }
  }

  private void append(byte[] line) throws IOException {
    if (size > 0 && size + line.length > maxBytes) {
      rotate();
    }
    SeekableByteChannel to = channel;
    if (to == null) {
      throw new IOException(failure);
    }
    // A line longer than a whole file would break the bound; its beginning says most.
    ByteBuffer left = ByteBuffer.wrap(line, 0, (int) Math.min(line.length, maxBytes));
    try {
      while (left.hasRemaining()) {
        to.write(left);
      }
      size += line.length;
    } catch (IOException e) {
      cutBack(to, e);
      throw e;
    }
  }

  /** Takes back what a full disk took of a line. */
  private void cutBack(SeekableByteChannel to, IOException cause) {
    try {
      to.truncate(size);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  private void rotate() throws IOException {
    close();
    for (int i = older; i > 0; i--) {
      Path from = i == 1 ? file : numbered(i - 1);
      if (Files.exists(from)) {
        Files.move(from, numbered(i), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    if (older == 0) {
      Files.delete(file);
    }
    open();
  }

  private Path numbered(int number) {
    return file.resolveSibling(file.getFileName() + "." + number);
  }

  private boolean open() {
    try {
      Path folder = file.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder, OwnerOnly.directory());
      }
      if (Files.exists(file) && !Files.isRegularFile(file)) {
        throw new IOException(file + " is no regular file");
      }
      SeekableByteChannel opened = disk.append(file);
      channel = opened;
      size = opened.size();
      OwnerOnly.restrict(file);
      prune();
      return true;
    } catch (IOException e) {
      fail(e);
      return false;
    }
  }

  /** Deletes what an earlier setting kept and this one does not. */
  private void prune() throws IOException {
    SortedMap<Integer, Path> kept = new TreeMap<>();
    try (Stream<Path> files = Files.list(file.toAbsolutePath().getParent())) {
      files.forEach(
          each -> {
            Matcher name = NUMBERED.matcher(each.getFileName().toString());
            if (name.matches() && name.group(1).equals(file.getFileName().toString())) {
              kept.put(Integer.parseInt(name.group(2)), each);
            }
          });
    }
    long sum = Math.max(size, maxBytes);
    for (var each : kept.entrySet()) {
      sum += Files.size(each.getValue());
      if (each.getKey() > older || sum > maxBytes * (older + 1)) {
        Files.delete(each.getValue());
      }
    }
  }

  private void fail(IOException e) {
    failure = e.getMessage() == null ? e.toString() : e.getMessage();
    failedNs = time.elapsedNs();
    close();
  }

  /** What was written is with the operating system; whoever closes has no use for a failure. */
  @Override
  public void close() {
    SeekableByteChannel open = channel;
    channel = null;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        failure = e.toString();
      }
    }
  }
}
