package io.weir.gateway.decode;

import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.fasterxml.jackson.dataformat.cbor.CBORParser;
import io.weir.gateway.model.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Opens documents of CBOR (RFC 8949) for whoever reads them. {@code undefined} and simple values
 * are embedded objects: by default the parser takes a simple value for its number.
 */
final class CborDocuments {

  private static final int BYTES = 2;
  private static final int TEXT = 3;
  private static final int TAG = 6;
  private static final int INDEFINITE = 31;
  private static final int BIG_INTEGER = 2;
  private static final int NEGATIVE_BIG_INTEGER = 3;

  /** The head of bytes whose length follows in four. */
  private static final byte LONG_BYTES = 0x5a;

  /** A part of bytes that is a byte of 0. */
  private static final byte[] ZERO = {0x41, 0};

  private final CBORFactory factory;

  CborDocuments(StreamReadConstraints constraints) {
    this.factory =
        CBORFactory.builder()
            .streamReadConstraints(constraints)
            .enable(
                CBORParser.Feature.DECODE_USING_STANDARD_NEGATIVE_BIGINT_ENCODING,
                CBORParser.Feature.READ_UNDEFINED_AS_EMBEDDED_OBJECT,
                CBORParser.Feature.READ_SIMPLE_VALUE_AS_EMBEDDED_OBJECT)
            .build();
  }

  /**
   * A document that is being read.
   *
   * @param bytes those in which the parser says places
   */
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  record Open(byte[] bytes, CBORParser parser) {}

  /**
   * @throws JsonDocument.Refused if a text or key in it is not UTF-8
   */
  Open open(byte[] bytes) throws IOException {
    byte[] read = prepared(bytes);
    return new Open(read, factory.createParser(read));
  }

  /**
   * The parser takes overlong characters and halves of pairs. It takes a big integer of tag 2 for
   * negative where its highest bit is set, and one of tag 3 without bytes, which is -1, for 0: big
   * integers get a byte of 0 before their bytes here. The head of each item says where the next one
   * begins, however they are nested; what is no CBOR is left to the parser.
   */
  private static byte[] prepared(byte[] bytes) throws JsonDocument.Refused {
    ByteArrayOutputStream changed = new ByteArrayOutputStream(0);
    int copied = 0;
    int at = 0;
    boolean isBig = false;
    while (at < bytes.length) {
      int head = at++;
      int kind = (bytes[head] & 0xff) >>> 5;
      int info = bytes[head] & 0x1f;
      int more = info >= 24 && info <= 27 ? 1 << (info - 24) : 0;
      if (more > bytes.length - at) {
        break;
      }
      long argument = more == 0 ? info : 0;
      for (int end = at + more; at < end; at++) {
        argument = argument << 8 | (bytes[at] & 0xff);
      }
      if (kind == TAG) {
        isBig |= argument == BIG_INTEGER || argument == NEGATIVE_BIG_INTEGER;
        continue;
      }
      if (kind == BYTES && info == INDEFINITE && isBig) {
        changed.write(bytes, copied, at - copied);
        changed.writeBytes(ZERO);
        copied = at;
      } else if ((kind == BYTES || kind == TEXT) && info != INDEFINITE) {
        if (argument < 0 || argument > bytes.length - at) {
          break;
        }
        int end = at + (int) argument;
        if (kind == TEXT && !Utf8.isText(bytes, at, end)) {
          throw refused("a text that is not UTF-8, at byte " + head);
        }
        if (kind == BYTES && isBig && (at == end || bytes[at] < 0)) {
          changed.write(bytes, copied, head - copied);
          changed.writeBytes(ByteBuffer.allocate(6).put(LONG_BYTES).putInt(end - at + 1).array());
          copied = at;
        }
        at = end;
      }
      isBig = false;
    }
    if (copied == 0) {
      return bytes;
    }
    changed.write(bytes, copied, bytes.length - copied);
    return changed.toByteArray();
  }

  static JsonDocument.Refused refused(String what) {
    return new JsonDocument.Refused(Reason.MALFORMED, "not CBOR: " + what);
  }
}
