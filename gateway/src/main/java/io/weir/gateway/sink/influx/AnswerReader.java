package io.weir.gateway.sink.influx;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.weir.gateway.sink.Sink.Answer;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an HTTP answer to a write of line protocol means. Reads the bodies of InfluxDB 1 ({@code
 * error}), 2 ({@code code}, {@code message}), 3 ({@code error}, {@code data} with line numbers) and
 * QuestDB ({@code message}, {@code line}), and takes anything else, for example the HTML of a
 * proxy, as text. Pure functions.
 *
 * <p>Only 204 means stored: a 200 is what a captive portal or a wrong path answers.
 */
final class AnswerReader {

  private static final JsonMapper JSON = new JsonMapper();
  private static final int DETAIL_CHARS = 500;

  /** What is read of a text, so that no pattern takes long over it. */
  private static final int TEXT_CHARS = 64 * 1024;

  /** InfluxDB 3 names this many refused lines at most; there may be more. */
  private static final int MOST_NAMED_LINES = 100;

  private static final Pattern DROPPED = Pattern.compile("dropped=(\\d+)");

  /** Lines that are older than what is kept, in the words of 1.x and 2.x. */
  private static final Pattern TOO_OLD =
      Pattern.compile("points (beyond|outside( of)?) retention policy");

  private static final Pattern QUESTDB_LINE =
      Pattern.compile("error in line (\\d{1,9}): ?([^\\n]*)");

  /** A missing target, in the words of 1.x, 2.x and 3.x, with any status. */
  private static final Pattern NO_TARGET =
      Pattern.compile(
          "(?i)(organization|org|bucket|database|retention policy)( name)?( \\S+)?"
              + "( is required| not found)|(database|retention policy) not found");

  private AnswerReader() {}

  /**
   * @param lines how many lines were written
   * @param now wall time, for a Retry-After date where the server sends no clock of its own
   */
  static Answer read(Exchange exchange, int lines, Instant now) {
    int status = exchange.status();
    JsonNode json = parse(exchange.body());
    String message = bounded(text(json, exchange.body()));
    String detail = ("HTTP " + status + " " + message).strip();
    if (status == 204) {
      return new Answer.Stored();
    }
    if (status == 413) {
      return new Answer.TooLarge(detail);
    }
    if (status == 429 || status == 503) {
      return new Answer.Busy(retryAfter(exchange, now), detail);
    }
    if (NO_TARGET.matcher(message).find()) {
      return new Answer.Misconfigured(detail);
    }
    if (status == 400 || status == 422) {
      return refused(json, text(json, exchange.body()), detail, lines);
    }
    if (status >= 500 || status == 408 || status == 425) {
      return new Answer.Down(detail);
    }
    return new Answer.Misconfigured(
        exchange.location() == null
            ? detail
            : detail + ", redirects to " + bounded(exchange.location()));
  }

  private static Answer refused(JsonNode json, String text, String detail, int lines) {
    String message = bounded(text);
    boolean partial = message.contains("partial write");
    Map<Integer, String> named = namedLines(json, message);
    long dropped = dropped(message);
    boolean areOld = dropped > 0 && dropped <= lines && TOO_OLD.matcher(message).find();
    if (partial && named.isEmpty() && dropped == lines) {
      for (int line = 1; line <= lines; line++) {
        named.put(line, message);
      }
    }
    List<Answer.RefusedLine> refused =
        named.entrySet().stream()
            .map(line -> new Answer.RefusedLine(line.getKey() - 1, line.getValue()))
            .toList();
    boolean othersStored = partial && (json.path("data").size() < MOST_NAMED_LINES);
    return new Answer.Refused(
        othersStored, refused, FieldTypes.refused(text), areOld ? (int) dropped : 0, detail);
  }

  /** Line numbers from 1, and the store's words on each. */
  private static Map<Integer, String> namedLines(JsonNode json, String message) {
    Map<Integer, String> named = new TreeMap<>();
    JsonNode data = json.path("data");
    for (JsonNode line : data.isObject() ? List.of(data) : data) {
      if (line.path("line_number").canConvertToInt()) {
        named.put(
            line.path("line_number").intValue(), bounded(line.path("error_message").asText()));
      }
    }
    Matcher matcher = QUESTDB_LINE.matcher(json.path("message").asText());
    while (matcher.find()) {
      named.put(Integer.parseInt(matcher.group(1)), bounded(matcher.group(2)));
    }
    if (named.isEmpty() && json.path("line").canConvertToInt()) {
      named.put(json.path("line").intValue(), message);
    }
    return named;
  }

  /** How many points a partial write says it dropped, -1 where it does not say. */
  private static long dropped(String message) {
    Matcher matcher = DROPPED.matcher(message);
    return matcher.find() && matcher.group(1).length() < 10 ? Long.parseLong(matcher.group(1)) : -1;
  }

  private static JsonNode parse(String body) {
    if (!body.stripLeading().startsWith("{")) {
      return MissingNode.getInstance();
    }
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException e) { // not JSON after all: taken as a text
      return MissingNode.getInstance();
    }
  }

  private static String text(JsonNode json, String body) {
    for (String key : List.of("error", "message")) {
      if (json.path(key).isTextual()) {
        return cut(json.path(key).textValue());
      }
    }
    return cut(body).replaceAll("<[^<>]*>", " ");
  }

  private static String cut(String text) {
    return text.substring(0, Math.min(text.length(), TEXT_CHARS));
  }

  /** One line of a length that a log and a page can show. */
  static String bounded(String text) {
    String line = cut(text).strip().replaceAll("\\s+", " ");
    return line.length() > DETAIL_CHARS ? line.substring(0, DETAIL_CHARS) + "..." : line;
  }

  /** Seconds, or an HTTP date (RFC 9110, 10.2.3), as a time from now; null where there is none. */
  private static @Nullable Duration retryAfter(Exchange exchange, Instant now) {
    String value = exchange.retryAfter();
    if (value == null) {
      return null;
    }
    try {
      return Duration.ofSeconds(Math.max(0, Integer.parseInt(value.strip())));
    } catch (NumberFormatException e) {
      Instant until = httpDate(value);
      if (until == null) {
        return null;
      }
      Instant from = exchange.date() == null ? null : httpDate(exchange.date());
      Duration wait = Duration.between(from == null ? now : from, until);
      return wait.isNegative() ? Duration.ZERO : wait;
    }
  }

  private static @Nullable Instant httpDate(String value) {
    try {
      return ZonedDateTime.parse(value.strip(), DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
    } catch (DateTimeException e) { // not a date either: ignored
      return null;
    }
  }
}
