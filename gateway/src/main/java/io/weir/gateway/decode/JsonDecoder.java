package io.weir.gateway.decode;

import com.fasterxml.jackson.core.StreamReadConstraints;
import io.weir.gateway.decode.Recognition.Clue;
import io.weir.gateway.model.EventTime;
import io.weir.gateway.model.Pointer;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * JSON of any shape, read token by token without a tree. {@link JsonDocument} says what becomes a
 * sample; {@code json.md} says it to users. {@link PlainJson} is a quicker way to the same for what
 * most devices send.
 *
 * <p>A document that breaks off or is not JSON is rejected whole, as one part: half a message is
 * not trusted. What JSON can say and a reading cannot (NaN, an integer beyond 64 bits) is rejected
 * alone.
 */
final class JsonDecoder implements Decoder {

  /** The format {@code json}. */
  public static final class Format implements PlainFormat {

    @Override
    public String name() {
      return "json";
    }

    @Override
    public String summary() {
      return "JSON of any shape; each number, text and boolean is a metric";
    }

    @Override
    public Decoder decoder(FormatContext context) {
      return new JsonDecoder(context.time(), context.limits());
    }

    @Override
    public List<Recognition> recognition() {
      return List.of(Recognition.by(Clue.SHAPE, look -> !look.keys().isEmpty()));
    }

    @Override
    public boolean readsPointers() {
      return true;
    }
  }

  private final JsonText json;
  private final @Nullable String timeName;
  private final Set<String> labels;
  private final DecodeLimits limits;
  private final FieldTree fields;

  JsonDecoder(EventTime time, DecodeLimits limits) {
    this(time.from() == null ? null : Pointer.toName(time.from()), Set.of(), limits);
  }

  private JsonDecoder(@Nullable String timeName, Set<String> labels, DecodeLimits limits) {
    this.timeName = timeName;
    this.labels = labels;
    this.limits = limits;
    this.fields = new FieldTree(timeName, labels);
    this.json =
        new JsonText(StreamReadConstraints.builder().maxNestingDepth(limits.maxDepth()).build());
  }

  @Override
  public Decoder labelled(Set<String> fields) {
    return fields.isEmpty() ? this : new JsonDecoder(timeName, fields, limits);
  }

  @Override
  public void decode(Payload payload, Output out) {
    if (!decodePlain(payload, out)) {
      decodeAny(payload, out);
    }
  }

  /** Decodes it if it is plain; if not, hands on nothing and returns false. */
  boolean decodePlain(Payload payload, Output out) {
    return PlainJson.decode(payload.bytes(), fields, limits, out);
  }

  /** Decodes it, whatever it is. */
  void decodeAny(Payload payload, Output out) {
    JsonDocument document;
    try {
      document = json.read(payload.bytes(), in -> JsonDocument.read(in, timeName, labels, limits));
    } catch (JsonDocument.Refused e) {
      out.rejected(e.rejected());
      return;
    } catch (IOException e) {
      out.rejected(JsonFaults.rejected(e, "JSON"));
      return;
    }
    document.emit(out);
  }
}
