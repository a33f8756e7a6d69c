package io.weir.packaging;

import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * Compresses the files of an archive, but for those that are compressed already: to do it again
 * took half of the time of a build, and saved a twelfth. The header has no name and no time.
 */
final class Gzip extends GZIPOutputStream {

  Gzip(OutputStream out) throws IOException {
    super(out, 1 << 16);
  }

  /** The file of this path is written next. */
  void begin(String path) throws IOException {
    def.setLevel(
        Archive.isCompressed(path) ? Deflater.NO_COMPRESSION : Deflater.DEFAULT_COMPRESSION);
    int length;
    do { // or else what is written next would still be compressed as what was before it
      length = def.deflate(buf, 0, buf.length);
      out.write(buf, 0, length);
    } while (length == buf.length);
  }
}
