package io.weir.gateway.log;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One segment file, as the log knows it. Changed only by the thread {@code log-sync}; read by all.
 */
final class Segment {

  /** Of a file of which the disk returned nothing, once the log is done with it. */
  static final String UNREADABLE_SUFFIX = ".unreadable";

  /** Of a segment that is being made: it holds no record yet. */
  static final String TEMPORARY_SUFFIX = ".tmp";

  private static final String SUFFIX = ".seg";

  private static final Pattern NAME = Pattern.compile("0\\d{19}\\" + SUFFIX);

  final Path path;
  final long first;

  /** {@code null} if both copies are lost and records do not prove each other. */
  final @Nullable SegmentHeader header;

  private final boolean ownHeader;
  private final boolean returned;

  /** Length of the file, if its records are packed. */
  private final long packedBytes;

  private volatile long end;
  private volatile long limit = Long.MAX_VALUE;
  private volatile boolean sealed;
  private volatile boolean deleted;

  /**
   * @param bytes length of the file
   */
  Segment(Path path, long first, @Nullable SegmentHeader header, long bytes) {
    this(path, first, header, bytes, header != null);
  }

  /**
   * @param ownHeader whether the header was read, not rebuilt from the records
   */
  Segment(Path path, long first, @Nullable SegmentHeader header, long bytes, boolean ownHeader) {
    this(path, first, header, bytes, ownHeader, true);
  }

  private Segment(
      Path path,
      long first,
      @Nullable SegmentHeader header,
      long bytes,
      boolean ownHeader,
      boolean returned) {
    this.path = path;
    this.first = first;
    this.header = header;
    packedBytes = header != null && header.isPacked() ? bytes : 0;
    end = header == null ? bytes : header.endIn(bytes);
    this.ownHeader = ownHeader;
    this.returned = returned;
  }

  /** A file of which the disk returned nothing: what is in it may be whole. */
  static Segment notReturned(Path path, long first, long bytes) {
    return new Segment(path, first, null, bytes, false, false);
  }

  /** Whether the disk returned any of the file when the log was opened. */
  boolean isReturned() {
    return returned;
  }

  /** Whether all of the header is known: of one rebuilt from records, only what serves them. */
  boolean hasOwnHeader() {
    return ownHeader;
  }

  /**
   * Reads the header of a segment file.
   *
   * @throws NewerFormatException if a later version of the program wrote it
   * @throws ReadFailedException if the disk does not answer
   */
  static Segment read(FileSystem files, Path path) throws IOException {
    Opened opened = open(files, path);
    opened.handle.close();
    return opened.segment;
  }

  /** A segment file that is open, and its header and length at one moment. */
  record Opened(Segment segment, FileSystem.Handle handle) {}

  /**
   * Opens a segment file that a gateway may write again at this moment.
   *
   * @throws java.nio.file.NoSuchFileException if it was deleted
   * @throws NewerFormatException if a later version of the program wrote it
   * @throws ReadFailedException if the disk does not answer
   */
  static Opened open(FileSystem files, Path path) throws IOException {
    long first = firstOf(path.getFileName().toString());
    while (true) {
      Object file = files.identity(path);
      FileSystem.Handle handle = files.open(path, FileSystem.Mode.READ);
      try {
        SegmentHeader header = SegmentHeader.read(handle, path, first);
        Segment segment = new Segment(path, first, header, files.size(path));
        if (Objects.equals(file, files.identity(path))) {
          return new Opened(segment, handle);
        }
        handle.close(); // replaced meanwhile
      } catch (IOException e) {
        try (handle) {
          throw e;
        }
      }
    }
  }

  static String fileName(long first) {
    return String.format(Locale.ROOT, "%020d%s", first, SUFFIX);
  }

  /** Whether a file has the name of a segment, with an offset that a log can reach. */
  static boolean isName(String file) {
    return NAME.matcher(file).matches();
  }

  static long firstOf(String file) {
    return Long.parseLong(file.substring(0, file.length() - SUFFIX.length()));
  }

  /**
   * Position up to which records are synced. In an ordinary segment it is the length of the file
   * that counts; in a packed one it, and every position, is where it would be if none were packed.
   */
  long end() {
    return end;
  }

  /** Whether its records are packed. */
  boolean isPacked() {
    return packedBytes > 0;
  }

  /** Length of the file that counts. */
  long bytes() {
    return isPacked() ? packedBytes : end;
  }

  /** Offset from which on nothing in this file is part of the log. */
  long limit() {
    return limit;
  }

  /** Whether {@link #end} is final. */
  boolean sealed() {
    return sealed;
  }

  /**
   * Whether the file is deleted or replaced, so that a reader inside must look again for the
   * segment of its offset.
   */
  boolean deleted() {
    return deleted;
  }

  /** Whether there is anything behind the header that is part of the log. */
  boolean mayHoldRecords() {
    return end() > recordsAt() && limit() > first;
  }

  /** File position of the first record. */
  long recordsAt() {
    return header == null ? end : header.recordsAt();
  }

  /** Offset from which on nothing in this file is part of the log, by the segment that follows. */
  long limitBefore(Segment next) {
    SegmentHeader following = next.header;
    return following != null && following.previousFirst() == first
        ? following.previousEnd()
        : next.first;
  }

  /** Records up to this file position are synced. */
  void synced(long end) {
    this.end = end;
  }

  /** Nothing more is written; offsets from the limit on are not part of the log. */
  void seal(long limit) {
    this.limit = limit;
    sealed = true;
  }

  void markDeleted() {
    deleted = true;
  }
}
