package io.weir.gateway.notify;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Messages and signs of life as JSON, for programs. */
public final class NoticeJson {

  private static final ObjectMapper JSON = new ObjectMapper();

  private NoticeJson() {}

  public static byte[] of(Notice notice) {
    ObjectNode json =
        JSON.createObjectNode()
            .put("id", notice.id())
            .put("gateway", notice.gateway())
            .put("time", time(notice.at()))
            .put("title", notice.title())
            .put("critical", notice.critical())
            .put("text", notice.text())
            .put("link", notice.link().isEmpty() ? null : notice.link());
    ArrayNode lines = json.putArray("events");
    for (Notice.Line line : notice.lines()) {
      ObjectNode event = lines.addObject();
      event
          .put("type", line.type())
          .put("notification", line.notice())
          .put("kind", line.kind())
          .put("subject", line.subject())
          .put("asset", line.asset().path())
          .put("severity", line.severity())
          .put("text", line.text())
          .put("since", time(line.since()))
          .put("times", line.times());
      ArrayNode levels = event.putArray("levels");
      line.asset().levels().forEach(levels::add);
    }
    return bytes(json);
  }

  public static byte[] of(Beat beat) {
    return bytes(
        JSON.createObjectNode()
            .put("gateway", beat.gateway())
            .put("time", time(beat.at()))
            .put("ready", beat.ready())
            .put("intervalSeconds", beat.interval().toSeconds()));
  }

  private static String time(Instant at) {
    return at.truncatedTo(ChronoUnit.MILLIS).toString();
  }

  private static byte[] bytes(ObjectNode json) {
    try {
      return JSON.writeValueAsBytes(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of texts and numbers is JSON", e);
    }
  }
}
