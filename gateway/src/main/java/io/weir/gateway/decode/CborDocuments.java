package io.weir.gateway.decode;

import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.fasterxml.jackson.dataformat.cbor.CBORParser;
import io.weir.gateway.model.Reason;
import java.io.IOException;

/**
 * Opens documents of CBOR (RFC 8949) for whoever reads them. {@code undefined} and simple values
 * are embedded objects: by default the parser takes a simple value for its number.
 */
final class CborDocuments {

  private static final int BYTES = 2;
  private static final int TEXT = 3;
  private static final int INDEFINITE = 31;

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
   * @throws JsonDocument.Refused if a text or key in it is not UTF-8
   */
  CBORParser open(byte[] bytes) throws IOException {
    checkTexts(bytes);
    return factory.createParser(bytes);
  }

  /**
   * The parser takes overlong characters, and halves of pairs. The head of each item says where the
   * next one begins, however they are nested; what is no CBOR is left to the parser.
   */
  private static void checkTexts(byte[] bytes) throws JsonDocument.Refused {
    int at = 0;
    while (at < bytes.length) {
      int head = at++;
      int kind = (bytes[head] & 0xff) >>> 5;
      int info = bytes[head] & 0x1f;
      int more = info >= 24 && info <= 27 ? 1 << (info - 24) : 0;
      if (more > bytes.length - at) {
        return;
      }
      long argument = more == 0 ? info : 0;
      for (int end = at + more; at < end; at++) {
        argument = argument << 8 | (bytes[at] & 0xff);
      }
      if ((kind == BYTES || kind == TEXT) && info != INDEFINITE) {
        if (argument < 0 || argument > bytes.length - at) {
          return;
        }
        int end = at + (int) argument;
        if (kind == TEXT && !Utf8.isText(bytes, at, end)) {
          throw refused("a text that is not UTF-8, at byte " + head);
        }
        at = end;
      }
    }
  }

  static JsonDocument.Refused refused(String what) {
    return new JsonDocument.Refused(Reason.MALFORMED, "not CBOR: " + what);
  }
}
