package io.weir.gateway.decode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.weir.gateway.decode.XPathTable.Column;
import io.weir.gateway.decode.XPathTable.Pivot;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Pointer;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jaxen.BaseXPath;
import org.jaxen.JaxenException;
import org.jaxen.SimpleNamespaceContext;
import org.jspecify.annotations.Nullable;

/**
 * XML of which expressions of the route say what stands where. Names of values mean what they mean
 * in JSON: time, asset, labels, else a metric. Nothing is handed on before all is looked at, so
 * that a document past a limit yields nothing.
 */
final class XPathDecoder implements Decoder {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /** An expression, made once; for any thread. */
  private static final class Path {
    private final String text;
    private final BaseXPath compiled;

    Path(String text, Map<String, String> namespaces) {
      this.text = text;
      try {
        compiled = new BaseXPath(text, XmlNavigator.INSTANCE);
      } catch (JaxenException e) {
        throw new IllegalArgumentException(text, e); // the configuration's reader has parsed it
      }
      compiled.setFunctionContext(XPathReader.FUNCTIONS);
      compiled.setNamespaceContext(new SimpleNamespaceContext(namespaces));
    }

    /** Nodes, or one text, number or truth value. */
    Object of(XmlNode node) throws JsonDocument.Refused {
      try {
        return compiled.evaluate(node);
      } catch (JaxenException e) {
        throw new JsonDocument.Refused(
            Reason.MALFORMED, "'" + text + "' cannot be evaluated: " + e.getMessage());
      }
    }
  }

  private record Wanted(String name, Path value, @Nullable Path unit) {}

  /** A value on its way out, in a row. */
  private record Found(String name, JsonNode value, Point point, int line) {}

  private final XmlNodes documents;
  private final @Nullable Path rows;
  private final List<Wanted> wanted = new ArrayList<>();
  private final @Nullable Wanted pivoted;
  private final @Nullable Path pivotName;
  private final @Nullable Path pivotTime;
  private final @Nullable String timeName;
  private final Set<String> texts;
  private final Set<String> labels;
  private final DecodeLimits limits;
  private final XPathTable table;

  XPathDecoder(XPathTable table, FormatContext context) {
    this(
        table,
        context.time().from() == null ? null : Pointer.toName(context.time().from()),
        context.texts(),
        Set.of(),
        context.limits());
  }

  private XPathDecoder(
      XPathTable table,
      @Nullable String timeName,
      Set<String> texts,
      Set<String> labels,
      DecodeLimits limits) {
    this.table = table;
    this.timeName = timeName;
    this.texts = texts;
    this.labels = labels;
    this.limits = limits;
    this.documents = new XmlNodes(!table.namespaces().isEmpty(), limits);
    this.rows = path(table.rows());
    for (Column each : table.values()) {
      wanted.add(
          new Wanted(each.name(), new Path(each.value(), table.namespaces()), path(each.unit())));
    }
    Pivot pivot = table.pivot();
    this.pivoted =
        pivot == null
            ? null
            : new Wanted("", new Path(pivot.value(), table.namespaces()), path(pivot.unit()));
    this.pivotName = pivot == null ? null : path(pivot.name());
    this.pivotTime = pivot == null ? null : path(pivot.time());
  }

  private @Nullable Path path(@Nullable String text) {
    return text == null ? null : new Path(text, table.namespaces());
  }

  @Override
  public Decoder labelled(Set<String> fields) {
    return fields.isEmpty() ? this : new XPathDecoder(table, timeName, texts, fields, limits);
  }

  @Override
  public void decode(Payload payload, Output out) {
    Reading reading = new Reading();
    Samples samples = new Samples(out, limits);
    try {
      reading.read(documents.read(payload.bytes()));
    } catch (JsonDocument.Refused e) {
      samples.reject(e.rejected());
      return;
    } catch (XmlNode.Steps.Spent e) {
      samples.reject(
          Reason.LIMIT,
          "past a limit: the expressions look at more than %d nodes"
              .formatted(XmlNodes.MOST_STEPS));
      return;
    }
    reading.emit(samples);
  }

  /** One document. */
  private final class Reading {
    private final List<Found> found = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();
    private final List<Reason> reasons = new ArrayList<>();
    private final Set<String> matched = new java.util.HashSet<>();

    void read(XmlNode document) throws JsonDocument.Refused {
      for (XmlNode row : rows(document)) {
        row(row);
      }
      if (found.isEmpty() && faults.isEmpty()) {
        throw new JsonDocument.Refused(
            Reason.MALFORMED, "the expressions of the route find no value in the document");
      }
    }

    private List<XmlNode> rows(XmlNode document) throws JsonDocument.Refused {
      XmlNode root = document.children().get(0);
      if (rows == null) {
        return List.of(root);
      }
      List<XmlNode> all = new ArrayList<>();
      if (rows.of(root) instanceof List<?> nodes) {
        for (Object each : nodes) {
          if (each instanceof XmlNode node) {
            all.add(node);
          }
        }
      }
      if (all.isEmpty()) {
        throw new JsonDocument.Refused(
            Reason.MALFORMED, "'" + rows.text + "', of xml.rows, matches nothing");
      }
      return all;
    }

    private void row(XmlNode row) throws JsonDocument.Refused {
      Value time = null;
      Asset asset = null;
      Map<String, String> tags = new TreeMap<>();
      List<Found> own = new ArrayList<>();
      for (Wanted each : wanted) {
        JsonNode value = value(row, each.value(), each.name());
        if (value == null) {
          continue;
        }
        matched.add(each.name());
        if (isTime(each.name())) {
          time = value.isNull() ? time : JsonTree.time(value);
        } else if (labels.contains(each.name())) {
          if (!value.isNull()) {
            tags.put(each.name(), value.asText());
          }
        } else if (isAsset(each.name())) {
          asset = value.isNull() ? asset : named(asset, each.name(), value.asText());
        } else {
          own.add(new Found(each.name(), value, Point.PLAIN.in(unit(row, each)), row.line));
        }
      }
      if (pivoted != null) {
        pivot(row, own);
        JsonNode said = pivotTime == null ? null : value(row, pivotTime, "pivot.time");
        if (said != null) {
          matched.add("pivot.time");
          time = JsonTree.time(said);
        }
      }
      for (Found each : own) {
        Point point = each.point().at(time).on(asset).tagged(tags);
        found.add(new Found(each.name(), each.value(), point, each.line()));
      }
      if (found.size() + faults.size() > limits.maxParts()) {
        throw new JsonDocument.Refused(
            Reason.LIMIT, "more than " + limits.maxParts() + " values in one message");
      }
    }

    private void pivot(XmlNode row, List<Found> own) throws JsonDocument.Refused {
      if (pivoted == null || pivotName == null) {
        return;
      }
      int before = faults.size();
      JsonNode name = value(row, pivotName, "pivot.name");
      if (name == null || name.isNull()) {
        if (faults.size() == before) {
          fault(Reason.BAD_NAME, "a value without a name", row);
        }
        return;
      }
      JsonNode value = value(row, pivoted.value(), name.asText());
      if (value == null && faults.size() == before) {
        fault(Reason.BAD_VALUE, Samples.quoted(name.asText()) + " has no value", row);
      } else if (value != null) {
        own.add(new Found(name.asText(), value, Point.PLAIN.in(unit(row, pivoted)), row.line));
      }
    }

    private @Nullable String unit(XmlNode row, Wanted wanted) throws JsonDocument.Refused {
      JsonNode unit = wanted.unit() == null ? null : value(row, wanted.unit(), "unit");
      return unit == null || unit.isNull() ? null : unit.asText();
    }

    /** What the expression finds; {@code null} for nothing, and for several, which is a fault. */
    private @Nullable JsonNode value(XmlNode row, Path path, String name)
        throws JsonDocument.Refused {
      Object given = path.of(row);
      if (given instanceof Boolean flag) {
        return NODES.booleanNode(flag);
      }
      if (given instanceof Number number) {
        return checked(NODES.numberNode(number.doubleValue()), name, row);
      }
      if (given instanceof String text) {
        return scalar(text, name, row);
      }
      List<?> nodes = (List<?>) given;
      if (nodes.size() > 1) {
        matched.add(name);
        fault(
            Reason.BAD_VALUE,
            "%s is %d nodes by '%s', not one"
                .formatted(Samples.quoted(name), nodes.size(), path.text),
            row);
      }
      return nodes.size() == 1 && nodes.get(0) instanceof XmlNode node
          ? scalar(node.value(), name, node)
          : null;
    }

    private @Nullable JsonNode scalar(String text, String name, XmlNode at)
        throws JsonDocument.Refused {
      String said = text.strip();
      return said.isEmpty()
          ? NODES.nullNode()
          : checked(XmlTree.scalar(said, texts.contains(name), place(at)), name, at);
    }

    /** The value; {@code null} where no reading holds it, which is a fault. */
    private @Nullable JsonNode checked(JsonNode value, String name, XmlNode at) {
      String fault =
          value.isBigInteger()
              ? "an integer beyond 64 bits"
              : (value.isDouble() && !Double.isFinite(value.doubleValue()))
                      || (value.isTextual() && Numbers.isNoNumberOfJson(value.textValue()))
                  ? value.asText() + ", not a finite number"
                  : null;
      if (fault == null) {
        return value;
      }
      matched.add(name);
      fault(Reason.BAD_VALUE, Samples.quoted(name) + " is " + fault, at);
      return null;
    }

    private void fault(Reason reason, String what, XmlNode at) {
      reasons.add(reason);
      faults.add(what + place(at));
    }

    void emit(Samples samples) {
      for (Found each : found) {
        samples.standsAt(each.line());
        samples.add(each.name(), each.value(), each.point());
      }
      for (int i = 0; i < faults.size(); i++) {
        samples.reject(reasons.get(i), faults.get(i));
      }
      for (Wanted each : wanted) {
        if (!matched.contains(each.name())) {
          samples.filter(each.name(), "'" + each.value().text + "' matches nothing");
        }
      }
      if (pivotTime != null && !matched.contains("pivot.time")) {
        samples.filter("pivot.time", "'" + pivotTime.text + "' matches nothing");
      }
    }
  }

  private boolean isTime(String name) {
    if (timeName != null) {
      return name.equals(timeName);
    }
    return pivotTime == null && JsonDocument.TIME_KEYS.contains(name);
  }

  private static boolean isAsset(String name) {
    return Set.of("site", "area", "line", "machine").contains(name);
  }

  private static Asset named(@Nullable Asset before, String level, String name) {
    Asset asset = before == null ? Asset.NONE : before;
    return switch (level) {
      case "site" -> new Asset(name, asset.area(), asset.line(), asset.machine());
      case "area" -> new Asset(asset.site(), name, asset.line(), asset.machine());
      case "line" -> new Asset(asset.site(), asset.area(), name, asset.machine());
      default -> new Asset(asset.site(), asset.area(), asset.line(), name);
    };
  }

  private static String place(XmlNode node) {
    return ", at line " + node.line + ", column " + node.column;
  }
}
