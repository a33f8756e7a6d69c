package io.weir.gateway.decode;

import io.weir.gateway.config.Nearest;
import io.weir.gateway.config.Section;
import io.weir.gateway.decode.XPathTable.Column;
import io.weir.gateway.decode.XPathTable.Pivot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jaxen.UnresolvableException;
import org.jaxen.XPathFunctionContext;
import org.jaxen.saxpath.SAXPathException;
import org.jaxen.saxpath.XPathSyntaxException;
import org.jaxen.saxpath.helpers.DefaultXPathHandler;
import org.jspecify.annotations.Nullable;

/** Reads the expressions of a route, and says what is wrong with them. */
final class XPathReader {

  /** The functions of XPath 1.0, and no others. */
  static final XPathFunctionContext FUNCTIONS = new XPathFunctionContext(false);

  private static final String VALUES = "values";
  private static final String UNITS = "units";
  private static final String PIVOT = "pivot";
  private static final String NAMESPACES = "namespaces";

  private final Map<String, String> namespaces = new TreeMap<>();

  /** The expressions of the route's group; {@code null} where it has none. */
  static @Nullable XPathTable read(Section xml) {
    if (!xml.has(VALUES) && !xml.has(PIVOT)) {
      for (String key : List.of("rows", UNITS, NAMESPACES)) {
        if (xml.has(key)) {
          xml.problem(
              key, "needs values or pivot beside it", "such as values: { temp: temp/@value }");
        }
      }
      return null;
    }
    if (xml.has("lists")) {
      xml.problem("lists", "is for the document as a tree, not for values or pivot");
    }
    return new XPathReader().table(xml);
  }

  private XPathTable table(Section xml) {
    Section declared = xml.section(NAMESPACES);
    for (String prefix : declared.names()) {
      namespaces.put(prefix, declared.text(prefix, ""));
    }
    String rows = expression(xml, "rows");
    List<Column> columns = new ArrayList<>();
    Section values = xml.section(VALUES);
    Section units = xml.section(UNITS);
    for (String name : values.names()) {
      String value = expression(values, name);
      columns.add(new Column(name, value == null ? "." : value, expression(units, name)));
    }
    for (String name : units.names()) {
      if (!values.has(name)) {
        units.problem(name, "is the unit of no value", Nearest.suggest(name, values.names()));
      }
    }
    return new XPathTable(Map.copyOf(namespaces), rows, List.copyOf(columns), pivot(xml));
  }

  private @Nullable Pivot pivot(Section xml) {
    if (!xml.has(PIVOT)) {
      return null;
    }
    if (!xml.has("rows")) {
      xml.problem(PIVOT, "needs rows beside it: what is one value each");
    }
    Section pivot = xml.section(PIVOT);
    String name = expression(pivot, "name");
    String value = expression(pivot, "value");
    return new Pivot(
        name == null ? "." : name,
        value == null ? "." : value,
        expression(pivot, "time"),
        expression(pivot, "unit"));
  }

  private @Nullable String expression(Section section, String key) {
    String text = section.text(key);
    if (text == null) {
      return null;
    }
    Names names = new Names();
    org.jaxen.saxpath.base.XPathReader reader = new org.jaxen.saxpath.base.XPathReader();
    reader.setXPathHandler(names);
    try {
      reader.parse(text);
    } catch (XPathSyntaxException e) {
      section.problem(
          key,
          "is not XPath: %s, at character %d"
              .formatted(String.valueOf(e.getMessage()).strip(), e.getPosition() + 1));
      return null;
    } catch (SAXPathException e) {
      section.problem(key, "is not XPath: " + e.getMessage());
      return null;
    }
    names.prefixes.stream()
        .filter(prefix -> !namespaces.containsKey(prefix))
        .forEach(
            prefix ->
                section.problem(
                    key,
                    "has the prefix '" + prefix + "', which namespaces does not declare",
                    namespaces.isEmpty()
                        ? "leave it out: without namespaces, names count without theirs"
                        : Nearest.suggest(prefix, namespaces.keySet())));
    names.unknown.forEach(what -> section.problem(key, "has " + what + ", which is not known"));
    return text;
  }

  /** What an expression names that must be known. */
  private static final class Names extends DefaultXPathHandler {
    private final List<String> prefixes = new ArrayList<>();
    private final List<String> unknown = new ArrayList<>();

    @Override
    public void startNameStep(int axis, String prefix, String localName) {
      if (prefix != null && !prefix.isEmpty()) {
        prefixes.add(prefix);
      }
    }

    @Override
    public void startFunction(String prefix, String functionName) {
      boolean hasPrefix = prefix != null && !prefix.isEmpty();
      try {
        FUNCTIONS.getFunction(null, null, hasPrefix ? prefix + ":" + functionName : functionName);
      } catch (UnresolvableException e) {
        unknown.add("the function " + (hasPrefix ? prefix + ":" : "") + functionName + "()");
      }
    }

    @Override
    public void variableReference(String prefix, String variableName) {
      unknown.add("the variable $" + variableName);
    }
  }
}
