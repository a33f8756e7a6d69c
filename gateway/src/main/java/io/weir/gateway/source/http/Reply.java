package io.weir.gateway.source.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.gateway.model.Rejected;
import io.weir.gateway.source.Inbox;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The reply to a sender. Errors are problem documents (RFC 9457); those of the write endpoints also
 * have the members that InfluxDB's own clients read.
 *
 * @param headers without Content-Length
 * @param body JSON, or empty
 * @param closes whether the connection is closed after it, because the body of a refused request
 *     may still be coming and is not read
 */
@SuppressWarnings("ArrayRecordComponent") // written, never compared
public record Reply(int status, Map<String, String> headers, byte[] body, boolean closes) {

  /** Most rejected parts that a reply lists; the quarantine has them all. */
  private static final int MAX_LISTED = 100;

  /** Most characters of a rejected line that a reply repeats. */
  private static final int MAX_LINE = 200;

  private static final String CONTENT_TYPE = "content-type";

  private static final ObjectMapper JSON = new ObjectMapper();

  /** How an endpoint words its replies. */
  interface Form {

    /** The reply when it is durable, in whole or in part. */
    Reply taken(Inbox.Receipt receipt);

    /** The reply when nothing was stored. */
    Reply refused(Refusal refusal);
  }

  /** The form of {@code /api/v1/readings}. */
  static final Form READINGS =
      new Form() {
        @Override
        public Reply taken(Inbox.Receipt receipt) {
          Map<String, Object> counts = new LinkedHashMap<>();
          counts.put("received", receipt.received());
          counts.put("appended", receipt.appended());
          counts.put("filtered", receipt.filtered());
          counts.put("rejected", listed(receipt.rejected()));
          return allRejected(receipt)
              ? problem(400, "All rejected", "no part of the body is a reading", counts)
              : json(200, "application/json", counts);
        }

        @Override
        public Reply refused(Refusal refusal) {
          return problem(refusal, Map.of());
        }
      };

  /** The form of InfluxDB 1.x, {@code /write}. */
  static final Form WRITE_V1 = new Write(message -> Map.of("error", message));

  /** The form of InfluxDB 2.x, {@code /api/v2/write}. */
  static final Form WRITE_V2 = new Write(message -> Map.of("code", "invalid", "message", message));

  private record Write(Members members) implements Form {

    /** The members from which InfluxDB's clients read a message. */
    interface Members {
      Map<String, Object> of(String message);
    }

    @Override
    public Reply taken(Inbox.Receipt receipt) {
      List<Rejected> rejected = receipt.rejected();
      if (rejected.isEmpty()) {
        return new Reply(204, Map.of(), new byte[0], false);
      }
      String lines =
          rejected.stream().limit(MAX_LISTED).map(Write::line).collect(Collectors.joining("\n"));
      String message =
          (allRejected(receipt) ? "" : "partial write: ") + lines + " dropped=" + rejected.size();
      return problem(400, "Lines rejected", message, members.of(message));
    }

    private static String line(Rejected rejected) {
      byte[] part = rejected.part();
      if (part == null) {
        return rejected.detail();
      }
      String line = new String(part, StandardCharsets.UTF_8);
      String shown = line.length() > MAX_LINE ? line.substring(0, MAX_LINE) + "..." : line;
      return "unable to take '" + shown + "': " + rejected.detail();
    }

    @Override
    public Reply refused(Refusal refusal) {
      return problem(refusal, members.of(refusal.detail));
    }
  }

  private static boolean allRejected(Inbox.Receipt receipt) {
    return !receipt.rejected().isEmpty() && receipt.appended() == 0 && receipt.filtered() == 0;
  }

  private static List<Map<String, String>> listed(List<Rejected> rejected) {
    return rejected.stream()
        .limit(MAX_LISTED)
        .map(each -> Map.of("reason", each.reason().label(), "detail", each.detail()))
        .toList();
  }

  private static Reply problem(Refusal refusal, Map<String, Object> members) {
    Reply problem = problem(refusal.status, refusal.title, refusal.detail, members);
    Map<String, String> headers = new LinkedHashMap<>(problem.headers);
    headers.putAll(refusal.headers);
    return new Reply(problem.status, headers, problem.body, true);
  }

  private static Reply problem(
      int status, String title, String detail, Map<String, Object> members) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("type", "about:blank");
    document.put("title", title);
    document.put("status", status);
    document.put("detail", detail);
    document.putAll(members);
    return json(status, "application/problem+json", document);
  }

  private static Reply json(int status, String contentType, Map<String, Object> document) {
    try {
      return new Reply(
          status, Map.of(CONTENT_TYPE, contentType), JSON.writeValueAsBytes(document), false);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("maps of texts and numbers can always be written as JSON", e);
    }
  }
}
