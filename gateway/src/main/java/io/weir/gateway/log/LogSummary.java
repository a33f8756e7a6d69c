package io.weir.gateway.log;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a log has come to, read from its directory without opening the log: its total, and how far
 * each consumer is. Writes nothing. Of a log that is being written, the parts may be some records
 * apart.
 *
 * @param units of all records ever synced
 * @param consumers those whose cursor is whole
 * @param damagedCursors the consumers whose cursor is not
 */
public record LogSummary(long units, List<Consumer> consumers, List<String> damagedCursors) {

  /**
   * One consumer.
   *
   * @param position offset below which all records are done
   * @param units of all those records
   * @param state the consumer's own bytes
   */
  @SuppressWarnings("ArrayRecordComponent") // the owner's bytes, never compared
  public record Consumer(String name, long position, long units, byte[] state) {}

  /**
   * Reads the headers, the records of the last segment, and the cursors: fast at any size.
   *
   * @param total brought to the end of the log
   * @throws NewerFormatException if a later version of the program wrote a file of it
   */
  public static LogSummary read(Path directory, FileSystem files, RunningTotal total)
      throws IOException {
    long units = endUnits(directory, files, total);
    Path where = directory.resolve(Cursor.DIRECTORY);
    List<Consumer> consumers = new ArrayList<>();
    List<String> damaged = new ArrayList<>();
    for (String name : Cursor.names(files, where)) {
      Cursor cursor = Cursor.read(files, where, name);
      if (cursor == null) {
        damaged.add(name);
      } else {
        consumers.add(new Consumer(name, cursor.position(), cursor.units(), cursor.state()));
        units = Math.max(units, cursor.units());
      }
    }
    return new LogSummary(units, List.copyOf(consumers), List.copyOf(damaged));
  }

  private static long endUnits(Path directory, FileSystem files, RunningTotal total)
      throws IOException {
    List<String> names = files.list(directory).stream().filter(Segment::isName).toList();
    for (int i = names.size() - 1; i >= 0; i--) {
      Segment last = Segment.read(files, directory.resolve(names.get(i)));
      if (last.header != null) {
        return addRecords(last, last.header, files, total);
      }
    }
    total.restore(new byte[0]);
    return 0;
  }

  private static byte[] readTotal(Segment segment, SegmentHeader header, FileSystem files)
      throws IOException {
    try (FileSystem.Handle handle = files.open(segment.path, FileSystem.Mode.READ)) {
      byte[] total = header.readTotal(handle, segment.path);
      return total == null ? new byte[0] : total;
    }
  }

  private static long addRecords(
      Segment last, SegmentHeader header, FileSystem files, RunningTotal total) throws IOException {
    total.restore(readTotal(last, header, files));
    long units = header.unitsBefore();
    try (RecordReader reader = RecordReader.ofAll(files, last, header)) {
      while (reader.next(last.end(), Long.MAX_VALUE)) {
        if (!reader.isEmptyRun()) {
          total.add(reader.kind(), reader.payload());
        }
        units = reader.unitsBefore() + reader.units();
      }
    }
    return units;
  }
}
