package io.weir.gateway.alarm;

import java.util.Locale;

/**
 * Every kind of alarm. Each has a runbook page {@code docs/runbook/<id>.md}, a rule in Grafana and
 * texts on the page; {@code AlarmsTest} compares them.
 */
public enum AlarmKind {
  SOURCE_DOWN(Severity.CRITICAL, "source %s does not receive"),
  SESSION_LOST(Severity.WARNING, "the broker lost the session of source %s"),
  CLIENT_ID_SHARED(Severity.CRITICAL, "the session of source %s is taken away again and again"),
  QOS_LOWERED(Severity.CRITICAL, "the broker sends to source %s at QoS 0 where QoS 1 was asked"),
  LOSS_UPSTREAM(Severity.WARNING, "the broker of source %s drops messages"),
  DEVICES_SILENT(Severity.WARNING, "devices are silent"),
  CLOCK_REBASED(Severity.WARNING, "the clock of this machine was far ahead and went back"),
  CLOCK_SKEWED(Severity.WARNING, "event times from source %s are too far in the future"),
  DATA_DIRECTORY_LOST(Severity.CRITICAL, "the data directory is not the one that was opened"),
  LOG_UNWRITABLE(Severity.CRITICAL, "log %s cannot be written"),
  LOG_FULL(Severity.CRITICAL, "log %s is full"),
  LOG_FILLING(Severity.WARNING, "log %s is filling up"),
  LOG_CORRUPT(Severity.CRITICAL, "records of log %s are corrupt"),
  READINGS_DROPPED(Severity.WARNING, "log %s drops readings that a store has not received"),
  FILE_DAMAGED(Severity.CRITICAL, "%s of the data directory was damaged"),
  SINK_DOWN(Severity.CRITICAL, "the store of sink %s is down"),
  SINK_HELD(Severity.CRITICAL, "sink %s needs manual action"),
  SINK_WAITING(Severity.WARNING, "the store of sink %s asked to wait"),
  SINK_LAGGING(Severity.CRITICAL, "sink %s is more than five minutes behind"),
  BACKFILL_BEHIND(Severity.WARNING, "the backfill of sink %s does not catch up"),
  LOGS_RENAMED(Severity.WARNING, "sink %s has named the logs anew: rows may be stored twice"),
  LEDGER_UNBALANCED(Severity.CRITICAL, "readings of %s are unexplained"),
  NAMES_LIMIT(Severity.WARNING, "source %s brings more names than its limits"),
  OWN_MESSAGES(Severity.WARNING, "source %s receives what this gateway has published"),
  QUARANTINE_GROWING(Severity.WARNING, "messages are being quarantined"),
  MACHINES_IGNORED(Severity.WARNING, "machines beyond the bound of the heap have no figures"),
  SIGNALS_IGNORED(Severity.WARNING, "signals beyond the bound of the heap have no statistics"),
  EFFICIENCY_FAILED(Severity.CRITICAL, "figures of efficiency are not made"),
  SITE_SILENT(Severity.CRITICAL, "site %s is silent"),
  BUNDLE_REFUSED(Severity.WARNING, "the bundle of %s is not used"),
  OUTLET_DOWN(Severity.WARNING, "notifications by %s are not delivered"),
  CERTIFICATE_EXPIRING(Severity.WARNING, "the certificate of %s expires"),
  CERTIFICATE_REFUSED(Severity.WARNING, "the new certificate of %s is not used"),
  GROUP_MEMBER_GONE(Severity.WARNING, "gateway %s of the group is gone"),
  THREAD_ENDED(Severity.CRITICAL, "%s of the gateway has ended");

  /** How soon a person should look. */
  public enum Severity {
    /** Readings are in danger, or a part does not do its work. */
    CRITICAL,
    /** The gateway does its work; a person should look during the day. */
    WARNING
  }

  private final Severity severity;
  private final String template;

  AlarmKind(Severity severity, String template) {
    this.severity = severity;
    this.template = template;
  }

  /** The id, such as {@code sink-down}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  public Severity severity() {
    return severity;
  }

  /** The text for one subject, with the reason where there is one. */
  public String text(String subject, String reason) {
    String text = String.format(Locale.ROOT, template, subject);
    return reason.isEmpty() ? text : text + ": " + reason;
  }
}
