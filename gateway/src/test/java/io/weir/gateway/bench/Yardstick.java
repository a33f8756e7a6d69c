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
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.io.DecoderFactory;
import org.jaxen.JaxenException;
import org.jaxen.XPath;
import org.jaxen.dom.DOMXPath;
import org.jspecify.annotations.Nullable;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessageUnpacker;
import org.openjdk.jmh.infra.Blackhole;
import org.w3c.dom.Document;
import org.xml.sax.SAXException;

/** What reads a payload as a bare parser does: every name and value of it, and keeps nothing. */
interface Yardstick {

  void read(Blackhole seen) throws IOException;

  /**
   * The one of a payload.
   *
   * @param name a case of the tests, or JSON in some shape
   * @return {@code null} where there is none: a vendor's format over another
   */
  static @Nullable Yardstick of(String name, byte[] payload) throws IOException {
    JsonFactory json =
        JsonFactory.builder().enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER).build();
    JsonFactory cbor = new CBORFactory();
    CsvFactory csv = new CsvFactory();
    XMLInputFactory xml = XMLInputFactory.newDefaultFactory();
    xml.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    return switch (kind(name)) {
      case "json", "ndjson" -> seen -> stream(json.createParser(payload), seen);
      case "cbor" -> seen -> stream(cbor.createParser(payload), seen);
      case "msgpack" -> seen -> unpack(payload, seen);
      case "xml" -> seen -> events(xml, payload, seen);
      case "csv" -> seen -> stream(rows(csv, payload), seen);
      case "raw" -> seen -> registers(payload, seen);
      case "xpath" -> expressions(payload);
      case "protobuf" -> messages(name, payload);
      case "avro" -> records(name, payload);
      default -> null;
    };
  }

  /** The format, which a name begins with; "" where another is around it. */
  private static String kind(String name) {
    return name.contains(",") ? "" : name.contains("/xpath") ? "xpath" : name.split("[ /]", 2)[0];
  }

  /** What that of a payload is called, for the table; "" where there is none. */
  static String name(String name) {
    return switch (kind(name)) {
      case "xpath" -> "DOM of the JDK, Jaxen";
      case "protobuf" -> "protobuf-java, DynamicMessage";
      case "avro" -> "avro, GenericDatumReader";
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

  /** Those of the case, each compiled once. */
  private static Yardstick expressions(byte[] payload) throws IOException {
    try {
      DocumentBuilder parser = DocumentBuilderFactory.newDefaultInstance().newDocumentBuilder();
      XPath rows = new DOMXPath("//measurement");
      List<XPath> values = new ArrayList<>();
      for (String each : List.of("@at", "@machine", "temp/@value", "temp/@unit", "pieces")) {
        values.add(new DOMXPath(each));
      }
      return seen -> {
        try {
          Document document = parser.parse(new ByteArrayInputStream(payload));
          for (Object row : rows.selectNodes(document)) {
            for (XPath value : values) {
              seen.consume(value.stringValueOf(row));
            }
          }
        } catch (SAXException | JaxenException e) {
          throw new IOException(e);
        }
      };
    } catch (ParserConfigurationException | JaxenException e) {
      throw new IOException(e);
    }
  }

  private static Yardstick messages(String name, byte[] payload) throws IOException {
    Descriptor type;
    try (InputStream file = beside(name, "types.desc")) {
      FileDescriptorProto first = FileDescriptorSet.parseFrom(file).getFile(0);
      type = FileDescriptor.buildFrom(first, new FileDescriptor[0]).getMessageTypes().get(0);
    } catch (DescriptorValidationException e) {
      throw new IOException(e);
    }
    return seen ->
        DynamicMessage.parseFrom(type, payload)
            .getAllFields()
            .forEach(
                (field, value) -> {
                  seen.consume(field.getName());
                  seen.consume(value);
                });
  }

  private static Yardstick records(String name, byte[] payload) throws IOException {
    Schema schema;
    try (InputStream file = beside(name, "sample.avsc")) {
      schema = new Schema.Parser().parse(file);
    }
    GenericDatumReader<Object> reader = new GenericDatumReader<>(schema);
    return seen ->
        seen.consume(reader.read(null, DecoderFactory.get().binaryDecoder(payload, null)));
  }

  private static InputStream beside(String name, String file) {
    return Objects.requireNonNull(
        Yardstick.class.getResourceAsStream("/cases/" + name + "/" + file));
  }

  private static void registers(byte[] payload, Blackhole seen) {
    ByteBuffer in = ByteBuffer.wrap(payload);
    while (in.remaining() >= 2) {
      seen.consume(in.getShort());
    }
  }
}
