package io.weir.gateway.decode;

import io.weir.gateway.model.Reason;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** Reads documents of XML for expressions: elements, attributes and texts, bounded in number. */
final class XmlNodes {

  /**
   * Nodes that all expressions may look at in one document. A selection of some thousand siblings
   * is put in order by looking at each sibling's siblings, so this is far above their number.
   */
  static final int MOST_STEPS = 10_000_000;

  private final boolean namespaces;
  private final DecodeLimits limits;

  /**
   * @param namespaces whether names have theirs; else they count without
   */
  XmlNodes(boolean namespaces, DecodeLimits limits) {
    this.namespaces = namespaces;
    this.limits = limits;
  }

  /** The document above the element at the root. */
  XmlNode read(byte[] bytes) throws JsonDocument.Refused {
    return XmlSource.read(
        bytes,
        in -> {
          XmlNode document = XmlNode.document(new XmlNode.Steps(MOST_STEPS));
          new Reading(in).element(document);
          return document;
        });
  }

  private final class Reading {
    private final XMLStreamReader in;
    private int depth;
    private int nodes;

    Reading(XMLStreamReader in) {
      this.in = in;
    }

    /** The parser stands at its begin, and then at its end. */
    private void element(XmlNode parent) throws XMLStreamException, JsonDocument.Refused {
      XmlSource.refuseDepth(in, ++depth, limits.maxDepth());
      count();
      XmlNode element =
          parent.element(
              namespace(in.getNamespaceURI()),
              in.getLocalName(),
              in.getLocation().getLineNumber(),
              in.getLocation().getColumnNumber());
      for (int i = 0; i < in.getAttributeCount(); i++) {
        count();
        element.attribute(
            namespace(in.getAttributeNamespace(i)),
            in.getAttributeLocalName(i),
            in.getAttributeValue(i));
      }
      StringBuilder text = new StringBuilder();
      for (int event = in.next(); event != XMLStreamConstants.END_ELEMENT; event = in.next()) {
        XmlSource.refuseType(in, event);
        if (event == XMLStreamConstants.START_ELEMENT) {
          flush(text, element);
          element(element);
        } else if (event == XMLStreamConstants.CHARACTERS || event == XMLStreamConstants.CDATA) {
          text.append(in.getText());
        }
      }
      flush(text, element);
      depth--;
    }

    private void flush(StringBuilder text, XmlNode element) throws JsonDocument.Refused {
      if (!text.isEmpty()) {
        count();
        element.text(text.toString());
        text.setLength(0);
      }
    }

    private String namespace(String uri) {
      return namespaces && uri != null ? uri : "";
    }

    private void count() throws JsonDocument.Refused {
      if (++nodes > limits.maxParts()) {
        throw new JsonDocument.Refused(
            Reason.LIMIT,
            "past a limit: more than " + limits.maxParts() + " elements, attributes and texts");
      }
    }
  }
}
