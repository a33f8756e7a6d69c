package io.weir.gateway.datadir;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.gateway.log.AtomicFile;
import io.weir.gateway.log.FileSystem;
import io.weir.gateway.source.SessionStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * The session of one source in two files: {@code subscriptions/SOURCE} has the filters, UTF-8, one
 * a line; {@code sessions/SOURCE} has the last connection, little-endian: u8 format 1, i64 number,
 * u8 doubtful.
 */
final class SessionFiles implements SessionStore {

  private static final byte FORMAT = 1;

  private final FileSystem files;
  private final Path directory;
  private final AtomicFile filters;
  private final AtomicFile connection;
  private final String source;
  private final Consumer<String> damaged;

  SessionFiles(FileSystem files, Path directory, String source, Consumer<String> damaged) {
    this.files = files;
    this.directory = directory;
    this.source = source;
    this.damaged = damaged;
    filters = new AtomicFile(files, directory.resolve("subscriptions").resolve(source));
    connection = new AtomicFile(files, directory.resolve("sessions").resolve(source));
  }

  @Override
  public Set<String> load() throws IOException {
    String text = new String(filters.read().orElse(new byte[0]), UTF_8);
    if (filters.damaged()) {
      damaged.accept("subscriptions/" + source);
    }
    return text.lines().collect(Collectors.toCollection(TreeSet::new));
  }

  @Override
  public void save(Set<String> next) throws IOException {
    files.createDirectories(directory.resolve("subscriptions"));
    filters.write(String.join("\n", new TreeSet<>(next)).getBytes(UTF_8));
  }

  @Override
  public LastConnection lastConnection() throws IOException {
    byte[] bytes = connection.read().orElse(null);
    if (connection.damaged()) {
      damaged.accept("sessions/" + source);
    }
    if (bytes == null) {
      return new LastConnection(0, connection.damaged());
    }
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    byte format = in.get();
    if (format != FORMAT) {
      throw new IOException("format " + format + " of sessions/" + source + " is not known");
    }
    return new LastConnection(in.getLong(), in.get() != 0);
  }

  @Override
  public void save(LastConnection last) throws IOException {
    files.createDirectories(directory.resolve("sessions"));
    connection.write(
        ByteBuffer.allocate(1 + Long.BYTES + 1)
            .order(ByteOrder.LITTLE_ENDIAN)
            .put(FORMAT)
            .putLong(last.number())
            .put((byte) (last.doubtful() ? 1 : 0))
            .array());
  }
}
