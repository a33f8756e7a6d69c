package io.weir.gateway.uplink;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A {@link LinkBatch} as bytes, and back. A batch is read without any other one.
 *
 * <pre>
 * u8     version, 2; 1 is read too, and written where version 2 has no more to say
 * str    gateway       str incarnation       str log       (varint length, ASCII, see NAME)
 * u8     flags         1 sent again on request, 2 before its turn (in version 2 only)
 * varint first offset that went before its turn, where it did
 * varint first offset, first index, last offset, last index
 * varint rows          varint values
 * u8     dictionary    varint length of the body before compression
 * frame  of zstd with that dictionary, to the end
 * </pre>
 *
 * What the body is: {@link BatchBody}.
 */
public final class LinkCodec {

  static final int VERSION = 2;

  /** The version of a batch whose rows are all in turn. */
  static final int IN_ORDER = 1;

  /** Of a batch before compression; one row alone may not be longer. */
  public static final int MOST_BYTES = 8 << 20;

  /** Values of a batch: this many objects have room in a small heap. */
  public static final int MOST_VALUES = 100_000;

  /**
   * Of a batch, by the {@link LinkRow#weight} of its rows: names and texts stand once in a batch,
   * and with each row in a log, so a batch of a few hundred bytes could else fill a disk.
   */
  public static final long MOST_WEIGHT = 64 << 20;

  /** Characters of a topic; MQTT has no longer ones. */
  public static final int MOST_OF_TOPIC = 65_535;

  /** As the ids of gateways are in the configuration. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

  private static final int AGAIN = 1;
  private static final int AHEAD = 2;

  private LinkCodec() {}

  // ---- Writing

  /** The batch as bytes; it has at least one row, and at most this many values. */
  public static byte[] encode(LinkBatch batch) {
    boolean isAhead = batch.since() != LinkBatch.IN_TURN;
    int version =
        isAhead || batch.rows().stream().anyMatch(LinkRow::mustStand) ? VERSION : IN_ORDER;
    BodyWriter body = new BodyWriter(batch.rows(), version);
    byte[] plain = body.bytes();
    Dictionary dictionary = known(Dictionary.of(Dictionary.NEWEST));
    byte[] frame = dictionary.compressed(plain);
    LinkRow first = batch.rows().get(0);
    LinkRow last = batch.rows().get(batch.rows().size() - 1);
    BytesOut out = new BytesOut(frame.length + 200);
    out.octet(version);
    out.text(batch.gateway());
    out.text(batch.incarnation());
    out.text(batch.log());
    out.octet((batch.again() ? AGAIN : 0) | (isAhead ? AHEAD : 0));
    if (isAhead) {
      out.number(batch.since());
    }
    out.number(first.offset());
    out.number(first.index());
    out.number(last.offset());
    out.number(last.index());
    out.number(batch.rows().size());
    out.number(body.values());
    out.octet(Dictionary.NEWEST);
    out.number(plain.length);
    out.add(frame);
    return out.toBytes();
  }

  /** The bytes that are compressed, for who trains a dictionary or measures. */
  public static byte[] plain(List<LinkRow> rows) {
    return new BodyWriter(rows, IN_ORDER).bytes();
  }

  private static Dictionary known(@Nullable Dictionary dictionary) {
    if (dictionary == null) {
      throw new IllegalStateException("the newest dictionary is in the jar");
    }
    return dictionary;
  }

  // ---- Reading

  /**
   * Reads a batch, whoever sent it. Holds no more than a small multiple of the most bytes and
   * values.
   */
  public static LinkBatch decode(byte[] bytes) throws BadBatchException {
    BytesIn in = new BytesIn(bytes);
    int version = in.octet();
    if (version < IN_ORDER || version > VERSION) {
      throw BadBatchException.unknown(
          "version "
              + version
              + " of batches is not known here; this gateway reads up to "
              + VERSION);
    }
    String gateway = name(in);
    String incarnation = name(in);
    String log = name(in);
    int flags = in.octet();
    boolean again = (flags & AGAIN) != 0;
    boolean isAhead = version > IN_ORDER && (flags & AHEAD) != 0;
    long since = isAhead ? in.number() : LinkBatch.IN_TURN;
    long firstOffset = in.number();
    int firstIndex = in.index();
    long lastOffset = in.number();
    int lastIndex = in.index();
    long count = in.number();
    long values = in.number();
    int number = in.octet();
    Dictionary dictionary = Dictionary.of(number);
    if (dictionary == null) {
      throw BadBatchException.unknown(
          "dictionary "
              + number
              + " is not known here; this gateway has up to "
              + Dictionary.NEWEST);
    }
    long length = in.number();
    if (length < 0 || length > MOST_BYTES || values < 0 || values > MOST_VALUES) {
      throw BadBatchException.broken("it says that it is larger than a batch may be");
    }
    if (count < 1 || count > values) {
      throw BadBatchException.broken("it has no rows, or more of them than values");
    }
    byte[] frame = Arrays.copyOfRange(bytes, in.at(), bytes.length);
    BytesIn body = new BytesIn(dictionary.decompressed(frame, (int) length));
    List<LinkRow> rows = new BodyReader(body, version, (int) count, (int) values).rows();
    LinkRow first = rows.get(0);
    LinkRow last = rows.get(rows.size() - 1);
    if (first.offset() != firstOffset
        || first.index() != firstIndex
        || last.offset() != lastOffset
        || last.index() != lastIndex) {
      throw BadBatchException.broken("its rows are not those that its head names");
    }
    if (isAhead && (again || since < 0 || since > firstOffset)) {
      throw BadBatchException.broken("it goes before its turn from behind its rows, or again");
    }
    return new LinkBatch(gateway, incarnation, log, again, since, rows);
  }

  /** It stands with each row in the log and, with what is known of it, in each of its files. */
  private static String name(BytesIn in) throws BadBatchException {
    String name = in.text();
    if (!NAME.matcher(name).matches()) {
      throw BadBatchException.broken(
          "its gateway, incarnation and log are names of at most 64 letters, digits, dots, dashes"
              + " and underscores");
    }
    return name;
  }
}
