package io.weir.gateway.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The segment files that recovery finds, by their headers. All but the last are sealed. Files that
 * were being made are deleted: nothing is only there.
 */
final class SegmentFiles {

  private static final Logger LOG = LoggerFactory.getLogger(SegmentFiles.class);

  /** A disk that is away may take long to refuse each read. */
  private static final int MOST_ASKED = 64;

  private final String name;
  private final FileSystem files;
  private final Path directory;
  private final List<Segment> segments = new ArrayList<>();
  private final List<Damage> damage = new ArrayList<>();
  private long lostUnits;
  private boolean returnedAny;
  private @Nullable ReadFailedException failed;

  private SegmentFiles(String name, FileSystem files, Path directory) {
    this.name = name;
    this.files = files;
    this.directory = directory;
  }

  /**
   * Reads the headers.
   *
   * @throws NewerFormatException if a later version of the program wrote one
   * @throws IOException if the disk cannot list or open a file: it may be whole
   */
  static SegmentFiles read(String name, FileSystem files, Path directory) throws IOException {
    SegmentFiles found = new SegmentFiles(name, files, directory);
    found.read();
    return found;
  }

  /** By first offset, ascending. */
  List<Segment> segments() {
    return segments;
  }

  /** The headers that are lost. */
  List<Damage> damage() {
    return damage;
  }

  /** Units up to the end of the last segment whose records cannot be served, as far as known. */
  long lostUnits() {
    return lostUnits;
  }

  /** A read that failed, where the disk returned no block of any segment; else {@code null}. */
  @Nullable ReadFailedException nothingReturned() {
    return returnedAny ? null : failed;
  }

  private void read() throws IOException {
    List<Long> names = new ArrayList<>();
    for (String file : files.list(directory)) {
      if (file.endsWith(Segment.TEMPORARY_SUFFIX)) {
        files.delete(directory.resolve(file)); // a file being made; nothing is only there
      } else if (Segment.isName(file)) {
        names.add(Segment.firstOf(file));
      }
    }
    for (int i = 0; i < names.size(); i++) {
      long following = i + 1 < names.size() ? names.get(i + 1) : Long.MAX_VALUE;
      segments.add(readSegment(names.get(i), following));
    }
    for (int i = 0; i < segments.size() - 1; i++) {
      segments.get(i).seal(limit(segments.get(i), segments.get(i + 1)));
    }
  }

  /**
   * The offset from which on nothing in a segment is part of the log. Only the own header of the
   * next segment says it; where that is lost, what would count the same units as the records of the
   * next segment is left out.
   */
  private long limit(Segment segment, Segment next) throws IOException {
    long limit = segment.limitBefore(next);
    SegmentHeader header = segment.header;
    SegmentHeader rebuilt = next.hasOwnHeader() ? null : next.header;
    if (header == null || rebuilt == null) {
      return limit;
    }
    try (RecordReader reader = RecordReader.ofAll(files, segment, header)) {
      while (reader.next(segment.end(), limit)) {
        if (reader.unitsBefore() + reader.units() > rebuilt.unitsBefore()) {
          return reader.offset();
        }
      }
    }
    return limit;
  }

  private Segment readSegment(long first, long following) throws IOException {
    Path path = directory.resolve(Segment.fileName(first));
    long bytes = files.size(path);
    SegmentHeader header = readHeader(path, first);
    boolean isReturned = header != null || returnsAny(path, bytes);
    returnedAny = returnedAny || isReturned;
    if (header != null) {
      return new Segment(path, first, header, bytes, true);
    }
    if (!isReturned) {
      damage.add(new Damage.NoHeader(path, false, following == Long.MAX_VALUE));
      return Segment.notReturned(path, first, bytes);
    }
    LostHeader lost = searchHeader(path, first, bytes, following);
    lostUnits = Math.max(lostUnits, lost.units());
    damage.add(new Damage.NoHeader(path, lost.header() != null, following == Long.MAX_VALUE));
    return new Segment(path, first, lost.header(), bytes, false);
  }

  private LostHeader searchHeader(Path path, long first, long bytes, long following)
      throws IOException {
    try {
      return LostHeader.of(files, path, first, bytes, following);
    } catch (ReadFailedException e) {
      LOG.error("Log {}: {} cannot be read", name, path, e);
      return LostHeader.NOTHING_KNOWN;
    }
  }

  /** Whether the disk returns any of some blocks of a file, from the first to the last. */
  private boolean returnsAny(Path path, long bytes) throws IOException {
    long step = Math.max(UnreadableBlocks.BLOCK_BYTES, bytes / MOST_ASKED);
    try (FileSystem.Handle handle = files.open(path, FileSystem.Mode.READ)) {
      for (long at = 0; at < bytes; at += step) {
        if (returns(handle, at)) {
          return true;
        }
      }
      return returns(handle, Math.max(0, bytes - 1));
    }
  }

  private static boolean returns(FileSystem.Handle handle, long position) {
    try {
      handle.read(ByteBuffer.allocate(1), position);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private @Nullable SegmentHeader readHeader(Path path, long first) throws IOException {
    IOException notOpened = null;
    for (int tries = 0; tries < UnreadableBlocks.TRIES; tries++) {
      try (FileSystem.Handle handle = files.open(path, FileSystem.Mode.READ)) {
        return SegmentHeader.read(handle, path, first);
      } catch (NewerFormatException e) {
        throw e;
      } catch (ReadFailedException e) {
        LOG.warn("Log {}: cannot read the header of {}", name, path, e);
        failed = e;
      } catch (IOException e) {
        notOpened = e;
      }
    }
    if (notOpened != null) {
      throw notOpened;
    }
    return null;
  }
}
