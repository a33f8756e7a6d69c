package io.weir.gateway.sink.kafka;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import io.weir.gateway.log.Time;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Value;
import io.weir.gateway.sink.Row;
import io.weir.gateway.sink.StreamSink.Entry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A row as JSON, version 1: {@code reading-1.schema.json} beside this class says what it holds.
 * Members may be added within the version; a reader ignores those that it does not know.
 */
record JsonFormat(String gateway) implements EntryFormat {

  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER).build();

  @Override
  public String name() {
    return "json;version=1";
  }

  @Override
  public byte[] value(Entry entry) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      write(json, entry);
    } catch (IOException e) {
      throw new UncheckedIOException("memory is always written", e);
    }
    return bytes.toByteArray();
  }

  private void write(JsonGenerator json, Entry entry) throws IOException {
    Row row = entry.row();
    json.writeStartObject();
    json.writeNumberField("version", 1);
    json.writeStringField("gateway", gateway);
    json.writeStringField("measurement", entry.series().measurement());
    Asset asset = entry.series().asset();
    level(json, "site", asset.site());
    level(json, "area", asset.area());
    level(json, "line", asset.line());
    level(json, "machine", asset.machine());
    if (!entry.series().tags().isEmpty()) {
      json.writeObjectFieldStart("tags");
      for (Map.Entry<String, String> tag : entry.series().tags().entrySet()) {
        json.writeStringField(tag.getKey(), tag.getValue());
      }
      json.writeEndObject();
    }
    json.writeStringField("time", Time.instant(row.timeNs()).toString());
    json.writeStringField("quality", entry.quality().name().toLowerCase(Locale.ROOT));
    json.writeObjectFieldStart("values");
    for (Row.Field field : row.fields()) {
      json.writeFieldName(field.key());
      value(json, field.value());
    }
    json.writeEndObject();
    json.writeEndObject();
  }

  private static void level(JsonGenerator json, String name, @Nullable String value)
      throws IOException {
    if (value != null) {
      json.writeStringField(name, value);
    }
  }

  private static void value(JsonGenerator json, Value value) throws IOException {
    if (value instanceof Value.Real real) {
      json.writeNumber(real.value());
    } else if (value instanceof Value.Whole whole) {
      json.writeNumber(whole.value());
    } else if (value instanceof Value.Flag flag) {
      json.writeBoolean(flag.value());
    } else if (value instanceof Value.Text text) {
      json.writeString(text.value());
    }
  }
}
