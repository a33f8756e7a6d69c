package io.weir.gateway.source.mqtt.guard;

import io.weir.gateway.model.Rejected;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * One PUBLISH that is set aside, while its bytes come in. In its place Paho reads a packet that
 * goes on as they do, a byte for each {@link #BYTES_FOR_ONE} of them: Paho would take a connection
 * on which it reads nothing for dead.
 */
final class Aside {

  /** How much of a packet over the limit is kept. */
  static final int EVIDENCE_BYTES = 64 * 1024;

  private static final int BYTES_FOR_ONE = 64 * 1024;
  private static final int FIRST_ROOM = 4 * 1024;

  private final String topic;
  private final Fault fault;
  private final int length;
  private final int keptFrom;
  private final int mostKept;
  private final @Nullable MessageDigest digest;
  private final byte[] substitute;
  private final int substituteHead;

  private int arrived;
  private byte[] kept = {};
  private int keptLength;

  /**
   * @param packet what was found of it
   * @param topic its topic
   * @param number by which it is fetched
   */
  Aside(PacketReader packet, String topic, long number) {
    this.topic = topic;
    this.fault = packet.fault();
    this.length = packet.length();
    this.keptFrom = Math.max(0, packet.payloadAt());
    boolean isCut = packet.isTooLong();
    this.mostKept = isCut ? EVIDENCE_BYTES : length;
    this.digest = isCut ? sha256() : null;
    int payload = length / BYTES_FOR_ONE + Long.BYTES;
    ByteBuffer head = ByteBuffer.allocate(PacketGuard.LONGEST_HEAD);
    PacketGuard.putHead(head, packet, payload);
    this.substituteHead = head.position();
    this.substitute = Arrays.copyOf(head.array(), substituteHead + payload);
    ByteBuffer.wrap(substitute).putLong(substitute.length - Long.BYTES, number);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }

  int left() {
    return length - arrived;
  }

  int arrived() {
    return arrived;
  }

  /** What Paho reads in its place. */
  byte[] substitute() {
    return substitute;
  }

  /** How much of {@link #substitute} may be read by now. */
  int readable() {
    return left() == 0 ? substitute.length : substituteHead + arrived / BYTES_FOR_ONE;
  }

  /** The next bytes of it. */
  void take(byte[] bytes, int from, int count) {
    int skipped = Math.max(0, Math.min(count, keptFrom - arrived));
    arrived += count;
    int at = from + skipped;
    int rest = count - skipped;
    if (digest != null) {
      digest.update(bytes, at, rest);
    }
    int more = Math.min(rest, mostKept - keptLength);
    if (more > 0) {
      ensureRoom(keptLength + more);
      System.arraycopy(bytes, at, kept, keptLength, more);
      keptLength += more;
    }
  }

  /** Never more than twice what has arrived. */
  private void ensureRoom(int needed) {
    if (needed > kept.length) {
      int most = Math.min(mostKept, length - keptFrom);
      kept = Arrays.copyOf(kept, Math.min(most, Math.max(needed, 2 * kept.length + FIRST_ROOM)));
    }
  }

  SetAside end() {
    byte[] evidence = kept.length == keptLength ? kept : Arrays.copyOf(kept, keptLength);
    return new SetAside(topic, evidence, new Rejected(fault.reason(), detail()));
  }

  private String detail() {
    if (digest == null) {
      return fault.what();
    }
    String hash = HexFormat.of().formatHex(digest.digest());
    String what = keptFrom == 0 ? "the packet" : "the payload";
    return "%s; %s has %d bytes with SHA-256 %s, of which the first %d are kept"
        .formatted(fault.what(), what, length - keptFrom, hash, keptLength);
  }
}
