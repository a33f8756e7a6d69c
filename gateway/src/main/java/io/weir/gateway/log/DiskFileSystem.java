package io.weir.gateway.log;

import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** {@link FileSystem} on {@link FileChannel}. Threads that use it must not be interrupted. */
final class DiskFileSystem implements FileSystem {

  /**
   * The JDK keeps, per thread, an off-heap copy of the largest heap buffer written: keep it small.
   */
  private static final int LARGEST_TRANSFER = 256 * 1024;

  private static final Set<StandardOpenOption> NEW =
      Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);

  private static final Set<StandardOpenOption> WRITE =
      Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);

  @Override
  public Handle open(Path file, Mode mode) throws IOException {
    return new Channel(
        mode == Mode.READ ? FileChannel.open(file, StandardOpenOption.READ) : openOrCreate(file));
  }

  private static FileChannel openOrCreate(Path file) throws IOException {
    FileChannel made;
    try {
      made = FileChannel.open(file, NEW, OwnerOnly.file());
    } catch (FileAlreadyExistsException e) { // or a link to what is not there yet
      return FileChannel.open(file, WRITE, OwnerOnly.file());
    }
    try {
      OwnerOnly.giveToOwnerOfFolder(file);
      return made;
    } catch (IOException e) {
      made.close();
      throw e;
    }
  }

  @Override
  public long size(Path file) throws IOException {
    return Files.size(file);
  }

  @Override
  public @Nullable Object identity(Path path) throws IOException {
    try {
      Object inode = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
      return inode == null ? path : inode;
    } catch (NoSuchFileException | NotDirectoryException absent) {
      return null;
    }
  }

  @Override
  public List<String> list(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    } catch (NoSuchFileException | NotDirectoryException absent) {
      return List.of();
    }
  }

  @Override
  public boolean createDirectory(Path directory) throws IOException {
    try {
      Files.createDirectory(directory, OwnerOnly.directory());
      OwnerOnly.giveToOwnerOfFolder(directory);
      return true;
    } catch (FileAlreadyExistsException e) {
      if (Files.isDirectory(directory)) {
        return false;
      }
      throw e;
    }
  }

  @Override
  public int restrict(Path directory) throws IOException {
    return OwnerOnly.restrict(directory);
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void delete(Path file) throws IOException {
    Files.deleteIfExists(file);
  }

  @Override
  public void forceDirectory(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  @Override
  public @Nullable Closeable lock(Path file) throws IOException {
    FileChannel channel = openOrCreate(file);
    try {
      if (channel.tryLock() != null) {
        return channel; // closing it releases the lock
      }
    } catch (OverlappingFileLockException e) {
      // held within this process
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    channel.close();
    return null;
  }

  /**
   * Asks the kernel about the directory itself. {@link Files#getFileStore} searches the mount table
   * instead, where in a chroot the mount of the directory is missing.
   */
  @Override
  public long usableSpace(Path directory) {
    File file = directory.toFile();
    long usable = file.getUsableSpace();
    boolean known = usable > 0 || file.getTotalSpace() > 0;
    return known ? usable : UNKNOWN_SPACE;
  }

  private record Channel(FileChannel channel) implements Handle {

    @Override
    public int read(ByteBuffer into, long position) throws IOException {
      int total = 0;
      int end = into.limit();
      while (into.position() < end) {
        into.limit(Math.min(end, into.position() + LARGEST_TRANSFER));
        int count = channel.read(into, position + total);
        if (count < 0) {
          break;
        }
        total += count;
      }
      into.limit(end);
      return total;
    }

    @Override
    public void write(ByteBuffer from, long position) throws IOException {
      long at = position;
      int end = from.limit();
      int most =
          from.isDirect() ? end : LARGEST_TRANSFER; // in one piece the kernel takes larger pages
      while (from.position() < end) {
        from.limit(from.position() + Math.min(end - from.position(), most));
        at += channel.write(from, at);
      }
      from.limit(end);
    }

    @Override
    public void truncate(long length) throws IOException {
      channel.truncate(length);
    }

    @Override
    public void force() throws IOException {
      channel.force(false);
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
