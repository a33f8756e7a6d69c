package io.weir.gateway.discover;

import io.weir.gateway.normalize.Units;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of single fields: those that are no readings, and the names, types and units of
 * those that are.
 *
 * @param ignore names that say nothing of a machine
 * @param tags fields that tell values apart, by the key of the tag
 * @param metrics keys of the route's metrics
 */
record Shaping(
    List<String> ignore,
    Map<String, Object> tags,
    List<Map<String, Object>> metrics,
    @Nullable Map<String, Object> quality) {

  private static final int MOST_METRICS = 40;

  /** Numbers of messages and of their formats. */
  private static final Set<String> NOISE =
      Set.copyOf(
          List.of(
              "messageid",
              "msgid",
              "uuid",
              "guid",
              "correlationid",
              "requestid",
              "traceid",
              "transactionid",
              "eventid",
              "schema",
              "schemaversion",
              "specversion",
              "datacontenttype",
              "dataschema",
              "payloadversion",
              "msgversion",
              "apiversion",
              "messagetype",
              "msgtype",
              "version",
              "formatversion",
              "protocol",
              "protocolversion",
              "checksum",
              "crc",
              "hash",
              "signature",
              "mac",
              "macaddress",
              "ip",
              "ipaddress",
              "fwversion",
              "firmware",
              "firmwareversion",
              "fw",
              "sw",
              "swversion",
              "hw",
              "hwversion"));

  /** Fields that say which of several things a value is of. */
  private static final Set<String> IDENTIFYING =
      Set.copyOf(
          List.of(
              "sensorid",
              "sensor",
              "channel",
              "gateway",
              "gatewayid",
              "model",
              "serial",
              "serialnumber",
              "sn",
              "vendor",
              "manufacturer",
              "location",
              "zone",
              "room",
              "position",
              "customer",
              "tenant",
              "region",
              "edge",
              "edgeid"));

  private static final Set<String> IDENTIFIERS =
      Set.copyOf(
          List.of(
              "order",
              "batch",
              "serial",
              "id",
              "code",
              "lot",
              "job",
              "article",
              "part",
              "product",
              "recipe",
              "number",
              "nr",
              "no",
              "version",
              "material",
              "sn",
              "auftrag",
              "charge",
              "workorder",
              "plc",
              "ip",
              "program",
              "barcode",
              "pin",
              "zip",
              "phone"));

  /** Names that stores have themselves. */
  private static final Set<String> TAKEN =
      Set.copyOf(
          List.of("time", "quality", "site", "area", "line", "machine", "timestamp", "point"));

  static Shaping of(Fields fields, Set<String> taken) {
    Shaping shaping =
        new Shaping(
            new ArrayList<>(), new LinkedHashMap<>(), new ArrayList<>(), quality(fields, taken));
    for (Fields.Field field : fields.all()) {
      if (!taken.contains(field.name) && !shaping.isQuality(field)) {
        shaping.shape(fields, field);
      }
    }
    return shaping;
  }

  private static @Nullable Map<String, Object> quality(Fields fields, Set<String> taken) {
    for (Fields.Field field : fields.all()) {
      String bare = Words.bare(field.key);
      boolean isNamed =
          bare.equals("quality")
              || bare.equals("q")
              || bare.equals("qualitycode")
              || bare.equals("validity");
      if (isNamed && !field.inList && !field.name.contains(".") && !taken.contains(field.name)) {
        return Trust.of(field, CsvLook.column(field), new ArrayList<>());
      }
    }
    return null;
  }

  private boolean isQuality(Fields.Field field) {
    return quality != null && CsvLook.column(field).equals(quality.get("from"));
  }

  private void shape(Fields fields, Fields.Field field) {
    String bare = Words.bare(field.key);
    String column = CsvLook.column(field);
    if (field.isText() && NOISE.contains(bare) || isMessageId(fields, field)) {
      ignore.add(column);
      return;
    }
    boolean isPlain = !field.name.contains(".") && !field.inList;
    if (field.isText()
        && isPlain
        && IDENTIFYING.contains(bare)
        && field.values.size() <= 8
        && fields.isAlways(field)) {
      tags.put(bare, column);
      return;
    }
    Map<String, Object> metric = new LinkedHashMap<>();
    metric.put("from", column);
    boolean isTaken =
        TAKEN.contains(column) && field.isText() == false
            || column.equals("quality")
            || column.equals("time")
            || column.equals("timestamp");
    if (isTaken || column.startsWith("_")) {
      metric.put("to", column.startsWith("_") ? column.replaceFirst("^_+", "") : column + "_value");
    }
    String type = type(field);
    if (type != null) {
      metric.put("type", type);
    }
    String unit = field.isNumber() || "float".equals(type) ? Units.atEndOf(column) : null;
    if (unit != null) {
      metric.put("unit", unit);
      metric.put("store-unit", unit);
    }
    if (metric.size() > 1 && metrics.size() < MOST_METRICS && !field.inList) {
      metrics.add(metric);
    }
  }

  /** A text that is another one in each message and no word. */
  private static boolean isMessageId(Fields fields, Fields.Field field) {
    return field.isText()
        && fields.messages() > 1
        && field.values.size() >= Math.min(fields.messages(), 3)
        && field.values.stream().allMatch(each -> each.matches("[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}"));
  }

  private static @Nullable String type(Fields.Field field) {
    int kinds = (field.numbers > 0 ? 1 : 0) + (field.texts > 0 ? 1 : 0) + (field.flags > 0 ? 1 : 0);
    if (kinds > 1) {
      return "string";
    }
    boolean isId = isIdentifier(field.key);
    boolean hasZero = field.values.stream().anyMatch(each -> each.matches("0\\d+"));
    if (field.hasNumbersAsTexts() && !isId && !hasZero) {
      return "float";
    }
    boolean isSpelt = field.isNumber() && hasZero;
    return isSpelt ? "string" : null;
  }

  static boolean isIdentifier(String key) {
    return Words.parts(key).stream().anyMatch(IDENTIFIERS::contains)
        || IDENTIFIERS.contains(Words.bare(key));
  }

  /** Keys of a metric that has a type. */
  static Map<String, Object> typed(String from, String type) {
    Map<String, Object> metric = new LinkedHashMap<>();
    metric.put("from", from);
    metric.put("type", type);
    return metric;
  }

  /** Adds what must be said of them. */
  void addTo(Map<String, Object> route, boolean withQuality) {
    if (!tags.isEmpty()) {
      route.put("tags", tags);
    }
    if (!ignore.isEmpty()) {
      route.put("ignore", ignore);
    }
    if (withQuality && quality != null) {
      route.put("quality", quality);
    }
    if (!metrics.isEmpty()) {
      route.put("metrics", metrics);
    }
  }
}
