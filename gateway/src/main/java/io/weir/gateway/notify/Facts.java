package io.weir.gateway.notify;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * What a text says besides the kind and the path, so that a reader of another language than that of
 * messages can have it too. A kind has its own; the others are {@code null}.
 *
 * @param reason why a machine is down, or the words of the part that has an alarm; "" for none
 * @param oee of the shift so far, a ratio
 * @param target that it is under, a ratio
 * @param shift name of that shift
 * @param stops of the last 24 hours without a reason
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Facts(
    @JsonProperty("reason") @Nullable String reason,
    @JsonProperty("oee") @Nullable Double oee,
    @JsonProperty("target") @Nullable Double target,
    @JsonProperty("shift") @Nullable String shift,
    @JsonProperty("stops") @Nullable Long stops) {

  public static final Facts NONE = new Facts(null, null, null, null, null);

  public static Facts because(String reason) {
    return new Facts(reason, null, null, null, null);
  }

  public static Facts low(double oee, double target, String shift) {
    return new Facts(null, oee, target, shift, null);
  }

  public static Facts uncoded(long stops) {
    return new Facts(null, null, null, null, stops);
  }
}
