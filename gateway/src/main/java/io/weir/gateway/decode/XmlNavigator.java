package io.weir.gateway.decode;

import io.weir.gateway.decode.XmlNode.Kind;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.jaxen.DefaultNavigator;
import org.jaxen.XPath;
import org.jspecify.annotations.Nullable;

/**
 * Leads expressions of XPath through nodes, and counts what they look at: what an expression costs
 * is up to the payload, so it must end. Opens nothing outside the document.
 */
final class XmlNavigator extends DefaultNavigator {

  private static final long serialVersionUID = 1;

  static final XmlNavigator INSTANCE = new XmlNavigator();

  private XmlNavigator() {}

  private static XmlNode node(Object node) {
    return (XmlNode) node;
  }

  private static Iterator<XmlNode> counted(List<XmlNode> nodes) {
    Iterator<XmlNode> each = nodes.iterator();
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return each.hasNext();
      }

      @Override
      public XmlNode next() {
        XmlNode next = each.next();
        next.steps.take();
        return next;
      }
    };
  }

  @Override
  public Iterator<XmlNode> getChildAxisIterator(Object node) {
    return counted(node(node).children());
  }

  @Override
  public Iterator<XmlNode> getAttributeAxisIterator(Object node) {
    return counted(node(node).attributes());
  }

  @Override
  public Iterator<XmlNode> getFollowingSiblingAxisIterator(Object node) {
    return counted(node(node).following());
  }

  @Override
  public Iterator<XmlNode> getNamespaceAxisIterator(Object node) {
    return Collections.emptyIterator();
  }

  @Override
  public Iterator<XmlNode> getParentAxisIterator(Object node) {
    XmlNode parent = node(node).parent;
    return parent == null ? Collections.emptyIterator() : counted(List.of(parent));
  }

  @Override
  public @Nullable Object getParentNode(Object node) {
    node(node).steps.take();
    return node(node).parent;
  }

  @Override
  public Object getDocumentNode(Object node) {
    XmlNode top = node(node);
    for (XmlNode above = top.parent; above != null; above = top.parent) {
      top = above;
    }
    return top;
  }

  @Override
  public boolean isDocument(Object node) {
    return is(node, Kind.DOCUMENT);
  }

  @Override
  public boolean isElement(Object node) {
    return is(node, Kind.ELEMENT);
  }

  @Override
  public boolean isAttribute(Object node) {
    return is(node, Kind.ATTRIBUTE);
  }

  @Override
  public boolean isText(Object node) {
    return is(node, Kind.TEXT);
  }

  @Override
  public boolean isComment(Object node) {
    return false;
  }

  @Override
  public boolean isProcessingInstruction(Object node) {
    return false;
  }

  @Override
  public boolean isNamespace(Object node) {
    return false;
  }

  private static boolean is(Object node, Kind kind) {
    return node instanceof XmlNode known && known.kind == kind;
  }

  @Override
  public String getElementNamespaceUri(Object node) {
    return node(node).namespace;
  }

  @Override
  public String getElementName(Object node) {
    return node(node).name;
  }

  @Override
  public String getElementQName(Object node) {
    return node(node).name;
  }

  @Override
  public String getAttributeNamespaceUri(Object node) {
    return node(node).namespace;
  }

  @Override
  public String getAttributeName(Object node) {
    return node(node).name;
  }

  @Override
  public String getAttributeQName(Object node) {
    return node(node).name;
  }

  @Override
  public String getElementStringValue(Object node) {
    return node(node).value();
  }

  @Override
  public String getAttributeStringValue(Object node) {
    return node(node).text;
  }

  @Override
  public String getTextStringValue(Object node) {
    return node(node).text;
  }

  @Override
  public String getCommentStringValue(Object node) {
    return "";
  }

  @Override
  public String getNamespaceStringValue(Object node) {
    return "";
  }

  @Override
  public String getNamespacePrefix(Object node) {
    return "";
  }

  @Override
  public XPath parseXPath(String expression) {
    throw new UnsupportedOperationException(expression);
  }
}
