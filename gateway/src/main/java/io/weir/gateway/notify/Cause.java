package io.weir.gateway.notify;

import io.weir.gateway.model.Asset;

/**
 * Something that holds now and may be worth a notification.
 *
 * @param kind the id of an alarm, such as {@code sink-held}, or {@code machine-down}, {@code
 *     oee-under}, {@code uncoded-stops}
 * @param subject the source, the sink, the log, or the path of the machine, its place where another
 *     has that path; "" for the gateway
 * @param asset the machine or line that it is about, or none
 * @param isLine whether that is a line
 * @param critical whether a person should look at once
 * @param text what is wrong, for a person, in one line, in the language of messages
 * @param facts what that text says besides kind and path
 * @param sinceNs since when it holds, nanoseconds since the epoch
 */
public record Cause(
    String kind,
    String subject,
    Asset asset,
    boolean isLine,
    boolean critical,
    String text,
    Facts facts,
    long sinceNs) {

  /** Of a machine, or of none, without facts. */
  public Cause(
      String kind, String subject, Asset asset, boolean critical, String text, long sinceNs) {
    this(kind, subject, asset, false, critical, text, Facts.NONE, sinceNs);
  }

  Cause since(long ns) {
    return new Cause(kind, subject, asset, isLine, critical, text, facts, ns);
  }

  static final String MACHINE_DOWN = "machine-down";
  static final String OEE_UNDER = "oee-under";
  static final String UNCODED_STOPS = "uncoded-stops";
}
