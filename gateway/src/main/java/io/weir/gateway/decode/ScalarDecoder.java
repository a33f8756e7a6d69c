package io.weir.gateway.decode;

import io.weir.gateway.decode.Recognition.Clue;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** The whole payload is one value, as {@link Scalar} reads it; the topic names the metric. */
final class ScalarDecoder implements Decoder {

  /** A number, a word for true or false, or a single word such as a state. */
  private static final Pattern ONE_WORD = Pattern.compile("[+-]?[\\w.:-]{1,64}");

  /** The format {@code scalar}. */
  public static final class Format implements PlainFormat {

    @Override
    public String name() {
      return "scalar";
    }

    @Override
    public String summary() {
      return "one value as text, such as 21.5 or ON";
    }

    @Override
    public Decoder decoder(FormatContext context) {
      return new ScalarDecoder(context.texts(), context.limits());
    }

    @Override
    public List<Recognition> recognition() {
      return List.of(Recognition.by(Clue.SHAPE, look -> ONE_WORD.matcher(look.text()).matches()));
    }

    @Override
    public boolean namesMachines() {
      return false;
    }
  }

  private final Scalar scalar;
  private final DecodeLimits limits;

  /**
   * @param texts names of metrics whose values are texts, whatever they look like
   */
  ScalarDecoder(Set<String> texts, DecodeLimits limits) {
    this.scalar = new Scalar(texts);
    this.limits = limits;
  }

  @Override
  public void decode(Payload payload, Output out) {
    scalar.add(payload.metric(), "", payload.bytes(), Point.PLAIN, new Samples(out, limits));
  }
}
