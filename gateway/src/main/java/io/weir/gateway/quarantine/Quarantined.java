package io.weir.gateway.quarantine;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.gateway.model.Reason;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * One entry: a piece of rejected evidence and all its faults.
 *
 * @param id 64 bits of a hash over origin and receive time: the same evidence has the same id
 *     however often it is written
 * @param origin the source or sink, and the position of its record
 * @param topic topic of the message
 * @param receiveTimeNs when the message first arrived, nanoseconds
 * @param faults what was wrong, one for each reason; at least one
 * @param rawLength bytes of the evidence as it was
 * @param raw the evidence: a payload, a part of one, or a line of line protocol; shorter than
 *     {@code rawLength} where it was too large to keep whole
 */
@SuppressWarnings("ArrayRecordComponent") // raw evidence, never compared
public record Quarantined(
    long id,
    Origin origin,
    String topic,
    long receiveTimeNs,
    List<Fault> faults,
    int rawLength,
    byte[] raw) {

  /** Where it was rejected. */
  public enum Side {
    /** By the intake: the evidence is a payload, or the faulty part of one. */
    SOURCE,
    /** A store refused it: the evidence is a line of line protocol. */
    SINK
  }

  /**
   * Where it came from.
   *
   * @param name the source's or sink's name
   * @param log the log that holds the record
   * @param offset the record's offset there
   * @param index which part of the record, from 0
   */
  public record Origin(Side side, String name, String log, long offset, int index) {}

  /**
   * What was wrong.
   *
   * @param detail one readable sentence, of the first such fault if there are several
   * @param readings how many readings it concerns
   */
  public record Fault(Reason reason, String detail, int readings) {

    /** The same fault, found again. */
    Fault andOneMore() {
      return new Fault(reason, detail, readings + 1);
    }
  }

  /** An entry, its evidence cut to what may be kept. */
  static Quarantined of(
      Origin origin,
      String topic,
      long receiveTimeNs,
      List<Fault> faults,
      byte[] evidence,
      int mostBytes) {
    return new Quarantined(
        id(origin, receiveTimeNs),
        origin,
        topic,
        receiveTimeNs,
        List.copyOf(faults),
        evidence.length,
        evidence.length <= mostBytes ? evidence : Arrays.copyOf(evidence, mostBytes));
  }

  /** The id as text: 16 hexadecimal digits. */
  public String label() {
    return HexFormat.of().toHexDigits(id);
  }

  /**
   * The id of a label.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static long id(String label) {
    if (!label.matches("[0-9a-fA-F]{16}")) {
      throw new IllegalArgumentException("an id has 16 hexadecimal digits, not '" + label + "'");
    }
    return HexFormat.fromHexDigitsToLong(label);
  }

  /** Readings that all faults concern. */
  public int readings() {
    return faults.stream().mapToInt(Fault::readings).sum();
  }

  /** Whether the evidence is all there, so that it can be replayed. */
  public boolean whole() {
    return raw.length == rawLength;
  }

  /** The same entry with no more than the beginning of its evidence. */
  Quarantined beginning(int bytes) {
    return raw.length <= bytes
        ? this
        : new Quarantined(
            id, origin, topic, receiveTimeNs, faults, rawLength, Arrays.copyOf(raw, bytes));
  }

  private static long id(Origin origin, long receiveTimeNs) {
    String text =
        String.join(
            "\n",
            origin.side().name(),
            origin.name(),
            origin.log(),
            Long.toString(origin.offset()),
            Integer.toString(origin.index()),
            Long.toString(receiveTimeNs));
    try {
      return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)))
          .getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }
}
