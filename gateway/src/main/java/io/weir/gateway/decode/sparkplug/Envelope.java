package io.weir.gateway.decode.sparkplug;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import io.weir.gateway.decode.Decoder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import org.eclipse.tahu.protobuf.SparkplugBProto.Payload;

/**
 * The outer message of a payload. Its metrics stay bytes until each is read, so that one that is
 * broken does not take its neighbours with it, and a payload of a million empty ones costs no
 * memory.
 *
 * @param timestamp milliseconds since the epoch, unsigned; 0 where it has none
 * @param seq 0 to 255, or {@link #NO_SEQ}
 */
record Envelope(long timestamp, int seq, List<ByteString> metrics) {

  static final int NO_SEQ = -1;

  /** The mark of a payload whose body is another one, compressed. */
  private static final String COMPRESSED = "SPBV1.0_COMPRESSED";

  /** The largest payload that a compressed one may become. */
  private static final int MOST_INFLATED_BYTES = 16 << 20;

  private static final int TIMESTAMP =
      tag(Payload.TIMESTAMP_FIELD_NUMBER, WireFormat.WIRETYPE_VARINT);
  private static final int METRIC =
      tag(Payload.METRICS_FIELD_NUMBER, WireFormat.WIRETYPE_LENGTH_DELIMITED);
  private static final int SEQ = tag(Payload.SEQ_FIELD_NUMBER, WireFormat.WIRETYPE_VARINT);
  private static final int UUID =
      tag(Payload.UUID_FIELD_NUMBER, WireFormat.WIRETYPE_LENGTH_DELIMITED);
  private static final int BODY =
      tag(Payload.BODY_FIELD_NUMBER, WireFormat.WIRETYPE_LENGTH_DELIMITED);

  private static int tag(int field, int wireType) {
    return field << 3 | wireType;
  }

  /** Past a bound; the message says which. */
  static final class TooMuch extends Exception {
    private static final long serialVersionUID = 1L;

    TooMuch(String message) {
      super(message, null, false, false);
    }
  }

  /**
   * @param out receives how a compressed one was expanded
   * @throws InvalidProtocolBufferException if it is not protobuf, or breaks off
   */
  static Envelope read(byte[] bytes, int maxMetrics, Decoder.Output out)
      throws InvalidProtocolBufferException, TooMuch {
    return read(bytes, maxMetrics, true, out);
  }

  private static Envelope read(
      byte[] bytes, int maxMetrics, boolean mayBeCompressed, Decoder.Output out)
      throws InvalidProtocolBufferException, TooMuch {
    long timestamp = 0;
    long seq = NO_SEQ;
    List<ByteString> metrics = new ArrayList<>();
    boolean compressed = false;
    byte[] body = {};
    try {
      CodedInputStream in = CodedInputStream.newInstance(bytes);
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        if (tag == TIMESTAMP) {
          timestamp = in.readUInt64();
        } else if (tag == METRIC) {
          if (metrics.size() == maxMetrics) {
            throw new TooMuch("more than " + maxMetrics + " metrics");
          }
          metrics.add(in.readBytes());
        } else if (tag == SEQ) {
          seq = in.readUInt64();
        } else if (tag == UUID) {
          compressed = in.readBytes().toStringUtf8().equals(COMPRESSED);
        } else if (tag == BODY) {
          body = in.readByteArray();
        } else {
          in.skipField(tag);
        }
      }
    } catch (InvalidProtocolBufferException e) {
      throw e;
    } catch (IOException e) {
      throw new InvalidProtocolBufferException(e);
    }
    if (compressed && mayBeCompressed) {
      Envelope inner = read(inflated(body, out), maxMetrics, false, out);
      return new Envelope(
          inner.timestamp == 0 ? timestamp : inner.timestamp,
          inner.seq == NO_SEQ ? valid(seq) : inner.seq,
          inner.metrics);
    }
    return new Envelope(timestamp, valid(seq), metrics);
  }

  private static int valid(long seq) {
    return seq >= 0 && seq <= 255 ? (int) seq : NO_SEQ;
  }

  /** GZIP by its first bytes, else DEFLATE. */
  private static byte[] inflated(byte[] body, Decoder.Output out)
      throws InvalidProtocolBufferException, TooMuch {
    boolean gzip = body.length > 1 && body[0] == 0x1f && (body[1] & 0xFF) == 0x8b;
    try (InputStream in = new ByteArrayInputStream(body);
        InputStream inflating = gzip ? new GZIPInputStream(in) : new InflaterInputStream(in)) {
      byte[] inflated = inflating.readNBytes(MOST_INFLATED_BYTES + 1);
      if (inflated.length > MOST_INFLATED_BYTES) {
        throw new TooMuch("a compressed body of more than " + MOST_INFLATED_BYTES + " bytes");
      }
      out.expanded(gzip ? "gzip" : "deflate", inflated.length);
      return inflated;
    } catch (IOException e) {
      throw new InvalidProtocolBufferException("the compressed body cannot be read: " + e, e);
    }
  }
}
