package io.weir.gateway.decode;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How elements become names.
 *
 * @param lists elements that are lists, also where there is one of them
 * @param table where values stand, or {@code null}: then all elements and attributes are values
 */
record XmlOptions(Set<String> lists, @Nullable XPathTable table) {

  /** Lists are what stands there more than once. */
  static final XmlOptions DEFAULT = new XmlOptions(Set.of(), null);
}
