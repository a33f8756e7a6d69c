package io.weir.gateway.simulation;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** A message of a device, and what must come of it. Each instance is a message of its own. */
final class SentMessage {

  private static final int SHOWN = 100;

  final int number;

  /** The topic, or the path of a post. */
  final String topic;

  final String text;
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

  SentMessage(int number, String topic, String text, List<Fact> facts) {
    this.number = number;
    this.topic = topic;
    this.text = text;
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

  byte[] payload() {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    String beginning = text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
    return "message " + number + " of " + topic + " " + beginning;
  }
}
