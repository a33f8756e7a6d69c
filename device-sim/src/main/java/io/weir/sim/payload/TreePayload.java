package io.weir.sim.payload;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.ValueNode;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import io.weir.sim.plant.MachineSample;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessagePack;

/** A time and the values of a sample by name, in ways of writing other than JSON. */
final class TreePayload {

  private static final CBORMapper CBOR = new CBORMapper();
  private static final XMLOutputFactory XML = XMLOutputFactory.newDefaultFactory();

  private TreePayload() {}

  static List<DeviceMessage> cbor(MachineSample sample) {
    ObjectNode values = SampleValues.JSON.objectNode().put("ts", sample.at());
    SampleValues.of(sample)
        .forEach(
            (name, value) -> {
              if (value.isBigDecimal()) { // else it becomes a decimal fraction, which few write
                values.put(name, value.doubleValue());
              } else {
                values.set(name, value);
              }
            });
    try {
      return of("cbor", sample, CBOR.writeValueAsBytes(values));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<DeviceMessage> msgpack(MachineSample sample) {
    Map<String, ValueNode> values = SampleValues.of(sample);
    try (MessageBufferPacker out = MessagePack.newDefaultBufferPacker()) {
      out.packMapHeader(values.size() + 1).packString("ts").packLong(sample.at());
      for (Map.Entry<String, ValueNode> each : values.entrySet()) {
        out.packString(each.getKey());
        ValueNode value = each.getValue();
        if (value.isTextual()) {
          out.packString(value.textValue());
        } else if (value.isIntegralNumber()) {
          out.packLong(value.longValue());
        } else {
          out.packDouble(value.doubleValue());
        }
      }
      return of("msgpack", sample, out.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException("memory is always written", e);
    }
  }

  /** One object on its line. */
  static List<DeviceMessage> ndjson(MachineSample sample) {
    return List.of(DeviceMessage.of("ndjson/" + sample.path(), sample.json() + "\n"));
  }

  static List<DeviceMessage> xml(MachineSample sample) {
    StringWriter text = new StringWriter();
    try {
      XMLStreamWriter out = XML.createXMLStreamWriter(text);
      out.writeStartDocument();
      out.writeStartElement("sample");
      out.writeAttribute("ts", Long.toString(sample.at()));
      for (Map.Entry<String, ValueNode> each : SampleValues.of(sample).entrySet()) {
        out.writeStartElement(each.getKey());
        out.writeCharacters(each.getValue().asText());
        out.writeEndElement();
      }
      out.writeEndElement();
      out.writeEndDocument();
    } catch (XMLStreamException e) {
      throw new IllegalStateException("memory is always written", e);
    }
    return List.of(DeviceMessage.of("xml/" + sample.path(), text.toString()));
  }

  private static List<DeviceMessage> of(String format, MachineSample sample, byte[] payload) {
    return List.of(DeviceMessage.of(format + "/" + sample.path(), payload));
  }
}
