package io.weir.gateway.simulation;

/**
 * How the routes read the data of machines at a time.
 *
 * @param renamed whether the metric {@code v} has another name
 * @param labelled whether the first level of the topic is a tag
 * @param misread whether they name a format that reads no such message
 * @param defects whether they ask for messages at which a decoder may fail
 */
record Routing(boolean renamed, boolean labelled, boolean misread, boolean defects) {

  static final Routing FIRST = new Routing(false, false, false, true);

  /** The tag of the first level. */
  static final String LABEL = "hall";

  private static final String METRIC = "v";
  private static final String NAME = "speed";

  /**
   * @param keys further ones of the first route
   */
  String routes(String keys) {
    return """
          - topic: "%s/{machine}/data"
            format: %s
            metrics: [%s]
            %s
        """
            .formatted(
                labelled ? "{" + LABEL + "}" : SentMessage.HALL,
                misread ? "cbor" : "json",
                renamed ? "{ from: " + METRIC + ", to: " + NAME + " }" : "",
                keys.replaceFirst(", thin", "\n    thin"))
        + (defects
            ? """
                - topic: plant/{machine}/defect
                  format: jsonata
                  jsonata: '{ "d": d }'
              """
            : "");
  }

  /** Whether they make readings of a message. */
  boolean reads(SentMessage message) {
    return message.isData() ? !misread : asksFor(message);
  }

  /** Whether they ask for a message; else it may be left out. */
  boolean asksFor(SentMessage message) {
    return defects || !message.isDefect();
  }

  /** The value where they put it. */
  Fact.Stored placed(SentMessage message, Fact.Stored stored) {
    if (!message.isData()) {
      return stored;
    }
    int split = stored.place().indexOf(Fact.PLACE);
    String machine = stored.place().substring(0, split);
    String field = stored.place().substring(split + 1);
    return new Fact.Stored(
        labelled ? StoreIndex.labelled(machine, SentMessage.HALL) : machine,
        renamed && field.equals(METRIC) ? NAME : field,
        stored.value(),
        stored.atNs(),
        stored.instead());
  }
}
