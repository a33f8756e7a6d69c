package io.weir.gateway;

import io.weir.gateway.efficiency.FiguresBook;
import io.weir.gateway.group.Group;
import io.weir.gateway.log.AtomicFile;
import io.weir.gateway.notify.Notifier;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The book of figures, the decisions about hints, the notifications, or the memory of a member of a
 * group, as a file of the data directory.
 */
final class BookFile implements FiguresBook.Store, Notifier.Store, Group.Store {

  private final String name;
  private final AtomicFile file;
  private final Consumer<String> damaged;

  /**
   * @param name of the file
   * @param damaged gets that name if no whole copy of it is left
   */
  BookFile(String name, AtomicFile file, Consumer<String> damaged) {
    this.name = name;
    this.file = file;
    this.damaged = damaged;
  }

  @Override
  public Optional<byte[]> load() throws IOException {
    Optional<byte[]> value = file.read();
    if (file.damaged()) {
      damaged.accept(name);
    }
    return value;
  }

  @Override
  public boolean isDamaged() {
    return file.damaged();
  }

  @Override
  public void save(byte[] bytes) throws IOException {
    file.write(bytes);
  }
}
