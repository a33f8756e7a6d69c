package io.weir.gateway.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.gateway.log.Time;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Value;
import io.weir.gateway.sink.LineExport;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** How exported readings are written: as lines of text, one record of the log after another. */
interface ReadingFormat {

  /** The names of the formats. */
  enum Name {
    LINE,
    JSON,
    CSV
  }

  static ReadingFormat of(Name name) {
    return switch (name) {
      case LINE -> new Lines();
      case JSON -> new Json();
      case CSV -> new Csv();
    };
  }

  /** What comes before the first reading, if anything. */
  default List<String> header() {
    return List.of();
  }

  /**
   * Writes the readings of one record.
   *
   * @param out takes each line, without a line feed
   * @param left takes what is said of readings that this format cannot hold
   */
  void write(long record, Message message, Consumer<String> out, Consumer<String> left);

  /** Line protocol, times in nanoseconds. */
  final class Lines implements ReadingFormat {

    private final LineExport text = new LineExport();

    @Override
    public void write(long record, Message message, Consumer<String> out, Consumer<String> left) {
      text.write(message.readings(), out, left);
    }
  }

  /** One JSON object a line for each reading. */
  final class Json implements ReadingFormat {

    private final ObjectMapper mapper = new ObjectMapper();

    @Override
    public void write(long record, Message message, Consumer<String> out, Consumer<String> left) {
      for (Reading reading : message.readings()) {
        out.accept(json(record, message, reading));
      }
    }

    private String json(long record, Message message, Reading reading) {
      Map<String, Object> members = new LinkedHashMap<>();
      members.put("record", record);
      members.put("received", Time.instant(message.receiveTimeNs()).toString());
      members.put("source", message.source());
      members.put("topic", message.topic());
      members.put("time", Time.instant(reading.timeNs()).toString());
      members.put("measurement", reading.series().measurement());
      members.putAll(levels(reading.series().asset()));
      members.put("tags", reading.series().tags());
      members.put("metric", reading.metric());
      members.put("value", plain(reading.value()));
      members.put("quality", word(reading.quality()));
      if (reading.reason() != null) {
        members.put("reason", reading.reason());
      }
      try {
        return mapper.writeValueAsString(members);
      } catch (JsonProcessingException e) {
        throw new IllegalStateException("a reading is always JSON", e);
      }
    }

    private static Map<String, String> levels(Asset asset) {
      Map<String, String> levels = new LinkedHashMap<>();
      levels.put("site", asset.site());
      levels.put("area", asset.area());
      levels.put("line", asset.line());
      levels.put("machine", asset.machine());
      levels.values().removeIf(Objects::isNull);
      return levels;
    }
  }

  /**
   * Comma-separated values by RFC 4180, a row for each reading. They are opened by programs that
   * take some texts for formulas, and texts come from devices and from anybody on the floor: an
   * apostrophe stands before what would begin one. JSON has them as they are.
   */
  final class Csv implements ReadingFormat {

    /** Also where a reader takes another separator, and so begins a cell inside the text. */
    private static final Pattern CELL_INSIDE =
        Pattern.compile("([;,\t\r\n]\"*+)(?=[ \"]*+[=+\\-@\t\r＝＋－＠])");

    private static final Pattern FORMULA = Pattern.compile("^[ \"]*+[=+\\-@\t\r＝＋－＠]");

    @Override
    public List<String> header() {
      return List.of(
          "time,measurement,site,area,line,machine,tags,metric,value,type,quality,reason,source,"
              + "topic,received,record");
    }

    @Override
    public void write(long record, Message message, Consumer<String> out, Consumer<String> left) {
      for (Reading reading : message.readings()) {
        Asset asset = reading.series().asset();
        out.accept(
            Stream.of(
                    Time.instant(reading.timeNs()).toString(),
                    text(reading.series().measurement()),
                    text(asset.site()),
                    text(asset.area()),
                    text(asset.line()),
                    text(asset.machine()),
                    text(tags(reading.series().tags())),
                    text(reading.metric()),
                    value(reading.value()),
                    reading.value().type().name().toLowerCase(Locale.ROOT),
                    word(reading.quality()),
                    text(reading.reason()),
                    message.source(),
                    text(message.topic()),
                    Time.instant(message.receiveTimeNs()).toString(),
                    String.valueOf(record))
                .map(Csv::cell)
                .collect(Collectors.joining(",")));
      }
    }

    private static String tags(Map<String, String> tags) {
      return tags.entrySet().stream()
          .map(tag -> tag.getKey() + "=" + tag.getValue())
          .collect(Collectors.joining(";"));
    }

    private static @Nullable String value(Value value) {
      String written = String.valueOf(plain(value));
      return value instanceof Value.Text ? text(written) : written;
    }

    /** A text that no program takes for a formula. */
    static @Nullable String text(@Nullable String text) {
      if (text == null) {
        return null;
      }
      String inside = CELL_INSIDE.matcher(text).replaceAll("$1'");
      return FORMULA.matcher(text).find() ? "'" + inside : inside;
    }

    static String cell(@Nullable String text) {
      if (text == null) {
        return "";
      }
      boolean isPlain = text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
      return isPlain ? text : '"' + text.replace("\"", "\"\"") + '"';
    }
  }

  private static Object plain(Value value) {
    if (value instanceof Value.Real real) {
      return real.value();
    }
    if (value instanceof Value.Whole whole) {
      return whole.value();
    }
    return value instanceof Value.Flag flag ? flag.value() : ((Value.Text) value).value();
  }

  private static String word(Quality quality) {
    return quality.name().toLowerCase(Locale.ROOT);
  }
}
