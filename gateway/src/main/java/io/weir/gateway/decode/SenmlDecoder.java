package io.weir.gateway.decode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.gateway.decode.Recognition.Clue;
import io.weir.gateway.model.Excerpt;
import io.weir.gateway.model.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * SenML packs (RFC 8428) in JSON or CBOR. A pack is an array of records, each resolved against the
 * base fields before it by {@link SenmlBase}. A record that cannot be resolved is rejected alone; a
 * pack that its sender says must not be half understood is rejected whole. {@code senml-json.md}
 * says it to users.
 */
final class SenmlDecoder implements Decoder {

  /** The format {@code senml-json}. */
  public static final class JsonFormat implements PlainFormat {

    @Override
    public String name() {
      return "senml-json";
    }

    @Override
    public String summary() {
      return "SenML in JSON (RFC 8428)";
    }

    @Override
    public Decoder decoder(FormatContext context) {
      return SenmlDecoder.json(context.limits());
    }

    @Override
    public List<Recognition> recognition() {
      return List.of(
          Recognition.by(
              Clue.PAYLOAD,
              look -> look.isArray() && look.has("n") && look.hasAny("v", "vs", "vb", "vd", "s")),
          Recognition.by(Clue.PAYLOAD, look -> look.isArray() && look.has("bn")));
    }
  }

  /** The format {@code senml-cbor}. */
  public static final class CborFormat implements PlainFormat {

    @Override
    public String name() {
      return "senml-cbor";
    }

    @Override
    public String summary() {
      return "SenML in CBOR (RFC 8428)";
    }

    @Override
    public Decoder decoder(FormatContext context) {
      return SenmlDecoder.cbor(context.limits());
    }

    @Override
    public boolean readsText() {
      return false;
    }
  }

  /** The integers that stand for labels in CBOR (RFC 8428, section 6, table 6). */
  private static final Map<String, String> CBOR_LABELS =
      Map.ofEntries(
          Map.entry("-1", "bver"),
          Map.entry("-2", "bn"),
          Map.entry("-3", "bt"),
          Map.entry("-4", "bu"),
          Map.entry("-5", "bv"),
          Map.entry("-6", "bs"),
          Map.entry("0", "n"),
          Map.entry("1", "u"),
          Map.entry("2", "v"),
          Map.entry("3", "vs"),
          Map.entry("4", "vb"),
          Map.entry("5", "s"),
          Map.entry("6", "t"),
          Map.entry("7", "ut"),
          Map.entry("8", "vd"));

  /** RFC 8428 is version 10; 26 adds the secondary units of RFC 9100, which are names like all. */
  private static final int VERSION = 10;

  private static final int VERSION_WITH_SECONDARY_UNITS = 26;

  private final JsonTree tree;
  private final Map<String, String> labels;
  private final DecodeLimits limits;

  private SenmlDecoder(JsonTree tree, Map<String, String> labels, DecodeLimits limits) {
    this.tree = tree;
    this.labels = labels;
    this.limits = limits;
  }

  static SenmlDecoder json(DecodeLimits limits) {
    return new SenmlDecoder(new JsonTree(limits), Map.of(), limits);
  }

  static SenmlDecoder cbor(DecodeLimits limits) {
    return new SenmlDecoder(JsonTree.cbor(limits), CBOR_LABELS, limits);
  }

  @Override
  public void decode(Payload payload, Output out) {
    JsonNode document = tree.read(payload.bytes(), out);
    if (document == null) {
      return;
    }
    Samples samples = new Samples(out, limits);
    if (!document.isArray() && !document.isObject()) {
      samples.reject(
          Reason.MALFORMED, "a pack is an array of records, not " + JsonTree.kind(document));
      return;
    }
    if (document.path("e").isArray()) {
      samples.reject(Reason.MALFORMED, "an object with the list 'e' is of a draft before RFC 8428");
      return;
    }
    List<JsonNode> records = records(document, samples);
    String unread = notUnderstood(records);
    if (unread != null) {
      samples.reject(Reason.MALFORMED, unread);
      return;
    }
    SenmlBase base = new SenmlBase(payload.receiveTimeNs());
    for (int i = 0; i < records.size(); i++) {
      if (!base.read(records.get(i), i, samples)) {
        return;
      }
    }
  }

  /** The records, their labels spelled as in JSON; a record alone is taken as a pack of one. */
  private List<JsonNode> records(JsonNode document, Samples samples) {
    List<JsonNode> records = new ArrayList<>();
    for (JsonNode record : document.isObject() ? List.of(document) : document) {
      records.add(labels.isEmpty() || !record.isObject() ? record : spelled(record, samples));
    }
    return records;
  }

  private ObjectNode spelled(JsonNode record, Samples samples) {
    ObjectNode spelled = JsonNodeFactory.instance.objectNode();
    for (Map.Entry<String, JsonNode> field : record.properties()) {
      String label = labels.getOrDefault(field.getKey(), field.getKey());
      if (spelled.has(label)) { // as a number and as a text
        samples.reject(
            Reason.BAD_NAME, "the label '" + Excerpt.of(label) + "' stands there a second time");
      } else {
        spelled.set(label, field.getValue());
      }
    }
    return spelled;
  }

  /** Why the pack as a whole must be left; {@code null} if it need not. */
  private static @Nullable String notUnderstood(List<JsonNode> records) {
    JsonNode version = null;
    for (int i = 0; i < records.size(); i++) {
      JsonNode record = records.get(i);
      for (Map.Entry<String, JsonNode> field : record.properties()) {
        if (field.getKey().endsWith("_")) {
          return "record "
              + i
              + ": the label '"
              + Excerpt.of(field.getKey())
              + "' must be understood, and is not";
        }
      }
      JsonNode given = record.path("bver");
      if (given.isMissingNode() || given.isNull()) {
        continue;
      }
      if (!isUnderstood(given)) {
        return "record " + i + ": version " + Excerpt.of(given.toString()) + " is not known";
      }
      if (version != null && version.intValue() != given.intValue()) {
        return "record " + i + ": version " + given + " after version " + version;
      }
      version = given;
    }
    return null;
  }

  private static boolean isUnderstood(JsonNode version) {
    return version.canConvertToInt()
        && version.isIntegralNumber()
        && ((version.intValue() >= 1 && version.intValue() <= VERSION)
            || version.intValue() == VERSION_WITH_SECONDARY_UNITS);
  }
}
