package io.weir.gateway.decode;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the ids on a databus stand for, as the connectors last said it. Bounded in data points;
 * replaced whole by each metadata message of a connector. Shared by the routes of a configuration
 * and of those after it. Read by all source threads without a lock, for what they read is never
 * changed.
 */
final class SiemensMetadata {

  /**
   * One data point.
   *
   * @param type its data type in lower case, {@code null} where no metadata has said it
   */
  record DataPoint(String name, @Nullable String type) {}

  /** The data points of one topic, by id. */
  record Collection(@Nullable String connection, String name, Map<String, DataPoint> points) {

    /** The data point of a message that names none. */
    DataPoint only() {
      return points.size() == 1 ? points.values().iterator().next() : new DataPoint(name, "");
    }
  }

  private final int most;

  /** By connector, then by topic. */
  private volatile Map<String, Map<String, Collection>> connectors = Map.of();

  /**
   * @param most data points at most, of all connectors together
   */
  SiemensMetadata(int most) {
    this.most = most;
  }

  /**
   * What names a connector: the source, and the part of the topic that its metadata and its data
   * have in common.
   */
  static String connector(String source, String topic) {
    String[] levels = topic.split("/", -1);
    StringBuilder name = new StringBuilder(source).append('\n');
    for (int i = 0; i < levels.length; i++) {
      if (levels[i].equals("dp") || levels[i].equals("status")) {
        break;
      }
      boolean kind = i > 0 && levels[i - 1].equals("ie"); // m, d or s
      name.append(kind ? "" : levels[i]).append('/');
    }
    return name.toString();
  }

  /** The collection of a topic; without metadata, one without data points. */
  Collection collection(String connector, String topic) {
    Collection known = connectors.getOrDefault(connector, Map.of()).get(topic);
    if (known != null) {
      return known;
    }
    int read = topic.indexOf("/dp/r/");
    String path = read < 0 ? "" : topic.substring(read + "/dp/r/".length());
    int last = path.lastIndexOf('/');
    String connection = path.isEmpty() ? null : last < 0 ? path : path.substring(0, last);
    String name = path.isEmpty() ? "value" : path.substring(last + 1);
    return new Collection(connection, name, Map.of());
  }

  /** What a metadata message says, by the topic of its data. */
  static Map<String, Collection> read(String topic, JsonNode document) {
    Map<String, Collection> collections = new HashMap<>();
    for (JsonNode connection : document.path("connections")) {
      for (JsonNode collection : connection.path("dataPoints")) {
        String name = connection.path("name").asText();
        collections.put(
            dataTopic(topic, name, collection),
            new Collection(
                name.isEmpty() ? null : name,
                collection.path("name").asText("value"),
                points(collection.path("dataPointDefinitions"))));
      }
    }
    return collections;
  }

  /** What keeps these from being learnt; {@code null} where nothing does. */
  @Nullable String refusal(String connector, Map<String, Collection> collections) {
    long points = size(collections);
    for (Map.Entry<String, Map<String, Collection>> other : connectors.entrySet()) {
      points += other.getKey().equals(connector) ? 0 : size(other.getValue());
    }
    return points <= most ? null : "more than " + most + " data points; these stay unnamed";
  }

  /** Takes what a connector says in place of what it said last, unless there is no room for it. */
  synchronized void learn(String connector, Map<String, Collection> collections) {
    if (refusal(connector, collections) == null) {
      Map<String, Map<String, Collection>> all = new HashMap<>(connectors);
      all.put(connector, collections);
      connectors = all;
    }
  }

  private static Map<String, DataPoint> points(JsonNode definitions) {
    Map<String, DataPoint> points = new HashMap<>();
    for (JsonNode definition : definitions) {
      String id = JsonTree.name(definition.path("id"));
      String name = JsonTree.name(definition.path("name"));
      if (id != null && name != null) {
        String type = definition.path("dataType").asText().toLowerCase(Locale.ROOT);
        points.put(id, new DataPoint(name, type));
      }
    }
    return points;
  }

  /** The topic of a collection, as it says itself or as the format composes it. */
  private static String dataTopic(String topic, String connection, JsonNode collection) {
    String said = JsonTree.name(collection.path("topic"));
    if (said != null) {
      return said;
    }
    int end = topic.indexOf("/dp");
    String stem = (end < 0 ? topic : topic.substring(0, end)).replaceFirst("ie/m/", "ie/d/");
    return stem + "/dp/r/" + connection + "/" + collection.path("name").asText();
  }

  /** Data points, and one for each topic, so that empty ones count too. */
  private static long size(Map<String, Collection> collections) {
    return collections.values().stream().mapToLong(c -> 1 + c.points().size()).sum();
  }
}
