package io.weir.gateway.source.listener;

/** What a client may subscribe to: the commands for a Sparkplug node, and a host's STATE. */
final class SparkplugTopics {

  private static final int NODE_LEVELS = 4;

  private SparkplugTopics() {}

  /** Whether a filter is one for STATE. */
  static boolean isState(String filter) {
    return filter.startsWith("spBv1.0/STATE/") || filter.startsWith("STATE/");
  }

  /**
   * Whether a filter names the commands of one node or of its devices: no wildcard before the
   * node's name ends.
   */
  static boolean isCommand(String filter) {
    String[] levels = filter.split("/", -1);
    return levels.length >= NODE_LEVELS
        && levels[0].equals("spBv1.0")
        && (levels[2].equals("NCMD") || levels[2].equals("DCMD"))
        && isName(levels[1])
        && isName(levels[3]);
  }

  /** The topic by which the node of a command filter tells of its birth. */
  static String birth(String filter) {
    String[] levels = filter.split("/", -1);
    return levels[0] + "/" + levels[1] + "/NBIRTH/" + levels[3];
  }

  private static boolean isName(String level) {
    return !level.isEmpty() && !level.contains("+") && !level.contains("#");
  }
}
