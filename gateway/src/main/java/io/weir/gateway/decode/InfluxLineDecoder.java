package io.weir.gateway.decode;

import io.weir.gateway.decode.Recognition.Clue;
import io.weir.gateway.model.EventTime;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Rejected;
import io.weir.gateway.model.Sample.TimeUnit;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * InfluxDB line protocol, any number of lines, as InfluxDB 1.x reads it. A line that cannot be read
 * is rejected alone, with its bytes. Integers stay integers here, for the sender wrote their type.
 * Times are nanoseconds unless the route's {@code time.unit} says otherwise.
 */
final class InfluxLineDecoder implements Decoder {

  /** Up to a blank, comma or equals sign that no backslash stands before. */
  private static final String LINE_NAME = "[^\\s,=]+(?:(?<=\\\\)[ ,=][^\\s,=]*)*";

  private static final Pattern LINE =
      Pattern.compile("(?!#)%1$s(,%1$s=%1$s)* %1$s=\\S".formatted(LINE_NAME));

  /** Characters that {@link #LINE} is looked for in: it takes a stack in proportion to them. */
  private static final int LINE_BEGIN = 2_048;

  /** The format {@code influx-line}. */
  public static final class Format implements PlainFormat {

    @Override
    public String name() {
      return "influx-line";
    }

    @Override
    public String summary() {
      return "line protocol of InfluxDB, as Telegraf sends it";
    }

    @Override
    public Decoder decoder(FormatContext context) {
      return new InfluxLineDecoder(context.time(), context.limits());
    }

    @Override
    public List<Recognition> recognition() {
      return List.of(Recognition.by(Clue.SHAPE, Format::isLine));
    }

    private static boolean isLine(Look look) {
      String text = look.text();
      return LINE.matcher(text).region(0, Math.min(text.length(), LINE_BEGIN)).lookingAt();
    }
  }

  private final TimeUnit precision;
  private final DecodeLimits limits;

  InfluxLineDecoder(EventTime time, DecodeLimits limits) {
    this.precision = time.unit() == null ? TimeUnit.NS : time.unit();
    this.limits = limits;
  }

  @Override
  public boolean typesNumbers() {
    return true;
  }

  @Override
  public void decode(Payload payload, Output out) {
    byte[] bytes = payload.bytes();
    LineReader lines = new LineReader(bytes, precision, limits.maxParts());
    if (bytes.length == 0) {
      out.rejected(new Rejected(Reason.MALFORMED, "the payload is empty"));
    }
    int parts = 0;
    while (lines.toNextLine()) {
      int start = lines.position();
      if (parts >= limits.maxParts()) {
        out.rejected(
            new Rejected(
                Reason.LIMIT,
                "more than "
                    + limits.maxParts()
                    + " values in one message; read up to line "
                    + (lines.lineNumber() - 1),
                Arrays.copyOfRange(bytes, start, bytes.length)));
        return;
      }
      try {
        parts += lines.read(out);
      } catch (LineReader.Broken broken) {
        String detail = "line " + lines.lineNumber() + ": " + broken.getMessage();
        out.rejected(new Rejected(broken.reason(), detail, lines.giveUpLine(start)));
        parts++;
      }
    }
  }
}
