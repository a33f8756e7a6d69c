package io.weir.gateway.sink.mqtt;

import io.weir.gateway.log.AtomicFile;
import java.io.IOException;
import java.util.Optional;

/**
 * The number {@code bdSeq}, which ties a death to its birth: one more for each connection, from 0
 * to 255, also over a restart.
 */
final class BirthSequence {

  private static final int COUNT = 256;

  private final AtomicFile file;

  BirthSequence(AtomicFile file) {
    this.file = file;
  }

  /**
   * The number of the next connection, stored before it returns.
   *
   * @throws IOException if the disk neither gives nor takes it now
   */
  int next() throws IOException {
    Optional<byte[]> before = file.read();
    int next = before.isPresent() && before.get().length == 1 ? (before.get()[0] & 0xFF) + 1 : 0;
    file.write(new byte[] {(byte) (next % COUNT)});
    return next % COUNT;
  }
}
