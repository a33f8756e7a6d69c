package io.weir.gateway.decode.sparkplug;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.weir.gateway.decode.DecodeLimits;
import io.weir.gateway.decode.sparkplug.SparkplugSamples.Grade;
import io.weir.gateway.decode.sparkplug.WireValue.Unfit;
import io.weir.gateway.model.Excerpt;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Rejected;
import io.weir.gateway.model.Value;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.eclipse.tahu.protobuf.SparkplugBProto.DataType;
import org.eclipse.tahu.protobuf.SparkplugBProto.Payload.DataSet;
import org.eclipse.tahu.protobuf.SparkplugBProto.Payload.Metric;
import org.eclipse.tahu.protobuf.SparkplugBProto.Payload.PropertySet;
import org.eclipse.tahu.protobuf.SparkplugBProto.Payload.PropertyValue;
import org.eclipse.tahu.protobuf.SparkplugBProto.Payload.Template;
import org.jspecify.annotations.Nullable;

/**
 * Reads the metrics of one birth or data message, each against what its birth said of it. Used by
 * one thread, once.
 */
final class SparkplugMetrics {

  /** Bytes of one metric at most: its objects may take fifty times as much while it is read. */
  private static final int MOST_METRIC_BYTES = 1 << 20;

  /** Characters of a name at most: it is repeated for each part of what has many. */
  private static final int LONGEST_NAME = 1_024;

  /** Characters of a text at most that is a unit: births are remembered with it. */
  private static final int LONGEST_UNIT = 256;

  /** What the protocol says to itself under a metric's name. */
  private static final String BD_SEQ = "bdSeq";

  private static final Set<String> PROTOCOL = Set.of(BD_SEQ, SparkplugDecoder.REBIRTH);

  private static final Set<String> UNITS =
      Set.of("engunit", "engunits", "engineeringunits", "unit", "units");

  private final Envelope envelope;
  private final Sessions.Known known;
  private final Arrival arrival;
  private final @Nullable Birth born;
  private final DecodeLimits limits;
  private final SparkplugSamples out;

  private final List<Seen> seen = new ArrayList<>();
  private boolean understood = true;
  private @Nullable Long bdSeq;

  /** A value that a metric had, to be kept as its last. */
  private record Seen(Birth.Metric metric, @Nullable Value value) {}

  private SparkplugMetrics(
      Envelope envelope,
      Sessions.Known known,
      Arrival arrival,
      @Nullable Birth born,
      DecodeLimits limits,
      SparkplugSamples out) {
    this.envelope = envelope;
    this.known = known;
    this.arrival = arrival;
    this.born = born;
    this.limits = limits;
    this.out = out;
  }

  /**
   * @param born where its metrics go
   */
  static SparkplugMetrics ofBirth(
      Envelope envelope, Arrival arrival, Birth born, DecodeLimits limits, SparkplugSamples out) {
    return new SparkplugMetrics(envelope, Sessions.Known.NOTHING, arrival, born, limits, out);
  }

  /**
   * @param known what the births said
   */
  static SparkplugMetrics ofData(
      Envelope envelope,
      Sessions.Known known,
      Arrival arrival,
      DecodeLimits limits,
      SparkplugSamples out) {
    return new SparkplugMetrics(envelope, known, arrival, null, limits, out);
  }

  void read() {
    for (ByteString bytes : envelope.metrics()) {
      if (out.isFull()) {
        return;
      }
      if (bytes.size() > MOST_METRIC_BYTES) {
        out.reject(
            new Rejected(
                Reason.LIMIT,
                "a metric of " + bytes.size() + " bytes, the limit is " + MOST_METRIC_BYTES));
        continue;
      }
      try {
        top(Metric.parseFrom(bytes));
      } catch (InvalidProtocolBufferException e) {
        understood = false;
        out.reject(new Rejected(Reason.MALFORMED, "a metric that cannot be read: " + saying(e)));
      }
    }
  }

  /** The library's words without its guesses. */
  static String saying(InvalidProtocolBufferException e) {
    String words = String.valueOf(e.getMessage());
    return words.contains("ended unexpectedly")
        ? "it breaks off or is not protobuf"
        : Excerpt.of(words);
  }

  /** The number that ties a birth and a death to one connection; {@code null} if it has none. */
  @Nullable Long bdSeq() {
    return bdSeq;
  }

  /** The same of one metric. */
  static @Nullable Long bdSeq(Metric metric) {
    if (!metric.getName().equals(BD_SEQ)) {
      return null;
    }
    return switch (metric.getValueCase()) {
      case LONG_VALUE -> metric.getLongValue();
      case INT_VALUE -> Integer.toUnsignedLong(metric.getIntValue());
      default -> null;
    };
  }

  /** Whether every name and datatype was known. */
  boolean understood() {
    return understood;
  }

  /** Makes the values read the last ones of their metrics; under the monitor of the sessions. */
  void keepLast() {
    for (Seen each : seen) {
      each.metric.last(each.value);
    }
  }

  private void top(Metric metric) {
    Birth.Meaning meaning = metric.getName().isEmpty() ? meaning(metric) : null;
    Birth.Metric aliased = meaning == null || !isSure(meaning) ? null : meaning.metric();
    String name = aliased == null ? metric.getName() : aliased.name;
    if (!PROTOCOL.contains(name)) {
      read(metric, "", envelope.timestamp(), 0);
      return;
    }
    if (aliased == null) {
      named(metric, name); // some nodes give it an alias, and use it
    }
    Long number = bdSeq(metric);
    bdSeq = number == null ? bdSeq : number;
    out.filter(name, "of the protocol, not a reading");
  }

  /**
   * @param path what stands before its name: "" or the template it is a member of, and a dot
   * @param around the time that holds where it has none
   */
  private void read(Metric metric, String path, long around, int depth) {
    Birth.Metric meant = meant(metric, path);
    if (meant == null) {
      return;
    }
    long time = metric.getTimestamp() == 0 ? around : metric.getTimestamp();
    int datatype = datatype(metric, meant);
    Grade grade = isGuessed(metric) ? grade(metric).orGuessed() : grade(metric);
    try {
      if (metric.hasTemplateValue()) {
        template(metric.getTemplateValue(), meant.name, time, depth);
      } else if (metric.getIsNull()) {
        keep(metric, meant, null);
        out.filter(meant.name, "null");
      } else if (metric.hasDatasetValue()) {
        dataSet(metric.getDatasetValue(), meant, time, grade);
      } else if (metric.hasBytesValue()) {
        bytes(metric.getBytesValue(), datatype, meant, time, grade);
      } else {
        WireValue wire = WireValue.of(metric);
        if (wire == null) {
          out.filter(meant.name, "without a value");
          return;
        }
        understood &=
            datatype != 0 || !(wire instanceof WireValue.Int || wire instanceof WireValue.Long);
        Value value = wire.as(datatype);
        keep(metric, meant, value);
        out.add(meant.name, value, time, grade, meant.unit);
      }
    } catch (Unfit e) {
      out.reject(e.rejected(meant.name));
    }
  }

  private void keep(Metric metric, Birth.Metric meant, @Nullable Value value) {
    if (!metric.getIsHistorical()) {
      seen.add(new Seen(meant, value));
    }
  }

  /** The metric by its name, else by its alias; {@code null}, and said, where it is unknown. */
  private Birth.@Nullable Metric meant(Metric metric, String path) {
    if (!metric.getNameBytes().isValidUtf8()) {
      out.reject(new Rejected(Reason.BAD_NAME, "the name of a metric is not UTF-8"));
      return null;
    }
    String name = metric.getName();
    if (!name.isEmpty()) {
      return named(metric, path + name);
    }
    Birth.Meaning meaning = meaning(metric);
    if (meaning != null && (isSure(meaning) || isGuessed(metric))) {
      if (meaning.metric() != Birth.AMBIGUOUS) {
        return meaning.metric();
      }
      out.reject(
          new Rejected(
              Reason.BAD_NAME, alias(metric) + " is that of several metrics in the birth"));
      return null;
    }
    understood = false;
    out.reject(new Rejected(Reason.BAD_NAME, nameless(metric)));
    return null;
  }

  private Birth.@Nullable Meaning meaning(Metric metric) {
    Birth birth = known.birth();
    return birth == null || !metric.hasAlias() ? null : birth.aliased(metric.getAlias());
  }

  /** Whether it is what the alias means in this message. */
  private boolean isSure(Birth.Meaning meaning) {
    return !known.doubtful() && (known.timeless() || meaning.holds(arrival.timeMs()));
  }

  /**
   * Whether a person has a message read by a birth that came after it, the first one that is known:
   * there is no better evidence than that most nodes keep their aliases.
   */
  private boolean isGuessed(Metric metric) {
    Birth.Meaning meaning = metric.getName().isEmpty() ? meaning(metric) : null;
    return meaning != null
        && arrival.way().replayed()
        && !isSure(meaning)
        && !known.doubtful()
        && meaning.isLikely(arrival.timeMs());
  }

  private Birth.@Nullable Metric named(Metric metric, String name) {
    if (name.length() > LONGEST_NAME) {
      out.reject(longName(name));
      return null;
    }
    Birth birth = known.birth();
    Birth.Metric before = birth == null ? null : birth.named(name);
    if (before != null) {
      return before;
    }
    Birth.Metric fresh = new Birth.Metric(name, inferred(metric), unit(metric));
    if (born != null) {
      born.add(fresh, metric.hasAlias() ? metric.getAlias() : null);
    }
    return fresh;
  }

  private String nameless(Metric metric) {
    if (!metric.hasAlias()) {
      return "a metric with neither name nor alias";
    }
    String alias = alias(metric);
    if (born != null) {
      return alias + " has no name in its birth";
    }
    if (known.birth() == null) {
      return alias + " means nothing yet: no birth was received";
    }
    if (known.doubtful()) {
      return alias + " may mean another metric by now: a birth may be missing";
    }
    return known.birth().aliased(metric.getAlias()) == null
        ? alias + " is not one of the birth received"
        : alias + " is not that of the birth received, which is of another time";
  }

  private static String alias(Metric metric) {
    return "alias " + Long.toUnsignedString(metric.getAlias());
  }

  private static Rejected longName(String name) {
    return new Rejected(
        Reason.BAD_NAME,
        "'" + Excerpt.of(name) + "' is a name of more than " + LONGEST_NAME + " characters");
  }

  private static int datatype(Metric metric, Birth.Metric meant) {
    return metric.getDatatype() == 0 ? meant.datatype : metric.getDatatype();
  }

  /** Some publishers leave out a datatype that the field makes plain. */
  private static int inferred(Metric metric) {
    if (metric.getDatatype() != 0) {
      return metric.getDatatype();
    }
    return switch (metric.getValueCase()) {
      case FLOAT_VALUE -> DataType.Float_VALUE;
      case DOUBLE_VALUE -> DataType.Double_VALUE;
      case BOOLEAN_VALUE -> DataType.Boolean_VALUE;
      case STRING_VALUE -> DataType.String_VALUE;
      default -> DataType.Unknown_VALUE;
    };
  }

  // ---- Values of many parts

  /** Each member is a metric by itself; a definition only says which there will be. */
  private void template(Template template, String name, long time, int depth) {
    if (depth == limits.maxDepth()) {
      out.reject(
          new Rejected(
              Reason.LIMIT,
              "'" + Excerpt.of(name) + "' nests more than " + limits.maxDepth() + " templates"));
      return;
    }
    if (template.getIsDefinition() || template.getMetricsCount() == 0) {
      out.filter(name, template.getIsDefinition() ? "the definition of a template" : "empty");
      return;
    }
    for (Metric member : template.getMetricsList()) {
      if (out.isFull()) {
        return;
      }
      read(member, name + ".", time, depth + 1);
    }
  }

  private void dataSet(DataSet set, Birth.Metric meant, long time, Grade grade) {
    if (set.getRowsCount() == 0) {
      out.filter(meant.name, "empty");
    }
    int columns = set.getColumnsCount();
    for (int row = 0; row < set.getRowsCount() && !out.isFull(); row++) {
      DataSet.Row cells = set.getRows(row);
      String place = meant.name + "." + row;
      if (cells.getElementsCount() != columns) {
        out.reject(
            new Unfit(
                    "has another count of cells, "
                        + cells.getElementsCount()
                        + ", than the columns, "
                        + columns)
                .rejected(place));
        continue;
      }
      for (int column = 0; column < columns && !out.isFull(); column++) {
        cell(set, cells, column, place, time, grade);
      }
    }
  }

  private void cell(
      DataSet set, DataSet.Row cells, int column, String place, long time, Grade grade) {
    if (set.getColumns(column).length() > LONGEST_NAME) {
      out.reject(longName(place + "." + Excerpt.of(set.getColumns(column))));
      return;
    }
    String name = place + "." + set.getColumns(column);
    WireValue wire = WireValue.of(cells.getElements(column));
    if (wire == null) {
      out.filter(name, "null");
      return;
    }
    try {
      int datatype = column < set.getTypesCount() ? set.getTypes(column) : DataType.Unknown_VALUE;
      out.add(name, wire.as(datatype), time, grade, null);
    } catch (Unfit e) {
      out.reject(e.rejected(name));
    }
  }

  private void bytes(ByteString bytes, int datatype, Birth.Metric meant, long time, Grade grade)
      throws Unfit {
    if (Arrays.isArray(datatype)) {
      if (bytes.isEmpty()) {
        out.filter(meant.name, "empty");
      }
      Arrays.read(
          datatype,
          bytes,
          (index, element) -> {
            String name = meant.name + "." + index;
            try {
              out.add(name, element.value(), time, grade, meant.unit);
            } catch (Unfit e) {
              out.reject(e.rejected(name));
            }
            return !out.isFull();
          });
    } else if (datatype == DataType.Bytes_VALUE || datatype == DataType.File_VALUE) {
      String text = Base64.getEncoder().encodeToString(bytes.toByteArray());
      out.add(meant.name, new Value.Text(text), time, grade, meant.unit);
    } else {
      understood &= datatype != DataType.Unknown_VALUE;
      throw new Unfit("is of datatype " + WireValue.name(datatype) + ", but its value is bytes");
    }
  }

  // ---- Properties

  private static Grade grade(Metric metric) {
    PropertyValue quality = property(metric.getProperties(), Set.of("quality"));
    if (quality == null || quality.getIsNull()) {
      return Grade.GOOD;
    }
    return switch (quality.getValueCase()) {
      case INT_VALUE -> Grade.of(quality.getIntValue());
      case LONG_VALUE -> Grade.of(quality.getLongValue());
      case STRING_VALUE -> Grade.of(quality.getStringValue());
      default -> Grade.GOOD;
    };
  }

  private static @Nullable String unit(Metric metric) {
    PropertyValue property = property(metric.getProperties(), UNITS);
    String unit = property == null ? "" : property.getStringValue();
    return unit.isEmpty() || unit.length() > LONGEST_UNIT ? null : unit;
  }

  private static @Nullable PropertyValue property(PropertySet properties, Set<String> names) {
    int count = Math.min(properties.getKeysCount(), properties.getValuesCount());
    for (int i = 0; i < count; i++) {
      String key = properties.getKeys(i).replace(" ", "").toLowerCase(Locale.ROOT);
      if (names.contains(key)) {
        return properties.getValues(i);
      }
    }
    return null;
  }
}
