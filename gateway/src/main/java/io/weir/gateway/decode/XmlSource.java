package io.weir.gateway.decode;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.gateway.model.Reason;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.XMLConstants;
import javax.xml.stream.Location;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * A payload of XML at its parser. The parser is that of the JDK, whatever other there is. It reads
 * no document type, so there are no entities but the five of XML, and nothing outside the payload
 * is opened.
 */
final class XmlSource {

  /** The encoding that a first line such as {@code <?xml version="1.0" encoding="GBK"?>} names. */
  private static final Pattern ENCODING =
      Pattern.compile("\\s*<\\?xml[^>]*?encoding\\s*=\\s*[\"']([A-Za-z][A-Za-z0-9._-]*)[\"']");

  private static final XMLInputFactory PARSERS = parsers();

  private XmlSource() {}

  /**
   * What is made of the element at the root, at whose begin the parser stands, and then its end.
   */
  interface Reading<T> {
    T root(XMLStreamReader in) throws XMLStreamException, JsonDocument.Refused;
  }

  private static XMLInputFactory parsers() {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_COALESCING, true);
    factory.setProperty(XMLConstants.ACCESS_EXTERNAL_DTD, "");
    factory.setXMLResolver(
        (publicId, systemId, base, namespace) -> {
          throw new XMLStreamException("nothing outside the document is read");
        });
    return factory;
  }

  /** Reads the whole payload. */
  static <T> T read(byte[] bytes, Reading<T> reading) throws JsonDocument.Refused {
    if (bytes.length == 0) {
      throw new JsonDocument.Refused(Reason.MALFORMED, "the payload is empty");
    }
    String text = text(bytes);
    refuseType(text);
    try {
      XMLStreamReader in = PARSERS.createXMLStreamReader(new StringReader(text));
      try {
        refuseType(in, in.getEventType());
        while (in.getEventType() != XMLStreamConstants.START_ELEMENT) {
          refuseType(in, in.next());
        }
        T root = reading.root(in);
        while (in.hasNext()) {
          in.next();
        }
        return root;
      } finally {
        in.close();
      }
    } catch (XMLStreamException e) {
      throw malformed(words(e), e.getLocation());
    } catch (
        RuntimeException e) { // the JDK's parser has no words for some faults, and throws these
      throw malformed("its parser cannot say what is wrong", null);
    }
  }

  /**
   * Refuses a document type before the parser sees it, which prints to the standard output where
   * one breaks off.
   */
  private static void refuseType(String text) throws JsonDocument.Refused {
    int at = 0;
    for (int before = -1; at > before; ) {
      before = at;
      while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
        at++;
      }
      at = behind(text, behind(text, at, "<?", "?>"), "<!--", "-->");
    }
    if (text.startsWith("<!DOCTYPE", at)) {
      int line = (int) text.substring(0, at).chars().filter(c -> c == '\n').count() + 1;
      throw new JsonDocument.Refused(
          Reason.MALFORMED,
          "a document type, which is not read, at line %d, column %d"
              .formatted(line, at - text.lastIndexOf('\n', at)));
    }
  }

  /** Where what begins there ends; there, where it does not begin or end. */
  private static int behind(String text, int at, String begin, String end) {
    int last = text.startsWith(begin, at) ? text.indexOf(end, at + begin.length()) : -1;
    return last < 0 ? at : last + end.length();
  }

  /** Refuses what is never read. */
  static void refuseType(XMLStreamReader in, int event) throws JsonDocument.Refused {
    if (event == XMLStreamConstants.DTD || event == XMLStreamConstants.ENTITY_REFERENCE) {
      String what = event == XMLStreamConstants.DTD ? "a document type" : "an entity";
      throw new JsonDocument.Refused(
          Reason.MALFORMED, what + ", which is not read" + place(in.getLocation()));
    }
  }

  /** Refuses a document that is nested deeper than allowed. */
  static void refuseDepth(XMLStreamReader in, int depth, int most) throws JsonDocument.Refused {
    if (depth > most) {
      throw new JsonDocument.Refused(
          Reason.LIMIT,
          "past a limit: nested deeper than " + most + " levels" + place(in.getLocation()));
    }
  }

  /** Whether the attribute there says that its element has no value. */
  static boolean isNil(XMLStreamReader in, int attribute) {
    String said = in.getAttributeValue(attribute);
    return isOfSchema(in, attribute)
        && in.getAttributeLocalName(attribute).equals("nil")
        && (said.equals("true") || said.equals("1"));
  }

  /** Whether the attribute there is of schemas, and no value. */
  static boolean isOfSchema(XMLStreamReader in, int attribute) {
    return XMLConstants.W3C_XML_SCHEMA_INSTANCE_NS_URI.equals(in.getAttributeNamespace(attribute));
  }

  static String place(@Nullable Location at) {
    return at == null ? "" : ", at line " + at.getLineNumber() + ", column " + at.getColumnNumber();
  }

  /**
   * The document in the encoding that it names, by a byte order mark or in its first line; else in
   * UTF-8. The parser would print bytes that are none of their encoding to the standard error.
   */
  private static String text(byte[] bytes) throws JsonDocument.Refused {
    Matcher named = ENCODING.matcher(new String(bytes, 0, Math.min(bytes.length, 200), US_ASCII));
    boolean isMarked =
        bytes.length > 1
            && ((bytes[0] == (byte) 0xff && bytes[1] == (byte) 0xfe)
                || (bytes[0] == (byte) 0xfe && bytes[1] == (byte) 0xff));
    String name = isMarked ? "UTF-16" : named.lookingAt() ? named.group(1) : "UTF-8";
    ByteBuffer in = ByteBuffer.wrap(bytes);
    try {
      Charset charset = Charset.forName(name);
      return charset.equals(UTF_8)
          ? Utf8.decode(bytes, Utf8.start(bytes), Utf8.end(bytes))
          : charset.newDecoder().decode(in).toString();
    } catch (IllegalArgumentException e) {
      throw malformed("there is no encoding '" + name + "'", null);
    } catch (CharacterCodingException e) {
      throw new JsonDocument.Refused(
          Reason.MALFORMED,
          name.equalsIgnoreCase("UTF-8")
              ? Encodings.fault(bytes)
              : "not text in %s, at byte %d".formatted(name, in.position()));
    }
  }

  private static String words(XMLStreamException e) {
    String words = String.valueOf(e.getMessage());
    int begin = words.indexOf("Message: ");
    String said = begin < 0 ? words : words.substring(begin + 9);
    return said.contains("#AttributeNotUnique")
        ? "an attribute stands there a second time"
        : said.replaceFirst("(?s)\\.?(?:[\\r\\n].*)?$", "");
  }

  private static JsonDocument.Refused malformed(String what, @Nullable Location at) {
    return new JsonDocument.Refused(Reason.MALFORMED, "not XML: " + what + place(at));
  }
}
