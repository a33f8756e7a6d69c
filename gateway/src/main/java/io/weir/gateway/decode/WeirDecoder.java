package io.weir.gateway.decode;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.gateway.decode.Recognition.Clue;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Excerpt;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Rejected;
import io.weir.gateway.model.Sample;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Rows of another gateway, as its sink {@code kafka} writes them with {@code format: json}: each
 * comes back with its measurement, place, tags, types and time. {@code weir.md} says it to users.
 */
final class WeirDecoder implements Decoder {

  /** The format {@code weir}. */
  public static final class Format implements PlainFormat {

    @Override
    public String name() {
      return "weir";
    }

    @Override
    public String summary() {
      return "Weir: rows of another gateway, as its sink kafka writes them";
    }

    @Override
    public Decoder decoder(FormatContext context) {
      return new WeirDecoder(context.limits());
    }

    @Override
    public Map<String, String> presets() {
      return Map.of("weir", "weir/#");
    }

    @Override
    public List<Recognition> recognition() {
      return List.of(
          Recognition.by(
              Clue.PAYLOAD,
              look -> look.has("version") && look.has("measurement") && look.has("values")));
    }
  }

  private static final int VERSION = 1;

  private final JsonTree json;
  private final DecodeLimits limits;

  WeirDecoder(DecodeLimits limits) {
    this.json = new JsonTree(limits);
    this.limits = limits;
  }

  @Override
  public boolean typesNumbers() {
    return true;
  }

  @Override
  public void decode(Payload payload, Output out) {
    JsonNode row = json.read(payload.bytes(), out);
    if (row == null) {
      return;
    }
    String fault = fault(row);
    if (fault != null) {
      out.rejected(new Rejected(Reason.MALFORMED, fault));
      return;
    }
    // What the samples of this message share, but for the measurement, which only this format has.
    String measurement = row.path("measurement").textValue();
    Point point =
        Point.PLAIN
            .at(JsonTree.time(row.path("time")))
            .on(asset(row))
            .tagged(JsonTree.tags(row.path("tags")));
    String word = row.path("quality").asText("good");
    Quality quality = Objects.requireNonNull(quality(word));
    Samples samples = new Samples(new OfMeasurement(out, measurement), limits);
    samples.add("", row.path("values"), quality == Quality.GOOD ? point : point.of(quality, word));
  }

  private static @Nullable String fault(JsonNode row) {
    if (!row.isObject()) {
      return "an object is expected, not " + JsonTree.kind(row);
    }
    JsonNode version = row.path("version");
    if (version.asInt() != VERSION) {
      return "version 1 is read, not "
          + Excerpt.of(version.isMissingNode() ? "none" : version + "");
    }
    if (!row.path("measurement").isTextual() || row.path("measurement").textValue().isEmpty()) {
      return "no measurement";
    }
    if (!row.path("values").isObject()) {
      return "'values' must be an object, not " + JsonTree.kind(row.path("values"));
    }
    String quality = row.path("quality").asText("good");
    return quality(quality) == null ? "'" + Excerpt.of(quality) + "' is no quality" : null;
  }

  private static @Nullable Quality quality(String word) {
    for (Quality each : Quality.values()) {
      if (each.name().toLowerCase(Locale.ROOT).equals(word)) {
        return each;
      }
    }
    return null;
  }

  private static @Nullable Asset asset(JsonNode row) {
    Asset asset =
        new Asset(
            level(row, "site"), level(row, "area"), level(row, "line"), level(row, "machine"));
    return asset.equals(Asset.NONE) ? null : asset;
  }

  private static @Nullable String level(JsonNode row, String name) {
    return JsonTree.name(row.path(name));
  }

  /** Puts the measurement to each sample. */
  private record OfMeasurement(Output out, String measurement) implements Output {

    @Override
    public void sample(Sample sample) {
      out.sample(
          new Sample(
              sample.name(),
              sample.value(),
              sample.time(),
              sample.timeUnit(),
              sample.quality(),
              sample.reason(),
              measurement,
              sample.asset(),
              sample.tags(),
              sample.unit(),
              sample.part()));
    }

    @Override
    public void rejected(Rejected part) {
      out.rejected(part);
    }

    @Override
    public void filtered(String name, String why) {
      out.filtered(name, why);
    }
  }
}
