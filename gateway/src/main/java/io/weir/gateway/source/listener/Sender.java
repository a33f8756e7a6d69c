package io.weir.gateway.source.listener;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Who sends on a connection, and what it may publish to. Immutable. */
final class Sender {

  private static final Pattern PLACE = Pattern.compile("\\{(user|client)}");

  private final String name;
  private final List<String> topics;
  private final boolean everything;

  private Sender(String name, List<String> topics, boolean everything) {
    this.name = name;
    this.topics = topics;
    this.everything = everything;
  }

  /**
   * @param name its user name or the common name of its certificate
   */
  static Sender of(DeviceLogin login, String name, String client) {
    List<String> topics = new ArrayList<>();
    for (String filter : login.topics()) {
      boolean fits =
          (!filter.contains("{user}") || isLevel(name))
              && (!filter.contains("{client}") || isLevel(client));
      if (fits) {
        topics.add(filled(filter, name, client));
      }
    }
    return new Sender(name, topics, login.topics().isEmpty());
  }

  /** In one pass: a user name may read {client}. */
  private static String filled(String filter, String name, String client) {
    return PLACE
        .matcher(filter)
        .replaceAll(
            place -> Matcher.quoteReplacement(place.group().equals("{user}") ? name : client));
  }

  /** With another character in it a name would open topics of others. */
  private static boolean isLevel(String name) {
    return Topics.isName(name) && name.indexOf('/') < 0;
  }

  boolean mayPublish(String topic) {
    return everything || Topics.anyMatches(topics, topic);
  }

  /**
   * Whose a session of this client id is. Users have client ids of their own: else one device could
   * take the session of another over by its id.
   */
  String ownerOf(String client) {
    return name.isEmpty() ? client : name + '\0' + client;
  }

  /** The name of the sender whose session that is. */
  static String of(String owner) {
    return owner.substring(0, Math.max(0, owner.indexOf('\0')));
  }

  /** Whether nobody can be told from another, as no login is asked for. */
  boolean isAnybody() {
    return name.isEmpty();
  }

  String name() {
    return name;
  }
}
