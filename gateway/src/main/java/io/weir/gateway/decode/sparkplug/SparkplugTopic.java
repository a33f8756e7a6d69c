package io.weir.gateway.decode.sparkplug;

import org.jspecify.annotations.Nullable;

/**
 * A Sparkplug topic, {@code spBv1.0/group/type/node[/device]}.
 *
 * @param prefix what stands before {@code spBv1.0}, such as a bridge adds it, with its slash; else
 *     ""
 * @param group "" for STATE
 * @param node the edge node; the host for STATE
 * @param device the device, "" where the message is the node's own
 */
record SparkplugTopic(String prefix, String group, Type type, String node, String device) {

  enum Type {
    NBIRTH,
    DBIRTH,
    NDATA,
    DDATA,
    NDEATH,
    DDEATH,
    NCMD,
    DCMD,
    STATE;

    boolean ofDevice() {
      return this == DBIRTH || this == DDATA || this == DDEATH || this == DCMD;
    }
  }

  private static final String NAMESPACE = "spBv1.0/";

  /** The birth certificates that a Sparkplug-aware broker keeps and serves. */
  private static final String CERTIFICATES = "$sparkplug/certificates/";

  /** The parts of a topic; {@code null} if it is none of Sparkplug's. */
  static @Nullable SparkplugTopic parse(String topic) {
    int start = topic.startsWith(NAMESPACE) ? 0 : topic.indexOf("/" + NAMESPACE) + 1;
    if (start == 0 && !topic.startsWith(NAMESPACE)) {
      return topic.startsWith("STATE/") && topic.indexOf('/', 6) < 0 // of version 2.2
          ? new SparkplugTopic("", "", Type.STATE, topic.substring(6), "")
          : null;
    }
    String prefix = topic.substring(0, start);
    String[] levels = topic.substring(start + NAMESPACE.length()).split("/", -1);
    for (String level : levels) {
      if (level.isEmpty()) {
        return null;
      }
    }
    if (levels.length == 2 && levels[0].equals(Type.STATE.name())) {
      return new SparkplugTopic(prefix, "", Type.STATE, levels[1], "");
    }
    Type type = levels.length < 3 ? null : type(levels[1]);
    if (type == null || type == Type.STATE || levels.length != (type.ofDevice() ? 4 : 3)) {
      return null;
    }
    return new SparkplugTopic(prefix, levels[0], type, levels[2], type.ofDevice() ? levels[3] : "");
  }

  private static @Nullable Type type(String word) {
    for (Type type : Type.values()) {
      if (type.name().equals(word)) {
        return type;
      }
    }
    return null;
  }

  /** Whether it is a birth served from a broker's memory: it may be old. */
  boolean isCertificate() {
    return prefix.endsWith(CERTIFICATES);
  }

  /** The prefix under which the edge node itself is reached. */
  String reach() {
    return isCertificate() ? prefix.substring(0, prefix.length() - CERTIFICATES.length()) : prefix;
  }
}
