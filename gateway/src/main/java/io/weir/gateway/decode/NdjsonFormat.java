package io.weir.gateway.decode;

import io.weir.gateway.config.Section;
import io.weir.gateway.decode.Recognition.Clue;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Rejected;
import io.weir.gateway.model.Sample;
import io.weir.gateway.model.Value;
import io.weir.gateway.plugin.ReadContext;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** JSON documents, one in a line, each read as the format {@code json} reads it. */
public final class NdjsonFormat implements FormatFactory<JsonDecoder.Options> {

  @Override
  public String name() {
    return "ndjson";
  }

  @Override
  public String summary() {
    return "JSON documents, one in a line";
  }

  @Override
  public Class<JsonDecoder.Options> configType() {
    return JsonDecoder.Options.class;
  }

  @Override
  public JsonDecoder.Options unset() {
    return JsonDecoder.Options.DEFAULT;
  }

  @Override
  public JsonDecoder.Options read(Section route, ReadContext context) {
    return JsonDecoder.Format.options(route);
  }

  @Override
  public @Nullable String schema() {
    return null; // its keys are those of json
  }

  @Override
  public boolean reads(String key) {
    return key.equals("json");
  }

  @Override
  public @Nullable String remark(JsonDecoder.Options options, byte[] payload) {
    return options.pivot() == null ? LongForm.inLines(payload) : null;
  }

  @Override
  public Decoder decoder(JsonDecoder.Options options, FormatContext context) {
    return new NdjsonDecoder(JsonDecoder.of(options, context), context.limits().maxParts());
  }

  @Override
  public List<Recognition> recognition() {
    return List.of(Recognition.by(Clue.PAYLOAD, look -> hasTwoLines(look.text())));
  }

  private static boolean hasTwoLines(String text) {
    List<String> lines = text.lines().filter(line -> !line.isBlank()).limit(2).toList();
    return lines.size() == 2
        && lines.stream().allMatch(line -> line.startsWith("{"))
        && lines.get(0).stripTrailing().endsWith("}");
  }

  @Override
  public boolean readsPointers() {
    return true;
  }

  private record NdjsonDecoder(Decoder json, int maxParts) implements Decoder {

    @Override
    public Decoder labelled(Set<String> fields) {
      return new NdjsonDecoder(json.labelled(fields), maxParts);
    }

    @Override
    public Decoder expecting(Expectations expectations) {
      return new NdjsonDecoder(json.expecting(expectations), maxParts);
    }

    @Override
    public void decode(Payload payload, Output out) {
      byte[] bytes = payload.bytes();
      int end = Utf8.end(bytes);
      Line line = new Line(out, maxParts);
      for (int from = Utf8.start(bytes); from < end && !line.isFull(); ) {
        int to = from;
        while (to < end && bytes[to] != '\n') {
          to++;
        }
        line.number++;
        if (!isBlank(bytes, from, to)) {
          line.bytes = Arrays.copyOfRange(bytes, from, to);
          json.decode(payload.with(line.bytes), line);
        }
        from = to + 1;
      }
      if (line.parts == 0) {
        out.rejected(new Rejected(Reason.MALFORMED, "the payload is empty"));
      } else if (line.isFull()) {
        out.rejected(
            new Rejected(
                Reason.LIMIT,
                "more than %d values in one message; read up to line %d"
                    .formatted(maxParts, line.number)));
      }
    }

    private static boolean isBlank(byte[] bytes, int from, int to) {
      for (int i = from; i < to; i++) {
        if (bytes[i] != ' ' && bytes[i] != '\t' && bytes[i] != '\r') {
          return false;
        }
      }
      return true;
    }
  }

  /** What one line gives, with its bytes as evidence. */
  private static final class Line implements Decoder.Output {
    private final Decoder.Output out;
    private final int maxParts;
    private int number;
    private byte[] bytes = {};
    private int parts;
    private @Nullable Sample read;
    private @Nullable Sample handedOn;

    Line(Decoder.Output out, int maxParts) {
      this.out = out;
      this.maxParts = maxParts;
    }

    boolean isFull() {
      return parts > maxParts;
    }

    /** Counts a part; false if it is one too many. */
    private boolean hasRoom() {
      return ++parts <= maxParts;
    }

    @Override
    public void sample(Sample sample) {
      if (hasRoom()) {
        read = sample;
        handedOn = sample.readFrom(bytes);
        out.sample(handedOn);
      }
    }

    @Override
    public void sample(String name, Value value, Sample beside) {
      Sample known = handedOn;
      if (beside != read || known == null) {
        sample(beside.with(name, value));
      } else if (hasRoom()) {
        out.sample(name, value, known);
      }
    }

    @Override
    public void rejected(Rejected rejected) {
      if (hasRoom()) {
        String detail = rejected.detail().replace(", at line 1, column ", ", column ");
        out.rejected(new Rejected(rejected.reason(), "line " + number + ": " + detail, bytes));
      }
    }

    @Override
    public void filtered(String part, String why) {
      if (hasRoom()) {
        out.filtered(part, why);
      }
    }
  }
}
