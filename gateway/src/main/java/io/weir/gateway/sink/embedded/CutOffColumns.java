package io.weir.gateway.sink.embedded;

import io.questdb.cairo.CairoConfiguration;
import io.questdb.cairo.wal.WalUtils;
import io.questdb.cairo.wal.seq.TableTransactionLogV1;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Completes what a kill cut off while a column was added. QuestDB syncs the change, then the new
 * structure of the table, and counts the change as a transaction last. A process that ends between
 * the last two leaves a structure that is one change ahead of the transactions, and QuestDB then
 * refuses every write to the table for ever. The change itself is whole, so it is counted here.
 */
final class CutOffColumns {

  private static final Logger LOG = LoggerFactory.getLogger(CutOffColumns.class);

  private final CairoConfiguration configuration;

  CutOffColumns(CairoConfiguration configuration) {
    this.configuration = configuration;
  }

  /**
   * Looks at every table. QuestDB must not run.
   *
   * @param tables the folder of the tables' folders
   */
  void complete(Path tables) throws IOException {
    if (!Files.isDirectory(tables)) {
      return;
    }
    List<Path> folders;
    try (Stream<Path> all = Files.list(tables)) {
      folders = all.map(each -> each.resolve(WalUtils.SEQ_DIR)).filter(Files::isDirectory).toList();
    }
    for (Path each : folders) {
      completeTable(each);
    }
  }

  private void completeTable(Path folder) throws IOException {
    Path structure = folder.resolve("_meta");
    Path transactions = folder.resolve(WalUtils.TXNLOG_FILE_NAME);
    if (!Files.exists(structure) || !Files.exists(transactions)) {
      return; // dropped, or its creation was cut off
    }
    long version = number(structure, WalUtils.SEQ_META_OFFSET_STRUCTURE_VERSION);
    try (io.questdb.std.str.Path path = new io.questdb.std.str.Path();
        TableTransactionLogV1 log = new TableTransactionLogV1(configuration)) {
      long counted = log.open(path.of(folder.toString()));
      if (version == counted + 1 && isChangeWhole(folder, counted)) {
        log.beginMetadataChangeEntry(
            version, null, null, configuration.getMicrosecondClock().getTicks());
        log.endMetadataChangeEntry();
        log.fullSync();
        LOG.warn(
            "A new column of table {} was cut off and is completed",
            folder.resolveSibling("").getFileName());
      }
    }
  }

  /** A change is its length as an int and its bytes; the index has where each begins. */
  private static boolean isChangeWhole(Path folder, long change) throws IOException {
    Path index = folder.resolve(WalUtils.TXNLOG_FILE_NAME_META_INX);
    long begin = number(index, change * Long.BYTES);
    long end = number(index, (change + 1) * Long.BYTES);
    long length = (int) number(folder.resolve(WalUtils.TXNLOG_FILE_NAME_META_VAR), begin);
    return length > 0 && end == begin + Integer.BYTES + length;
  }

  /** The eight bytes at a place, as QuestDB's files have them; what is missing is 0. */
  private static long number(Path file, long at) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      while (bytes.hasRemaining() && channel.read(bytes, at + bytes.position()) >= 0) {
        // goes on until all are read, or the file ends
      }
    }
    return bytes.getLong(0);
  }
}
