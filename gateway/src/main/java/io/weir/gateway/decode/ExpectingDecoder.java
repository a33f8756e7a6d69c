package io.weir.gateway.decode;

import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Rejected;
import java.io.IOException;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Rejects a payload that is not as its route expects, before its format reads it. */
final class ExpectingDecoder implements Decoder {

  /** Compares a payload with what is expected. */
  interface Comparison {
    /**
     * The differences in words; {@code null} where there are none.
     *
     * @throws IOException if the payload cannot be read; then the format says why
     */
    @Nullable String unmet(byte[] payload) throws IOException;
  }

  private final Decoder format;
  private final Comparison comparison;

  ExpectingDecoder(Decoder format, Comparison comparison) {
    this.format = format;
    this.comparison = comparison;
  }

  /** Of a format that reads JSON. */
  static Decoder ofJson(Decoder format, Expectations expectations, DecodeLimits limits) {
    ExpectedFields fields = new ExpectedFields(expectations);
    JsonText json = JsonText.within(limits);
    return new ExpectingDecoder(
        format,
        payload -> {
          String unmet =
              json.read(
                  payload, in -> Objects.requireNonNullElse(fields.unmet(new JsonTokens(in)), ""));
          return unmet.isEmpty() ? null : unmet;
        });
  }

  @Override
  public Decoder labelled(Set<String> fields) {
    return new ExpectingDecoder(format.labelled(fields), comparison);
  }

  @Override
  public boolean typesNumbers() {
    return format.typesNumbers();
  }

  @Override
  public void decode(Payload payload, Output out) {
    String unmet;
    try {
      unmet = comparison.unmet(payload.bytes());
    } catch (IOException e) {
      unmet = null; // the format finds the same, and says it
    }
    if (unmet == null) {
      format.decode(payload, out);
    } else {
      out.rejected(new Rejected(Reason.MALFORMED, unmet));
    }
  }
}
