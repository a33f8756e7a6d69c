package io.weir.gateway.notify.webhook;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.gateway.notify.Notice;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * JSON in which {@code {title}}, {@code {text}}, {@code {link}}, {@code {id}}, {@code {gateway}}
 * and {@code {severity}} stand inside of texts. What is put there is escaped, so a name of a
 * machine can never end the text that it stands in.
 */
record Template(String json) {

  private static final Pattern PLACE = Pattern.compile("\\{([a-z]+)}");
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  /** What is wrong with it, or {@code null}. */
  @Nullable String fault() {
    Matcher place = PLACE.matcher(json);
    Map<String, String> known = values("t", "t", "t", "t", "t", "t");
    while (place.find()) {
      if (!known.containsKey(place.group(1))) {
        return "has no value for {" + place.group(1) + "}; there are " + places();
      }
    }
    try {
      JSON.readTree(fill(known));
      return null;
    } catch (JsonProcessingException e) {
      return "is not JSON: " + e.getOriginalMessage();
    }
  }

  private static String places() {
    return "{title}, {text}, {link}, {id}, {gateway} and {severity}";
  }

  String of(Notice notice) {
    return fill(
        values(
            notice.title(),
            notice.text(),
            notice.link(),
            notice.id(),
            notice.gateway(),
            notice.critical() ? "critical" : "warning"));
  }

  private static Map<String, String> values(
      String title, String text, String link, String id, String gateway, String severity) {
    return Map.of(
        "title",
        title,
        "text",
        text,
        "link",
        link,
        "id",
        id,
        "gateway",
        gateway,
        "severity",
        severity);
  }

  private String fill(Map<String, String> values) {
    return PLACE
        .matcher(json)
        .replaceAll(
            place -> {
              String value = values.getOrDefault(place.group(1), "");
              char[] escaped = JsonStringEncoder.getInstance().quoteAsString(value);
              return Matcher.quoteReplacement(new String(escaped));
            });
  }
}
