package io.weir.gateway.decode;

import io.weir.gateway.config.Section;
import io.weir.gateway.decode.Recognition.Clue;
import io.weir.gateway.model.EventTime;
import io.weir.gateway.model.Pointer;
import io.weir.gateway.plugin.ReadContext;
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

  /**
   * The keys of the format.
   *
   * @param root a JSON Pointer to what is read of the document, or {@code null}: all of it
   * @param pivot where objects in long form have what, or {@code null}: each field is a metric
   */
  public record Options(@Nullable String root, @Nullable Pivot pivot) {
    static final Options DEFAULT = new Options(null, null);
  }

  /** The format {@code json}. */
  public static final class Format implements FormatFactory<Options> {

    @Override
    public String name() {
      return "json";
    }

    @Override
    public String summary() {
      return "JSON of any shape; each number, text and boolean is a metric";
    }

    @Override
    public Class<Options> configType() {
      return Options.class;
    }

    @Override
    public Options unset() {
      return Options.DEFAULT;
    }

    @Override
    public Options read(Section route, ReadContext context) {
      return options(route);
    }

    /** What the route's key {@code json} says, also of another format that reads it. */
    static Options options(Section route) {
      Section json = route.section("json");
      Section pivot = json.section("pivot");
      for (String key : pivot.names()) {
        String field = pivot.text(key, "");
        if (field.startsWith("/")) {
          pivot.problem(
              key,
              "is a field of the object that has the value, not a JSON Pointer",
              "write " + field.substring(field.lastIndexOf('/') + 1));
        }
      }
      if (json.has("root") && pivot.has("name")) {
        json.problem("root", "does not go with a name in pivot, which is a name without a path");
      }
      return new Options(root(json), Pivot.read(json, route));
    }

    private static @Nullable String root(Section json) {
      String root = json.text("root");
      if (root != null && (!root.startsWith("/") || root.endsWith("/"))) {
        json.problem("root", "must be a JSON Pointer such as /object");
      }
      return root;
    }

    @Override
    public @Nullable String remark(Options options, byte[] payload) {
      return options.pivot() == null ? LongForm.inJson(payload) : null;
    }

    @Override
    public Decoder decoder(Options options, FormatContext context) {
      return of(options, context);
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
  private final @Nullable Pivot pivot;
  private final DecodeLimits limits;
  private final FieldTree fields;

  /** What is compared while a document is read that needs a pivot; others are compared before. */
  private final @Nullable ExpectedFields expected;

  JsonDecoder(EventTime time, DecodeLimits limits) {
    this(time, null, limits);
  }

  /**
   * @param pivot where objects in long form have what, or {@code null}
   */
  JsonDecoder(EventTime time, @Nullable Pivot pivot, DecodeLimits limits) {
    this(time.from() == null ? null : Pointer.toName(time.from()), Set.of(), pivot, limits, null);
  }

  /** A decoder that reads as the options say. */
  static Decoder of(Options options, FormatContext context) {
    Decoder all = new JsonDecoder(context.time(), options.pivot(), context.limits());
    return options.root() == null ? all : new RootedDecoder(all, Pointer.toName(options.root()));
  }

  private JsonDecoder(
      @Nullable String timeName,
      Set<String> labels,
      @Nullable Pivot pivot,
      DecodeLimits limits,
      @Nullable ExpectedFields expected) {
    this.expected = expected;
    this.timeName = timeName;
    this.labels = labels;
    this.pivot = pivot;
    this.limits = limits;
    this.fields = new FieldTree(timeName, labels);
    this.json = JsonText.within(limits);
  }

  @Override
  public Decoder labelled(Set<String> fields) {
    return fields.isEmpty() ? this : new JsonDecoder(timeName, fields, pivot, limits, expected);
  }

  @Override
  public Decoder expecting(Expectations expectations) {
    return pivot == null // then the quick way is worth a comparison before it
        ? ExpectingDecoder.ofJson(this, expectations, limits)
        : new JsonDecoder(timeName, labels, pivot, limits, new ExpectedFields(expectations));
  }

  @Override
  public void decode(Payload payload, Output out) {
    if (pivot != null || !decodePlain(payload, out)) {
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
      document =
          json.read(
              payload.bytes(),
              in ->
                  ExpectedFields.read(
                      expected, new JsonTokens(in), timeName, labels, pivot, limits));
    } catch (JsonDocument.Refused e) {
      out.rejected(e.rejected());
      return;
    } catch (IOException e) {
      out.rejected(JsonFaults.ofJson(e, payload.bytes()));
      return;
    }
    document.emit(out);
  }
}
