package io.weir.gateway.notify;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.gateway.model.Asset;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of {@link Notices}: one object of JSON with {@code format} 1, the last {@code number},
 * the {@code open} notifications, and by outlet what waits, what was left out and when messages of
 * the last hour were delivered. Instants are nanoseconds since the epoch.
 */
final class NoticesCodec {

  private static final int FORMAT = 1;
  private static final int LEVELS = 4;
  private static final int LEVELS_OF_A_LINE = 3;

  private static final ObjectMapper JSON =
      new ObjectMapper().setVisibility(PropertyAccessor.IS_GETTER, Visibility.NONE);

  private record Kept(
      @JsonProperty("format") int format,
      @JsonProperty("number") long number,
      @JsonProperty("open") @Nullable List<KeptOpen> open,
      @JsonProperty("outlets") @Nullable Map<String, KeptQueue> outlets) {}

  private record KeptOpen(
      @JsonProperty("id") String id,
      @JsonProperty("rule") String rule,
      @JsonProperty("cause") KeptCause cause,
      @JsonProperty("raised") boolean raised,
      @JsonProperty("sent") boolean sent,
      @JsonProperty("news") long news,
      @JsonProperty("begins") List<Long> begins,
      @JsonProperty("flapping") boolean flapping,
      @JsonProperty("who") @Nullable String who,
      @JsonProperty("comment") @Nullable String comment,
      @JsonProperty("acknowledged") long acknowledged) {

    static KeptOpen of(Open open) {
      Open.Acknowledgement said = open.acknowledged;
      return new KeptOpen(
          open.id,
          open.rule,
          KeptCause.of(open.cause),
          open.raised,
          open.sent,
          open.newsNs,
          List.copyOf(open.begins),
          open.flapping,
          said == null ? null : said.who(),
          said == null ? null : said.comment(),
          said == null ? 0 : said.atNs());
    }

    Open open() {
      Open made = new Open(id, rule, cause.cause());
      made.isOfPath = cause.levels == null;
      made.raised = raised;
      made.sent = sent;
      made.newsNs = news;
      made.begins.addAll(begins);
      made.flapping = flapping;
      made.acknowledged =
          who == null
              ? null
              : new Open.Acknowledgement(who, comment == null ? "" : comment, acknowledged);
      return made;
    }
  }

  private record KeptCause(
      @JsonProperty("kind") String kind,
      @JsonProperty("subject") String subject,
      @JsonProperty("path") String path,
      @JsonProperty("levels") @Nullable List<String> levels,
      @JsonProperty("line") boolean line,
      @JsonProperty("critical") boolean critical,
      @JsonProperty("text") String text,
      @JsonProperty("facts") @Nullable Facts facts,
      @JsonProperty("since") long since) {

    static KeptCause of(Cause cause) {
      return new KeptCause(
          cause.kind(),
          cause.subject(),
          cause.asset().path(),
          cause.asset().levels(),
          cause.isLine(),
          cause.critical(),
          cause.text(),
          cause.facts(),
          cause.sinceNs());
    }

    Cause cause() {
      Facts known = facts == null ? Facts.NONE : facts;
      return new Cause(kind, subject, asset(), line, critical, text, known, since);
    }

    /** Of an earlier version without levels: what the path says where no level is missing. */
    Asset asset() {
      List<String> names = levels != null ? levels : path.isEmpty() ? List.of() : named();
      String[] all = Arrays.copyOf(names.toArray(new String[0]), LEVELS);
      return new Asset(all[0], all[1], all[2], all[3]);
    }

    /** The last name is that of the machine or line; those before begin with the site. */
    private List<String> named() {
      List<String> names = new ArrayList<>(List.of(path.split("/", -1)));
      int missing = (line ? LEVELS_OF_A_LINE : LEVELS) - names.size();
      names.addAll(names.size() - 1, Collections.nCopies(Math.max(0, missing), ""));
      return names;
    }
  }

  private record KeptEvent(
      @JsonProperty("number") long number,
      @JsonProperty("type") Event.Type type,
      @JsonProperty("notice") String notice,
      @JsonProperty("cause") KeptCause cause,
      @JsonProperty("at") long at) {}

  private record KeptQueue(
      @JsonProperty("events") List<KeptEvent> events,
      @JsonProperty("omitted") long omitted,
      @JsonProperty("delivered") List<Long> delivered) {

    static KeptQueue of(Queue queue) {
      return new KeptQueue(
          queue.events.stream()
              .map(
                  e ->
                      new KeptEvent(
                          e.number(), e.type(), e.notice(), KeptCause.of(e.cause()), e.atNs()))
              .toList(),
          queue.omitted,
          List.copyOf(queue.delivered));
    }

    void into(Queue queue) {
      events.forEach(
          e ->
              queue.events.add(
                  new Event(e.number(), e.type(), e.notice(), e.cause().cause(), e.at())));
      queue.omitted = omitted;
      queue.delivered.addAll(delivered);
    }
  }

  private NoticesCodec() {}

  static byte[] encode(Notices notices) {
    synchronized (notices) {
      Map<String, KeptQueue> outlets = new LinkedHashMap<>();
      notices.queues.forEach((name, queue) -> outlets.put(name, KeptQueue.of(queue)));
      Kept kept =
          new Kept(
              FORMAT,
              notices.lastNumber,
              notices.open.stream().map(KeptOpen::of).toList(),
              outlets);
      try {
        return JSON.writeValueAsBytes(kept);
      } catch (JsonProcessingException e) {
        throw new IllegalStateException("records of text and numbers are JSON", e);
      }
    }
  }

  /**
   * Takes over what was kept. What waits for an outlet that is no longer configured is dropped.
   *
   * @throws IOException if it cannot be read, or a later version wrote it
   */
  static void decode(byte[] bytes, Notices into) throws IOException {
    Kept kept = JSON.readValue(bytes, Kept.class);
    if (kept.format() != FORMAT) {
      throw new IOException("format " + kept.format() + " is not known; this version has 1");
    }
    synchronized (into) {
      into.lastNumber = kept.number();
      if (kept.open() != null) {
        kept.open().forEach(each -> into.open.add(each.open()));
      }
      if (kept.outlets() != null) {
        kept.outlets()
            .forEach(
                (name, queue) -> {
                  Queue now = into.queues.get(name);
                  if (now != null) {
                    queue.into(now);
                  }
                });
      }
    }
  }
}
