package io.weir.gateway.alarm;

import java.time.Instant;

/**
 * An alarm that is raised now.
 *
 * @param id the id of its kind, such as {@code sink-down}
 * @param subject the source, the sink or the log that it is about; "" for the gateway as a whole
 * @param since when it was raised
 * @param text what is wrong, for a person, with the reason
 * @param reason the words of the part alone, or ""
 */
public record Alarm(
    String id,
    String subject,
    Instant since,
    AlarmKind.Severity severity,
    String text,
    String reason) {}
