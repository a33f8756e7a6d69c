package io.weir.gateway.alarm;

/**
 * A condition that holds now and is reason for an alarm.
 *
 * @param subject the source, the sink or the log that it is about; "" for the gateway as a whole
 * @param reason the words of the part, or ""
 */
public record Trouble(AlarmKind kind, String subject, String reason) {}
