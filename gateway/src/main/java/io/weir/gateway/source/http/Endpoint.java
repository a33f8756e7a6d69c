package io.weir.gateway.source.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one request is for, read from its head.
 *
 * @param format the payload format of its body
 * @param encoding how its body is packed
 */
record Endpoint(
    String path, @Nullable String contentType, Reply.Form form, String format, Encoding encoding) {

  static final String READINGS = "/api/v1/readings";
  static final String WRITE_V1 = "/write";
  static final String WRITE_V2 = "/api/v2/write";

  /** What {@code curl -d} sends as the type of any body, also of JSON. */
  private static final String CURL_DEFAULT = "application/x-www-form-urlencoded";

  /** Payload formats of line protocol, by the {@code precision} of InfluxDB 1.x and 2.x. */
  private static final Map<String, String> PRECISIONS =
      Map.of(
          "n", "influx-line",
          "ns", "influx-line",
          "u", "influx-line:us",
          "us", "influx-line:us",
          "ms", "influx-line:ms",
          "s", "influx-line:s");

  /** How the replies to a request are worded, also to one that is refused. */
  static Reply.Form form(String path) {
    return switch (path) {
      case WRITE_V1 -> Reply.WRITE_V1;
      case WRITE_V2 -> Reply.WRITE_V2;
      default -> Reply.READINGS;
    };
  }

  /**
   * @param receiving whether the source receives now
   * @throws Refusal if the head alone shows that the request cannot be taken
   */
  static Endpoint of(RequestHead head, int maxBodyBytes, boolean receiving) {
    if (!head.method().equals("POST")) {
      throw new Refusal(405, "Wrong method", "send it with POST")
          .header(HttpHeaderNames.ALLOW, "POST");
    }
    if (!receiving) {
      throw Refusal.busy("the gateway does not receive now");
    }
    String path = head.path();
    String format = path.equals(READINGS) ? json(head) : lines(head.uri());
    Encoding encoding = Encoding.of(head.contentEncoding());
    if (head.contentLength() > maxBodyBytes) {
      throw Refusal.tooLong(maxBodyBytes);
    }
    return new Endpoint(path, head.contentType(), form(path), format, encoding);
  }

  private static String json(RequestHead head) {
    if (head.uri().contains("?")) {
      throw new Refusal(
          400,
          "Unknown parameter",
          "there are no parameters here; the readings say themselves what they are of");
    }
    String contentType = head.contentType();
    String type =
        contentType == null
            ? CURL_DEFAULT
            : contentType.split(";", 2)[0].trim().toLowerCase(Locale.ROOT);
    if (!type.equals("application/json") && !type.endsWith("+json") && !type.equals(CURL_DEFAULT)) {
      throw new Refusal(
          415, "Unknown content type", "send JSON with Content-Type: application/json");
    }
    return "json";
  }

  private static String lines(String uri) {
    List<String> given;
    try {
      given = new QueryStringDecoder(uri).parameters().get("precision");
    } catch (IllegalArgumentException e) {
      throw new Refusal(
          400, "Bad query", "the query is not in percent-encoding: " + e.getMessage());
    }
    String format = PRECISIONS.get(given == null || given.isEmpty() ? "ns" : given.get(0));
    if (format == null) {
      throw new Refusal(400, "Unknown precision", "precision is one of n, ns, u, us, ms, s");
    }
    return format;
  }
}
