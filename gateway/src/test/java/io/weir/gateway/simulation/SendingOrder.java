package io.weir.gateway.simulation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Whether the lines of each series are sent to one store in the order in which their messages came.
 * A line may be sent again, and one alone may be sent before its turn, to see whether the store is
 * well; but none comes for the first time behind one that came to the gateway after it.
 */
final class SendingOrder {

  private final Oracle oracle;
  private final List<String> faults = new ArrayList<>();

  /** By series. */
  private final Map<String, Sent> series = new HashMap<>();

  private static final class Sent {
    final Set<Integer> messages = new HashSet<>();

    /** Of all that was sent in turn, the latest first arrival of a message. */
    int latest = -1;
  }

  SendingOrder(Oracle oracle) {
    this.oracle = oracle;
  }

  void written(List<String> lines) {
    for (String line : lines) {
      SentMessage message = oracle.message(numberIn(line));
      if (message != null && !message.atMostOnce) {
        written(line, message, lines.size() > 1);
      }
    }
  }

  private void written(String line, SentMessage message, boolean inTurn) {
    Sent sent = series.computeIfAbsent(line.substring(0, line.indexOf(' ')), name -> new Sent());
    if (sent.messages.add(message.number) && message.lastArrival < sent.latest) {
      faults.add("ORDER: sent for the first time after a later one: " + line);
    }
    if (inTurn) {
      sent.latest = Math.max(sent.latest, message.firstArrival);
    }
  }

  /** Values begin with the number of their message, but for states; those give none. */
  private static int numberIn(String line) {
    int at = line.indexOf('=', line.indexOf(' ')) + 1;
    at += line.charAt(at) == '"' ? 1 : 0;
    int number = 0;
    int end = at;
    while (Character.isDigit(line.charAt(end))) {
      number = 10 * number + line.charAt(end++) - '0';
    }
    return end == at ? -1 : number;
  }

  List<String> faults() {
    return faults;
  }
}
