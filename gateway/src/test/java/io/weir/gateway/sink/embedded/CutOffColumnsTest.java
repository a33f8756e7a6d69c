package io.weir.gateway.sink.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.questdb.cairo.wal.WalUtils;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process of the store that ended while it added a column, as the files then are. */
@Tag("server")
class CutOffColumnsTest {

  /** Where the log of transactions has how many it counts. */
  private static final int COUNT_AT = 4;

  @TempDir Path root;

  private QuestDb start() throws IOException {
    return QuestDb.start(new StoreSettings(root, StoreTokens.random(), 0, null));
  }

  private Path log() throws IOException {
    try (Stream<Path> tables = Files.list(root.resolve("db"))) {
      return tables
          .filter(each -> each.getFileName().toString().matches("cut~\\d+"))
          .map(each -> each.resolve(WalUtils.SEQ_DIR).resolve(WalUtils.TXNLOG_FILE_NAME))
          .findAny()
          .orElseThrow();
    }
  }

  private static long counted(Path log, long added) throws IOException {
    ByteBuffer number = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    try (FileChannel file =
        FileChannel.open(log, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      file.read(number, COUNT_AT);
      number.putLong(0, number.getLong(0) + added);
      file.write(number.rewind(), COUNT_AT);
    }
    return number.getLong(0);
  }

  @Test
  void aColumnThatWasNotCountedYetIsCompleted() throws Exception {
    try (QuestDb store = start()) {
      store.prepare(Set.of("cut", "whole"));
      store.engine().execute("ALTER TABLE cut ADD COLUMN t DOUBLE");
    }
    long counted = counted(log(), -1) + 1;
    try (QuestDb store = start()) {
      assertThat(counted(log(), 0)).isEqualTo(counted);
      store.engine().execute("ALTER TABLE cut ADD COLUMN p DOUBLE");
      store.engine().execute("INSERT INTO cut (timestamp, point, t, p) VALUES (1000, 1, 1.5, 2.5)");
      assertThat(store.suspended()).isEmpty();
    }
    assertThat(counted(log(), 0)).isEqualTo(counted + 2);
  }

  /** After a failure of the power, the change itself may be missing: nothing is made up. */
  @Test
  void aChangeThatIsNotWholeIsLeftAlone() throws Exception {
    try (QuestDb store = start()) {
      store.prepare(Set.of("cut"));
      store.engine().execute("ALTER TABLE cut ADD COLUMN t DOUBLE");
    }
    long counted = counted(log(), -1);
    try (FileChannel changes =
        FileChannel.open(
            log().resolveSibling(WalUtils.TXNLOG_FILE_NAME_META_VAR), StandardOpenOption.WRITE)) {
      changes.truncate(0);
    }
    start().close();
    assertThat(counted(log(), 0)).isEqualTo(counted);
  }
}
