package io.weir.gateway.past;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Value;
import java.util.Map;

/**
 * A row of a measurement of figures, as it stands.
 *
 * @param tags without the levels of the asset
 */
public record PastRow(
    Asset asset, Map<String, String> tags, long timeNs, Map<String, Value> fields) {

  PastRow with(Map<String, Value> others) {
    return new PastRow(asset, tags, timeNs, others);
  }

  String text(String field) {
    return fields.get(field) instanceof Value.Text text ? text.value() : "";
  }

  double number(String field) {
    Value value = fields.get(field);
    if (value instanceof Value.Real real) {
      return real.value();
    }
    return value instanceof Value.Whole whole ? whole.value() : 0;
  }

  String tag(String name) {
    return tags.getOrDefault(name, "");
  }

  /** What a row that is written again has in common with the one before. */
  Key key() {
    return new Key(asset, tags, timeNs);
  }

  /** The identity of a row in a store. */
  record Key(Asset asset, Map<String, String> tags, long timeNs) {}
}
