package io.weir.gateway.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One entry of the quarantine, whole.
 *
 * @param source the source or sink that rejected it
 * @param reason of the first of the faults, and so is {@code detail}
 * @param faults all that was wrong
 * @param size bytes of the evidence as it was
 * @param truncated whether it was too large to keep whole; such an entry cannot be replayed
 * @param replayed when it was last replayed, or {@code null}
 */
public record QuarantineEntry(
    String id,
    String topic,
    String source,
    Instant received,
    String reason,
    String detail,
    List<QuarantinePage.Fault> faults,
    Payload payload,
    int size,
    boolean truncated,
    @Nullable Instant replayed) {

  /** The evidence: as text where it is UTF-8, else in Base64. One of both is given. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Payload(@Nullable String text, @Nullable String base64) {}
}
