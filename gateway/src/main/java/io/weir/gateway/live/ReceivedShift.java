package io.weir.gateway.live;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The newest shift of a machine or a line whose figures another gateway made. {@code null} stands
 * for what is not defined.
 *
 * @param level machine or line
 * @param place of the machine or line
 * @param gateway who made them, where the rows have the tag {@code gateway}; else ""
 * @param received when they came, by the clock here
 * @param shift its name
 * @param start of the shift
 * @param over whether they are final
 * @param oee 0 to 1, not capped
 * @param coverage part of the planned time that is known: below 0.9 the OEE is doubtful, below 0.5
 *     it should not be shown
 * @param good pieces
 * @param scrap pieces
 */
public record ReceivedShift(
    String level,
    @JsonUnwrapped Place place,
    String gateway,
    Instant received,
    String shift,
    Instant start,
    boolean over,
    @Nullable Double oee,
    @Nullable Double coverage,
    @Nullable Double good,
    @Nullable Double scrap) {}
