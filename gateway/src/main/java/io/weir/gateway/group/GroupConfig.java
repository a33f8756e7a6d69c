package io.weir.gateway.group;

import java.time.Duration;

/**
 * What the configuration says of the group that a gateway belongs to.
 *
 * @param name the same for all its members
 * @param source the MQTT source whose broker the members hear each other by
 * @param mode how assets are divided
 * @param history how long a member must have received everything until it is chosen before one that
 *     has for longer
 */
public record GroupConfig(String name, String source, Mode mode, Duration history) {

  /** More than a day, the longest of figures, which begins at any hour. */
  public static final Duration USUAL_HISTORY = Duration.ofHours(25);

  /** How assets are divided among the members. */
  public enum Mode {
    /** One member sends everything. */
    STANDBY,
    /** Each sends some lines with their machines. */
    SPREAD
  }

  /** What it does, in a few words for the user. */
  public String summary() {
    String sender =
        switch (mode) {
          case STANDBY -> "one of its gateways sends";
          case SPREAD -> "each line has one of its gateways that sends";
        };
    return sender + "; they hear each other by source " + source;
  }

  /** Where all members are heard; a member is the last level. */
  public String prefix() {
    return "weir/groups/" + name + "/members/";
  }
}
