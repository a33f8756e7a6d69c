package io.weir.gateway.decode;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.gateway.config.Section;
import io.weir.gateway.decode.Recognition.Clue;
import io.weir.gateway.plugin.ReadContext;
import java.util.List;
import java.util.Set;

/** The format {@code xml}, and the reader of its keys. */
public final class XmlFormat implements FormatFactory<XmlOptions> {

  @Override
  public String name() {
    return "xml";
  }

  @Override
  public String summary() {
    return "XML of any shape; each element and attribute is a metric";
  }

  @Override
  public Class<XmlOptions> configType() {
    return XmlOptions.class;
  }

  @Override
  public XmlOptions unset() {
    return XmlOptions.DEFAULT;
  }

  @Override
  public XmlOptions read(Section route, ReadContext context) {
    Section xml = route.section(name());
    XPathTable table = XPathReader.read(xml);
    if (table != null && route.has("expect")) {
      route.problem("expect", "is for XML that is read as a tree, without expressions in xml");
    }
    return new XmlOptions(Set.copyOf(xml.texts("lists")), table);
  }

  @Override
  public Decoder decoder(XmlOptions options, FormatContext context) {
    XPathTable table = options.table();
    if (table != null) {
      return new XPathDecoder(table, context);
    }
    XmlTree tree = new XmlTree(options.lists(), context.texts(), context.limits());
    return new TreeDecoder("XML", bytes -> new XmlTokens(tree.read(bytes)), context);
  }

  @Override
  public List<Recognition> recognition() {
    return List.of(
        Recognition.by(
            Clue.SHAPE, look -> look.text().startsWith("<") && look.text().endsWith(">")));
  }

  @Override
  public boolean readsPointers() {
    return true;
  }

  /** A document names its encoding itself. */
  @Override
  public boolean readsText() {
    return false;
  }

  private static final class XmlTokens extends JsonTokens {

    XmlTokens(JsonNode tree) {
      super(tree.traverse());
    }

    @Override
    public boolean isOwnText(String key) {
      return key.equals(XmlTree.TEXT);
    }
  }
}
