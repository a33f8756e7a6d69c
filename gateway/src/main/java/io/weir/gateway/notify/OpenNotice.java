package io.weir.gateway.notify;

import io.weir.gateway.log.Time;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A notification that was sent and whose end was not, for the API.
 *
 * @param raised whether its cause still holds
 * @param flapping whether the cause comes and goes, so that nothing more is sent
 * @param acknowledged {@code null} while nobody has said that they know
 */
public record OpenNotice(
    String id,
    String rule,
    Cause cause,
    Instant since,
    boolean raised,
    boolean flapping,
    @Nullable Acknowledged acknowledged) {

  /** Who knows of it, with a comment or "". */
  public record Acknowledged(String who, String comment, Instant at) {}

  static OpenNotice of(Open open) {
    Open.Acknowledgement said = open.acknowledged;
    return new OpenNotice(
        open.id,
        open.rule,
        open.cause,
        Time.instant(open.cause.sinceNs()),
        open.raised,
        open.flapping,
        said == null
            ? null
            : new Acknowledged(said.who(), said.comment(), Time.instant(said.atNs())));
  }
}
