package io.weir.gateway.decode;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A node of a document that expressions of XPath look at, with its place. */
final class XmlNode {

  enum Kind {
    DOCUMENT,
    ELEMENT,
    ATTRIBUTE,
    TEXT
  }

  /** How many nodes expressions may still look at; one for each document. */
  static final class Steps {

    /** There are none left. */
    static final class Spent extends RuntimeException {
      private static final long serialVersionUID = 1;

      Spent() {
        super("too many nodes", null, false, false);
      }
    }

    private int left;

    Steps(int most) {
      this.left = most;
    }

    void take() {
      if (left-- <= 0) {
        throw new Spent();
      }
    }
  }

  final Kind kind;
  final @Nullable XmlNode parent;

  /** "" where it has none, or where namespaces do not count. */
  final String namespace;

  /** Without a prefix; "" of what has none. */
  final String name;

  /** Of an attribute or a text. */
  final String text;

  final Steps steps;
  final int line;
  final int column;

  /** Among the children of its parent. */
  private int index;

  private final List<XmlNode> children = new ArrayList<>(2);
  private final List<XmlNode> attributes = new ArrayList<>(2);

  private XmlNode(
      Kind kind,
      @Nullable XmlNode parent,
      String namespace,
      String name,
      String text,
      Steps steps,
      int line,
      int column) {
    this.kind = kind;
    this.parent = parent;
    this.namespace = namespace;
    this.name = name;
    this.text = text;
    this.steps = steps;
    this.line = line;
    this.column = column;
  }

  static XmlNode document(Steps steps) {
    return new XmlNode(Kind.DOCUMENT, null, "", "", "", steps, 1, 1);
  }

  XmlNode element(String namespace, String name, int line, int column) {
    return child(new XmlNode(Kind.ELEMENT, this, namespace, name, "", steps, line, column));
  }

  void text(String text) {
    child(new XmlNode(Kind.TEXT, this, "", "", text, steps, line, column));
  }

  void attribute(String namespace, String name, String text) {
    attributes.add(new XmlNode(Kind.ATTRIBUTE, this, namespace, name, text, steps, line, column));
  }

  private XmlNode child(XmlNode child) {
    child.index = children.size();
    children.add(child);
    return child;
  }

  List<XmlNode> children() {
    return children;
  }

  List<XmlNode> attributes() {
    return attributes;
  }

  /** Those behind it that have the same parent. */
  List<XmlNode> following() {
    return parent == null || kind == Kind.ATTRIBUTE
        ? List.of()
        : parent.children.subList(index + 1, parent.children.size());
  }

  /** Its own text, or all texts in it. */
  String value() {
    if (kind == Kind.ATTRIBUTE || kind == Kind.TEXT) {
      return text;
    }
    StringBuilder all = new StringBuilder();
    collect(all);
    return all.toString();
  }

  private void collect(StringBuilder all) {
    for (XmlNode each : children) { // as deep as the document may be nested
      steps.take();
      if (each.kind == Kind.TEXT) {
        all.append(each.text);
      } else {
        each.collect(all);
      }
    }
  }
}
