package io.weir.gateway.settings;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** JSON for readers: what fits in a line stands in one. */
final class SchemaText {

  private static final int WIDTH = 118;

  private SchemaText() {}

  static String of(JsonNode node) {
    StringBuilder text = new StringBuilder();
    write(node, "", 0, text);
    return text.append('\n').toString();
  }

  private static void write(JsonNode node, String indent, int column, StringBuilder out) {
    String flat = flat(node);
    if (!node.isContainerNode() || column + flat.length() <= WIDTH && !indent.isEmpty()) {
      out.append(flat);
      return;
    }
    String inner = indent + "  ";
    out.append(node.isArray() ? "[" : "{");
    String separator = "\n";
    for (Item item : items(node)) {
      out.append(separator).append(inner).append(item.key());
      write(item.value(), inner, inner.length() + item.key().length(), out);
      separator = ",\n";
    }
    out.append('\n').append(indent).append(node.isArray() ? "]" : "}");
  }

  private static String flat(JsonNode node) {
    if (!node.isContainerNode()) {
      return node.toString();
    }
    List<String> parts = items(node).stream().map(each -> each.key() + flat(each.value())).toList();
    String inside = String.join(", ", parts);
    if (node.isArray()) {
      return "[" + inside + "]";
    }
    return parts.isEmpty() ? "{}" : "{ " + inside + " }";
  }

  /**
   * @param key with its colon; "" in a list
   */
  private record Item(String key, JsonNode value) {}

  private static List<Item> items(JsonNode node) {
    List<Item> items = new ArrayList<>();
    if (node.isArray()) {
      node.forEach(each -> items.add(new Item("", each)));
    } else {
      node.fields()
          .forEachRemaining(
              each -> items.add(new Item("\"" + each.getKey() + "\": ", each.getValue())));
    }
    return items;
  }
}
