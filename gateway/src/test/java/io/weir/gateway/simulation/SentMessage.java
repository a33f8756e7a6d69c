package io.weir.gateway.simulation;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** A message of a device, and what must come of it. Each instance is a message of its own. */
final class SentMessage {

  /** The first level of the topics of devices. */
  static final String HALL = "plant";

  private static final String DATA = "/data";
  private static final String DEFECT = "/defect";
  private static final int SHOWN = 100;

  final int number;

  /** The topic, or the path of a post. */
  final String topic;

  /** The payload, or what it says. */
  final String text;

  private final byte[] payload;
  final List<Fact> facts;

  /** Whether the gateway has answered for it. */
  boolean acknowledged;

  /** When it first came to the gateway, and when last, counted over all messages. */
  int firstArrival;

  int lastArrival;

  /** Whether it came at QoS 0, which has no order with those at QoS 1. */
  boolean atMostOnce;

  /** How often it came to the gateway. */
  int arrivals;

  /** Those that held while the gateway had it and had not answered, each time it came. */
  final Set<Routing> routings = new LinkedHashSet<>();

  SentMessage(int number, String topic, String text, List<Fact> facts) {
    this(number, topic, text, text.getBytes(StandardCharsets.UTF_8), facts);
  }

  SentMessage(int number, String topic, String text, byte[] payload, List<Fact> facts) {
    this.number = number;
    this.topic = topic;
    this.text = text;
    this.payload = payload;
    this.facts = List.copyOf(facts);
  }

  /** Whether a part of it may stand in the quarantine. */
  boolean mayBeSetAside() {
    return facts.stream()
        .anyMatch(
            fact ->
                fact instanceof Fact.SetAside
                    || fact instanceof Fact.Stored stored && stored.instead() != null);
  }

  /** Whether it is of a machine, so that its route may change. */
  boolean isData() {
    return topic.endsWith(DATA);
  }

  /** Whether it is one at which a decoder may fail. */
  boolean isDefect() {
    return topic.endsWith(DEFECT);
  }

  /** Where one of its values may stand, by the routes that it may have been taken with. */
  List<Fact.Stored> placed(Fact.Stored stored) {
    return routings.stream()
        .filter(routing -> routing.reads(this))
        .map(routing -> routing.placed(this, stored))
        .distinct()
        .toList();
  }

  /** Whether it may be set aside because the routes did not read it. */
  boolean mayBeMisread() {
    return routings.stream().anyMatch(routing -> !routing.reads(this));
  }

  /** Whether it may be left out because no route asked for it. */
  boolean mayBeLeftOut() {
    return routings.stream().anyMatch(routing -> !routing.asksFor(this));
  }

  byte[] payload() {
    return payload.clone();
  }

  /** What a broker sends in the order in which it was published: a topic, or all of a node. */
  String stream() {
    return topic.startsWith(Nodes.PREFIX)
        ? topic.replaceAll("/[ND][A-Z]+/([^/]+).*", "/+/$1")
        : topic;
  }

  @Override
  public String toString() {
    String beginning = text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
    return "message " + number + " of " + topic + " " + beginning;
  }
}
