package io.weir.gateway.decode;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where the values of a document stand, in expressions of XPath 1.0. They look from a row; without
 * one, from the element at the root.
 *
 * @param namespaces by the prefix that expressions have for them; empty where no namespace counts
 * @param rows what is a sample each, or {@code null}
 * @param values what has a name in the route
 * @param pivot what has its name in the document, or {@code null}
 */
record XPathTable(
    Map<String, String> namespaces,
    @Nullable String rows,
    List<Column> values,
    @Nullable Pivot pivot) {

  /** The value of a name, and its unit. */
  record Column(String name, String value, @Nullable String unit) {}

  /** A row in long form. */
  record Pivot(String name, String value, @Nullable String time, @Nullable String unit) {}
}
