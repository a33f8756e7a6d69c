package io.weir.gateway.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.fasterxml.jackson.dataformat.csv.CsvFactory;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessageUnpacker;
import org.openjdk.jmh.infra.Blackhole;

/** What reads a payload as a bare parser does: every name and value of it, and keeps nothing. */
interface Yardstick {

  void read(Blackhole seen) throws IOException;

  /**
   * The one of a format.
   *
   * @return {@code null} where there is none: a vendor's format over another
   */
  static @Nullable Yardstick of(String format, byte[] payload) {
    JsonFactory json =
        JsonFactory.builder().enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER).build();
    JsonFactory cbor = new CBORFactory();
    CsvFactory csv = new CsvFactory();
    XMLInputFactory xml = XMLInputFactory.newDefaultFactory();
    xml.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    return switch (format) {
      case "json", "ndjson" -> seen -> stream(json.createParser(payload), seen);
      case "cbor" -> seen -> stream(cbor.createParser(payload), seen);
      case "msgpack" -> seen -> unpack(payload, seen);
      case "xml" -> seen -> events(xml, payload, seen);
      case "csv" -> seen -> stream(rows(csv, payload), seen);
      case "raw" -> seen -> registers(payload, seen);
      default -> null;
    };
  }

  /** The name of it, for the table. */
  static String name(String format) {
    return switch (format) {
      case "json", "ndjson" -> "Jackson, streaming";
      case "cbor" -> "Jackson's CBOR, streaming";
      case "msgpack" -> "msgpack-core";
      case "xml" -> "StAX of the JDK";
      case "csv" -> "Jackson's CSV, streaming";
      case "raw" -> "a loop over registers";
      default -> "";
    };
  }

  /** Reads documents to the end, and keeps nothing of them. */
  static void stream(JsonParser parser, Blackhole seen) throws IOException {
    try (JsonParser in = parser) {
      JsonToken token = in.nextToken();
      while (token != null) {
        switch (token) {
          case FIELD_NAME -> seen.consume(in.currentName());
          case VALUE_NUMBER_INT -> seen.consume(in.getLongValue());
          case VALUE_NUMBER_FLOAT -> seen.consume(in.getDoubleValue());
          case VALUE_STRING -> seen.consume(in.getText());
          default -> {}
        }
        token = in.nextToken();
      }
    }
  }

  private static JsonParser rows(CsvFactory factory, byte[] payload) throws IOException {
    CsvParser parser = factory.createParser(payload);
    boolean hasCommas = new String(payload, UTF_8).indexOf(';') < 0;
    parser.setSchema(CsvSchema.emptySchema().withColumnSeparator(hasCommas ? ',' : ';'));
    return parser;
  }

  private static void unpack(byte[] payload, Blackhole seen) throws IOException {
    try (MessageUnpacker in = MessagePack.newDefaultUnpacker(payload)) {
      while (in.hasNext()) {
        switch (in.getNextFormat().getValueType()) {
          case MAP -> seen.consume(in.unpackMapHeader());
          case ARRAY -> seen.consume(in.unpackArrayHeader());
          case STRING -> seen.consume(in.unpackString());
          case INTEGER -> seen.consume(in.unpackLong());
          case FLOAT -> seen.consume(in.unpackDouble());
          case BOOLEAN -> seen.consume(in.unpackBoolean());
          default -> in.skipValue();
        }
      }
    }
  }

  private static void events(XMLInputFactory factory, byte[] payload, Blackhole seen)
      throws IOException {
    try {
      XMLStreamReader in = factory.createXMLStreamReader(new ByteArrayInputStream(payload));
      while (in.hasNext()) {
        int event = in.next();
        if (event == XMLStreamConstants.START_ELEMENT) {
          seen.consume(in.getLocalName());
          for (int i = 0; i < in.getAttributeCount(); i++) {
            seen.consume(in.getAttributeValue(i));
          }
        } else if (event == XMLStreamConstants.CHARACTERS) {
          seen.consume(in.getText());
        }
      }
      in.close();
    } catch (XMLStreamException e) {
      throw new IOException(e);
    }
  }

  private static void registers(byte[] payload, Blackhole seen) {
    ByteBuffer in = ByteBuffer.wrap(payload);
    while (in.remaining() >= 2) {
      seen.consume(in.getShort());
    }
  }
}
