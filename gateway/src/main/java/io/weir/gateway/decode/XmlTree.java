package io.weir.gateway.decode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.gateway.model.Reason;
import java.math.BigInteger;
import java.util.Set;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * A document of XML as a tree of names and values. Elements beside each other that have one name
 * are a list; an attribute is named with an at sign; prefixes are left out.
 */
final class XmlTree {

  /** The key of the text of an element that has more than text; no name in XML begins so. */
  static final String TEXT = "#text";

  private static final int NODES_A_PART = 10;
  private static final int MOST_DIGITS = 1_000;

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final Set<String> lists;
  private final Set<String> texts;
  private final DecodeLimits limits;

  XmlTree(Set<String> lists, Set<String> texts, DecodeLimits limits) {
    this.lists = lists;
    this.texts = texts;
    this.limits = limits;
  }

  /** The tree without its root's name. */
  JsonNode read(byte[] bytes) throws JsonDocument.Refused {
    return XmlSource.read(bytes, in -> new Reading(in).element(""));
  }

  /** One document on its way to a tree. */
  private final class Reading {
    private final XMLStreamReader in;
    private int depth;
    private int nodes;

    Reading(XMLStreamReader in) {
      this.in = in;
    }

    /**
     * The parser stands at its begin, and then at its end.
     *
     * @param path its name, "" for the root
     */
    private JsonNode element(String path) throws XMLStreamException, JsonDocument.Refused {
      XmlSource.refuseDepth(in, ++depth, limits.maxDepth());
      count();
      ObjectNode object = NODES.objectNode();
      boolean isNull = attributes(object, path);
      StringBuilder text = new StringBuilder();
      for (int event = in.next(); event != XMLStreamConstants.END_ELEMENT; event = in.next()) {
        XmlSource.refuseType(in, event);
        if (event == XMLStreamConstants.START_ELEMENT) {
          String name = in.getLocalName();
          text.append(text.isEmpty() ? "" : " "); // so that 5<b/>7 are not 57
          add(object, name, element(Samples.join(path, name)));
        } else if (event == XMLStreamConstants.CHARACTERS || event == XMLStreamConstants.CDATA) {
          text.append(in.getText());
        }
      }
      depth--;
      String said = text.toString().strip();
      if (isNull && object.isEmpty()) {
        return NODES.nullNode();
      }
      if (object.isEmpty()) {
        return said.isEmpty() ? object : value(said, path);
      }
      if (!said.isEmpty()) {
        object.set(TEXT, value(said, path));
      }
      return object;
    }

    /** Whether they say that the element has no value. */
    private boolean attributes(ObjectNode object, String path) throws JsonDocument.Refused {
      boolean isNull = false;
      for (int i = 0; i < in.getAttributeCount(); i++) {
        count();
        if (XmlSource.isOfSchema(in, i)) {
          isNull |= XmlSource.isNil(in, i);
        } else {
          String name = "@" + in.getAttributeLocalName(i);
          String said = in.getAttributeValue(i).strip();
          add(
              object,
              name,
              said.isEmpty() ? NODES.nullNode() : value(said, Samples.join(path, name)));
        }
      }
      return isNull;
    }

    private void count() throws JsonDocument.Refused {
      if (++nodes > (long) limits.maxParts() * NODES_A_PART) {
        throw new JsonDocument.Refused(
            Reason.LIMIT, "more than " + limits.maxParts() + " values in one message");
      }
    }

    private void add(ObjectNode object, String name, JsonNode value) {
      JsonNode before = object.get(name);
      if (before instanceof ArrayNode list) {
        list.add(value);
      } else if (before != null) {
        object.set(name, NODES.arrayNode().add(before).add(value));
      } else {
        object.set(name, lists.contains(name) ? NODES.arrayNode().add(value) : value);
      }
    }

    private JsonNode value(String said, String path) throws JsonDocument.Refused {
      return scalar(said, texts.contains(path), XmlSource.place(in.getLocation()));
    }
  }

  /**
   * A number or truth value, else a text.
   *
   * @param isText whether it is a text whatever it looks like
   * @param place ends the sentence in which it is refused
   */
  static JsonNode scalar(String said, boolean isText, String place) throws JsonDocument.Refused {
    if (isText) {
      return NODES.textNode(said);
    }
    if (said.equals("true") || said.equals("false")) {
      return NODES.booleanNode(said.equals("true"));
    }
    if (said.equals("INF") || said.equals("-INF")) { // of XML Schema
      return NODES.numberNode(
          said.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY);
    }
    if (!Numbers.isDecimal(said)) {
      return NODES.textNode(said);
    }
    if (said.length() > MOST_DIGITS) {
      throw new JsonDocument.Refused(
          Reason.LIMIT, "past a limit: a number of more than " + MOST_DIGITS + " digits" + place);
    }
    if (!Numbers.isInteger(said)) {
      return NODES.numberNode(Double.parseDouble(said));
    }
    BigInteger whole = new BigInteger(said.startsWith("+") ? said.substring(1) : said);
    return whole.bitLength() < Long.SIZE
        ? NODES.numberNode(whole.longValue())
        : NODES.numberNode(whole);
  }
}
