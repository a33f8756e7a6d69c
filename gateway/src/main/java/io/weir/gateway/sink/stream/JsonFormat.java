package io.weir.gateway.sink.stream;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.weir.gateway.log.Time;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Value;
import io.weir.gateway.sink.EntryWriter;
import io.weir.gateway.sink.Row;
import io.weir.gateway.sink.StreamSink.Entry;
import io.weir.gateway.sink.Utf8Output;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A row as JSON, version 1: {@code reading-1.schema.json} beside this class says what it holds.
 * Members may be added within the version; a reader ignores those that it does not know.
 *
 * <p>What a series says in each of its rows is made once, and so is each name. Belongs to one
 * thread at a time.
 */
public final class JsonFormat implements EntryWriter {

  /** Format and version. */
  public static final String NAME = "json;version=1";

  /** What stands between time and values. */
  private static final Map<Quality, byte[]> QUALITIES = new EnumMap<>(Quality.class);

  static {
    for (Quality each : Quality.values()) {
      String name = each.name().toLowerCase(Locale.ROOT);
      QUALITIES.put(each, ("\",\"quality\":\"" + name + "\",\"values\":{").getBytes(US_ASCII));
    }
  }

  /** Series and names that are kept; beyond that all are made anew. */
  private static final int MOST_KEPT = 10_000;

  private static final JsonMapper JSON = new JsonMapper();

  private final String beginning;
  private final Map<Series, byte[]> heads = new IdentityHashMap<>();
  private final Map<String, byte[]> names = new HashMap<>();
  private final InstantText instants = new InstantText();
  private final Utf8Output text = new Utf8Output();
  private boolean isFirst;

  /**
   * @param gateway id of the gateway that writes
   */
  public JsonFormat(String gateway) {
    this.beginning = beginning(gateway);
  }

  /** How each message of a gateway begins. */
  public static String beginning(String gateway) {
    return "{\"version\":1,\"gateway\":" + quoted(gateway) + ",";
  }

  /** The row of an entry. */
  public byte[] value(Entry entry) {
    return value(entry, entry.row().fields());
  }

  /** Some metrics of a row; at least one. */
  public byte[] value(Entry entry, List<Row.Field> fields) {
    begin(entry.series(), entry.quality(), entry.timeNs());
    for (Row.Field field : fields) {
      name(field.key());
      append(field.value());
    }
    return end();
  }

  @Override
  public void begin(Series series, Quality quality, long timeNs) {
    text.begin();
    text.utf8(kept(heads, series, this::head));
    instants.append(text, timeNs);
    text.utf8(Objects.requireNonNull(QUALITIES.get(quality)));
    isFirst = true;
  }

  private void name(String field) {
    if (!isFirst) {
      text.ascii(',');
    }
    isFirst = false;
    text.utf8(kept(names, field, name -> quoted(name) + ':'));
  }

  @Override
  public void real(String field, double value) {
    name(field);
    text.real(value);
  }

  @Override
  public void whole(String field, long value) {
    name(field);
    text.whole(value);
  }

  @Override
  public void flag(String field, boolean value) {
    name(field);
    text.text(String.valueOf(value));
  }

  @Override
  public void text(String field, String value) {
    name(field);
    text.text(quoted(value));
  }

  @Override
  public byte[] end() {
    text.ascii('}');
    text.ascii('}');
    return text.copy();
  }

  @Override
  public List<Row.Field> fields(byte[] written) {
    List<Row.Field> fields = new ArrayList<>();
    try {
      JsonNode values = JSON.readTree(written).path("values");
      values
          .fields()
          .forEachRemaining(
              each -> fields.add(new Row.Field(each.getKey(), value(each.getValue()))));
    } catch (IOException e) {
      throw new UncheckedIOException("not what was written here", e);
    }
    return fields;
  }

  /** Whole numbers are those without a point or an exponent. */
  private static Value value(JsonNode node) {
    if (node.isBoolean()) {
      return new Value.Flag(node.booleanValue());
    } else if (node.isTextual()) {
      return new Value.Text(node.textValue());
    }
    return node.isIntegralNumber()
        ? new Value.Whole(node.longValue())
        : new Value.Real(node.doubleValue());
  }

  private static <K> byte[] kept(Map<K, byte[]> known, K key, Function<K, String> maker) {
    byte[] found = known.get(key);
    if (found == null) {
      if (known.size() >= MOST_KEPT) {
        known.clear();
      }
      found = maker.apply(key).getBytes(UTF_8);
      known.put(key, found);
    }
    return found;
  }

  /** All up to the time. */
  private String head(Series series) {
    StringBuilder head = new StringBuilder(beginning);
    head.append("\"measurement\":").append(quoted(series.measurement()));
    Asset asset = series.asset();
    level(head, "site", asset.site());
    level(head, "area", asset.area());
    level(head, "line", asset.line());
    level(head, "machine", asset.machine());
    if (!series.tags().isEmpty()) {
      String before = ",\"tags\":{";
      for (Map.Entry<String, String> tag : series.tags().entrySet()) {
        head.append(before).append(quoted(tag.getKey())).append(':').append(quoted(tag.getValue()));
        before = ",";
      }
      head.append('}');
    }
    return head.append(",\"time\":\"").toString();
  }

  private static void level(StringBuilder head, String name, @Nullable String value) {
    if (value != null) {
      head.append(",\"").append(name).append("\":").append(quoted(value));
    }
  }

  private void append(Value value) {
    if (value instanceof Value.Real real) {
      text.real(real.value());
    } else if (value instanceof Value.Whole whole) {
      text.whole(whole.value());
    } else if (value instanceof Value.Flag flag) {
      text.text(String.valueOf(flag.value()));
    } else if (value instanceof Value.Text string) {
      text.text(quoted(string.value()));
    }
  }

  private static String quoted(String name) {
    StringBuilder quoted = new StringBuilder(name.length() + 2).append('"');
    JsonStringEncoder.getInstance().quoteAsString(name, quoted);
    return quoted.append('"').toString();
  }

  /** Instants as {@link java.time.Instant#toString} writes them; those of one second follow. */
  private static final class InstantText {

    private static final long SECOND_NS = 1_000_000_000L;

    private long second = Long.MIN_VALUE;

    /** Without the letter at its end. */
    private byte[] ofSecond = {};

    void append(Utf8Output text, long timeNs) {
      long its = Math.floorDiv(timeNs, SECOND_NS);
      if (its != second) {
        String whole = Time.instant(its * SECOND_NS).toString();
        ofSecond = whole.substring(0, whole.length() - 1).getBytes(US_ASCII);
        second = its;
      }
      text.utf8(ofSecond);
      int nanos = (int) (timeNs - its * SECOND_NS);
      if (nanos != 0) {
        text.ascii('.');
        if (nanos % 1_000_000 == 0) {
          text.padded(nanos / 1_000_000, 3);
        } else if (nanos % 1_000 == 0) {
          text.padded(nanos / 1_000, 6);
        } else {
          text.padded(nanos, 9);
        }
      }
      text.ascii('Z');
    }
  }
}
