package io.weir.gateway.discover;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a payload says of where its values belong.
 *
 * @param asset keys of a route's asset that must be written
 * @param levels that the payload names, with and without such a key
 * @param machines the names that were seen
 * @param fields that are taken for it, by name
 */
record PayloadAsset(
    Map<String, Object> asset, Set<String> levels, Set<String> machines, Set<String> fields) {

  /** Keys that name the machine, the surest first. */
  private static final List<String> MACHINE =
      List.of(
          "machine",
          "machineid",
          "machinename",
          "machineno",
          "machinecode",
          "equipment",
          "equipmentid",
          "equipmentname",
          "maschine",
          "maschinenid",
          "maschinennr",
          "anlage",
          "anlagennr",
          "asset",
          "assetid",
          "assetname",
          "device",
          "deviceid",
          "devicename",
          "devicecode",
          "deviceno",
          "devid",
          "dev",
          "devname",
          "stationid",
          "stationname",
          "station",
          "robotid",
          "robot",
          "plc",
          "plcid",
          "plcname",
          "thing",
          "thingname",
          "thingid",
          "unitid",
          "unitname",
          "deviceserial",
          "eqpid",
          "eqid",
          "eqp",
          "eqname",
          "toolid",
          "meterid",
          "metername",
          "meter",
          "sensorid",
          "sensorname",
          "deveui",
          "host",
          "hostname",
          "设备",
          "设备编号",
          "设备名称",
          "equipo",
          "maquina");

  /** Keys that name it only where they say the same as the topic. */
  private static final Set<String> PERHAPS =
      Set.copyOf(
          List.of(
              "id",
              "name",
              "sn",
              "serial",
              "serialnumber",
              "sensor",
              "source",
              "node",
              "nodeid",
              "client",
              "clientid",
              "uid",
              "mac",
              "tagid"));

  /** The end of keys that name one of many things. */
  private static final Pattern IDENTIFIER =
      Pattern.compile("(?i).*(sn|serial|serialn(o|r|umber)|[_a-z]id|uid)|.*I[dD]");

  private static final Map<String, List<String>> PLACES =
      Map.of(
          "line",
              List.of(
                  "line",
                  "lineid",
                  "linename",
                  "lineno",
                  "productionline",
                  "linie",
                  "workcenter",
                  "产线"),
          "area",
              List.of(
                  "area",
                  "areaid",
                  "areaname",
                  "workshop",
                  "hall",
                  "halle",
                  "bereich",
                  "department",
                  "车间"),
          "site",
              List.of(
                  "site",
                  "siteid",
                  "sitename",
                  "plant",
                  "plantid",
                  "plantname",
                  "factory",
                  "factoryid",
                  "werk",
                  "工厂"));

  static PayloadAsset of(Fields fields, List<Topic> topics) {
    Map<String, Object> asset = new LinkedHashMap<>();
    Set<String> levels = new HashSet<>();
    Set<String> taken = new HashSet<>();
    Set<String> machines = new HashSet<>();
    Fields.Field machine = machine(fields, topics);
    if (machine != null) {
      take(machine, "machine", asset, levels, taken);
      machines.addAll(machine.values);
    }
    for (String level : List.of("line", "area", "site")) {
      Fields.Field field = first(fields, PLACES.getOrDefault(level, List.of()));
      if (field != null && field != machine) {
        take(field, level, asset, levels, taken);
      }
    }
    return new PayloadAsset(asset, levels, machines, taken);
  }

  private static void take(
      Fields.Field field,
      String level,
      Map<String, Object> asset,
      Set<String> levels,
      Set<String> taken) {
    levels.add(level);
    taken.add(field.name);
    boolean isNatural = field.key.equals(level) && (field.inList || field.name.equals(level));
    if (!isNatural) {
      asset.put(level, Map.of("field", field.inList ? field.key : field.pointer()));
    }
  }

  private static Fields.@Nullable Field machine(Fields fields, List<Topic> topics) {
    Fields.Field sure = first(fields, MACHINE);
    Fields.Field named = named(fields, sure);
    if (named != null) {
      return named;
    }
    Fields.Field ofTopic = ofTopic(fields, topics);
    boolean isOneForAll = sure != null && sure.values.size() == 1 && topics.size() > 1;
    if (sure != null && !(isOneForAll && ofTopic != null && ofTopic.values.size() > 1)) {
      return sure;
    }
    Fields.Field unit = first(fields, List.of("unit"));
    boolean isMachine = unit != null && unit.values.stream().allMatch(Words::isId);
    return isMachine ? unit : ofTopic; // a unit of a line, not of measurement
  }

  /** A field that says the same as a level of the topic, in each topic. */
  private static Fields.@Nullable Field ofTopic(Fields fields, List<Topic> topics) {
    Set<String> levels = new HashSet<>();
    topics.forEach(topic -> levels.addAll(List.of(topic.levels)));
    for (Fields.Field field : fields.all()) {
      boolean mayBe =
          PERHAPS.contains(Words.bare(field.key)) || IDENTIFIER.matcher(field.key).matches();
      if (mayBe
          && fits(fields, field)
          && !field.inList
          && levels.containsAll(field.values)
          && topics.stream().allMatch(topic -> says(topic, field.name))) {
        return field;
      }
    }
    return null;
  }

  private static boolean says(Topic topic, String name) {
    for (Fields.Field field : topic.fields.all()) {
      if (field.name.equals(name)) {
        return Set.of(topic.levels).containsAll(field.values);
      }
    }
    return topic.fields.all().isEmpty(); // of a format that names its fields otherwise
  }

  /** Beside an address in digits, the name that people gave. */
  private static Fields.@Nullable Field named(Fields fields, Fields.@Nullable Field sure) {
    if (sure == null
        || !sure.values.stream().allMatch(each -> each.matches("[0-9A-Fa-f]{12,}|[0-9a-f-]{36}"))) {
      return null;
    }
    return first(fields, List.of("devicename", "machinename", "assetname", "equipmentname"));
  }

  private static boolean fits(Fields fields, Fields.Field field) {
    boolean isName =
        field.isText()
            || (field.isNumber()
                && field.values.stream().allMatch(each -> each.matches("\\d{1,18}")));
    boolean isWord = field.values.stream().allMatch(each -> each.length() <= 64 && !each.isBlank());
    return isName && isWord && fields.isAlways(field) && !isInside(field);
  }

  /** Deeper in an object of a list than a label is looked for. */
  private static boolean isInside(Fields.Field field) {
    return field.inList && field.name.contains(".") && parent(field).isEmpty();
  }

  private static Fields.@Nullable Field first(Fields fields, List<String> keys) {
    Fields.Field best = null;
    int rank = Integer.MAX_VALUE;
    for (Fields.Field field : fields.all()) {
      int own = keys.indexOf(Words.bare(field.key));
      int with = keys.indexOf(parent(field) + Words.bare(field.key));
      int at = own < 0 ? with : with < 0 ? own : Math.min(own, with);
      if (at >= 0 && at < rank && fits(fields, field)) {
        best = field;
        rank = at;
      }
    }
    return best;
  }

  /** The key around it, of a list in the singular. */
  private static String parent(Fields.Field field) {
    String[] keys = field.name.split("\\.");
    String around = keys.length < 2 ? "" : Words.bare(keys[keys.length - 2]);
    return around.endsWith("s") ? around.substring(0, around.length() - 1) : around;
  }
}
