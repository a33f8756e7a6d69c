package io.weir.gateway.intake;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.gateway.decode.Decoder;
import io.weir.gateway.decode.Decoders;
import io.weir.gateway.log.Time;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Excerpt;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Rejected;
import io.weir.gateway.model.Sample;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Value;
import io.weir.gateway.normalize.Match;
import io.weir.gateway.normalize.Normalizer;
import io.weir.gateway.normalize.RouteConfig;
import io.weir.gateway.normalize.Routes;
import io.weir.gateway.normalize.Types;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Explains in text what a payload becomes: its route, each sample as sent, and the reading or the
 * reason for each. Nothing is stored; pinned types are forgotten unless the given {@link Types}
 * save them.
 */
public final class Explain {

  private final Decoding decoding;
  private final Detail detail;

  /** How much is told. */
  public enum Detail {
    /** The beginning of long texts. */
    SHORT,
    /** Texts as they are. */
    WHOLE,
    /** The same, and of each reading what the steps of normalizing did. */
    STEPS
  }

  /**
   * What is said of a message.
   *
   * @param text lines, each ended by a line break
   * @param clean whether a route matched and nothing was rejected
   */
  public record Report(String text, boolean clean) {}

  /**
   * @param types the types pinned so far, over a store that need not save
   * @throws IllegalArgumentException if a route cannot be read
   */
  public Explain(List<RouteConfig> routes, Types types) {
    this(routes, types, Detail.SHORT);
  }

  /** The same, with more or less detail. */
  public Explain(List<RouteConfig> routes, Types types, Detail detail) {
    this.decoding = new Decoding(routes, types);
    this.detail = detail;
  }

  private static final long NOT_YET_NS = TimeUnit.MILLISECONDS.toNanos(20);

  /** How many routes that do not match are listed. */
  private static final int MOST_MISSES = 20;

  /**
   * Lists why each route before the matching one does not match the topic; if none matches, all
   * routes, with the nearest marked. Lines of text.
   */
  public String misses(@Nullable String source, String topic) {
    List<Routes.Miss> misses = decoding.routes().misses(source, topic);
    boolean none = decoding.routes().match(source, topic) == null;
    int nearest = misses.stream().mapToInt(Routes.Miss::level).max().orElse(0);
    StringBuilder text = new StringBuilder();
    int listed = 0;
    for (Routes.Miss miss : misses) {
      boolean isNearest = none && miss.level() == nearest && misses.size() > 1;
      if (listed < MOST_MISSES || isNearest) {
        text.append(
            "not route %d, %s: %s%s%n"
                .formatted(
                    miss.index() + 1,
                    decoding.configured().get(miss.index()).topic(),
                    miss.why(),
                    isNearest ? " (the nearest)" : ""));
        nearest = isNearest ? Integer.MAX_VALUE : nearest;
        listed++;
      }
    }
    if (listed < misses.size()) {
      text.append("and not ").append(misses.size() - listed).append(" more\n");
    }
    return text.toString();
  }

  /**
   * Lines of text, each ended by a line break.
   *
   * @param source the source it would come from; {@code null} for any
   * @param retained as if the broker served it from its retained store
   */
  public String text(
      @Nullable String source, String topic, byte[] payload, boolean retained, long receiveTimeNs) {
    return tell(source, topic, payload, retained, null, receiveTimeNs).text();
  }

  /** The same, with the MIME type that the sender declared, or {@code null}. */
  public Report tell(
      @Nullable String source,
      String topic,
      byte[] payload,
      boolean retained,
      @Nullable String contentType,
      long receiveTimeNs) {
    Match match = decoding.routes().match(source, topic);
    if (match == null) {
      return new Report("no route matches " + Excerpt.whole(topic) + "\n", false);
    }
    RouteConfig route = decoding.route(match);
    Story story = new Story(detail);
    story.say("route " + (match.index() + 1) + ": " + route.topic() + ", format " + route.format());
    match
        .captures()
        .forEach((name, level) -> story.say("  " + name + " = " + Excerpt.whole(level)));
    Decoded tooLarge = Decoded.tooLarge(payload, route.limits().payload());
    if (tooLarge != null) {
      story.say("payload");
      story.explainRejection(tooLarge.rejected().get(0));
      story.sum(tooLarge);
      return new Report(story.text(), false);
    }
    String from = source == null ? "" : source;
    Decoder decoder = decoding.decoder(match, null);
    Normalizer message = decoding.normalizer(from, match, decoder, retained, receiveTimeNs);
    Decoder.Payload read =
        new Decoder.Payload(from, topic, match.metric(""), payload, receiveTimeNs, contentType);
    do {
      decoder.decode(read, story.telling(match, message));
    } while (story.mustWait());
    story.end(message);
    if (message.readings().isEmpty() && message.rejected().isEmpty() && message.filtered() == 0) {
      story.leftOut("payload", "no value in it");
    }
    story.tellUnused(route, decoding.routes().labels(match.index()));
    story.sum(Decoded.of(message, payload, () -> {}));
    return new Report(story.text(), message.rejected().isEmpty());
  }

  /**
   * What the payload looks like that its route reads otherwise, and what to write then; {@code
   * null} for nothing, or without a route.
   */
  public @Nullable String remark(@Nullable String source, String topic, byte[] payload) {
    Match match = decoding.routes().match(source, topic);
    if (match == null) {
      return null;
    }
    RouteConfig route = decoding.route(match);
    return Decoders.remark(route.format(), route.options(), payload);
  }

  /** The text as it grows. What becomes of a sample may be known only at the message's end. */
  private static final class Story implements Normalizer.Fates {
    private final Detail detail;
    private final List<String> lines = new ArrayList<>();

    /** Labels of the payload that any sample has. */
    private final Set<String> found = new TreeSet<>();

    private boolean timed;
    private boolean any;
    private boolean notYet;

    /** A line that waits for the message's end, and of what. */
    private record Open(int line, Sample sample) {}

    private final Queue<Open> open = new ArrayDeque<>();

    Story(Detail detail) {
      this.detail = detail;
    }

    /** Says which keys of the route found nothing in a payload that has values. */
    void tellUnused(RouteConfig route, Set<String> labels) {
      if (!any || detail == Detail.SHORT) {
        return;
      }
      if (route.time().from() != null && !timed) {
        say("time.from " + route.time().from() + " matches nothing: the time of arrival counts");
      }
      for (String label : labels) {
        if (!found.contains(label)) {
          say("the field " + label + ", of asset, tags or quality in the route, matches nothing");
        }
      }
    }

    void say(String line) {
      lines.add(line);
    }

    String text() {
      return lines.stream().map(line -> line + '\n').collect(Collectors.joining());
    }

    void end(Normalizer message) {
      message.end(this);
    }

    @Override
    public void kept(Reading reading) {
      Open one = open.remove();
      lines.set(
          one.line(),
          "  -> " + shown(reading) + (detail == Detail.STEPS ? steps(one.sample(), reading) : ""));
    }

    private String steps(Sample sample, Reading reading) {
      StringJoiner told = new StringJoiner("\n", "\n", "");
      String name = sample.name().isEmpty() ? "value" : sample.name();
      if (!name.equals(reading.metric())) {
        told.add("     name: " + text(name) + " is the metric " + text(reading.metric()));
      }
      told.add("     place: " + place(reading.series()));
      Value time = sample.time();
      told.add(
          "     time: "
              + (time == null ? "none in the payload, so it is that of arrival" : written(time))
              + (time == null ? "" : " is " + instant(reading.timeNs())));
      told.add(
          "     value: "
              + written(sample.value())
              + (sample.unit() == null ? "" : " " + sample.unit())
              + " is "
              + shown(reading.value())
              + ", "
              + reading.value().type().name().toLowerCase(Locale.ROOT));
      if (reading.quality() != Quality.GOOD) {
        told.add("     quality: " + reading.quality() + ", " + reading.reason());
      }
      return told.toString();
    }

    @Override
    public void rejected(Rejected rejected) {
      lines.set(open.remove().line(), rejection(rejected));
    }

    @Override
    public void filtered(String why) {
      lines.set(open.remove().line(), "  -> filtered: " + why);
    }

    Decoder.Output telling(Match match, Normalizer message) {
      return new Decoder.Output() {
        @Override
        public void expanded(String compression, int bytes) {
          say(compression + ", expanded to " + bytes + " bytes");
        }

        @Override
        public void sample(Sample sample) {
          int rejected = message.rejected().size();
          int filtered = message.filtered();
          message.add(sample);
          any = true;
          timed |= sample.time() != null;
          found.addAll(sample.tags().keySet());
          say(shown(sample));
          String conditioning = match.conditioning(sample);
          if (conditioning != null) {
            say("  by the route: " + conditioning);
          }
          if (message.rejected().size() > rejected) {
            explainRejection(message.rejected().get(rejected));
          } else if (message.filtered() > filtered) {
            String why = message.whyFiltered();
            say("  -> filtered" + (why == null ? "" : ": " + why));
          } else {
            open.add(new Open(lines.size(), sample));
            say("");
          }
        }

        @Override
        public void standsAt(int line, int column) {
          message.standsAt(line, column);
        }

        @Override
        public void rejected(Rejected rejected) {
          message.reject(rejected);
          byte[] part = rejected.part();
          say(part == null ? "payload" : text(new String(part, UTF_8)));
          explainRejection(rejected);
        }

        @Override
        public void notYet(Rejected otherwise) {
          notYet = true;
        }

        @Override
        public void filtered(String part, String why) {
          message.filter();
          leftOut(part.isEmpty() ? "payload" : text(part), why);
        }
      };
    }

    /** Whether the payload is to be read again; waits a moment then. */
    boolean mustWait() {
      boolean waits = notYet;
      if (waits) {
        LockSupport.parkNanos(this, NOT_YET_NS);
      }
      notYet = false;
      return waits;
    }

    void leftOut(String what, String why) {
      say(what);
      say("  -> filtered: " + why);
    }

    void explainRejection(Rejected rejected) {
      say(rejection(rejected));
    }

    private static String rejection(Rejected rejected) {
      return "  -> rejected, " + rejected.reason().label() + ": " + rejected.detail();
    }

    void sum(Decoded decoded) {
      say(
          "received "
              + decoded.received()
              + " = readings "
              + decoded.readings().size()
              + " + filtered "
              + decoded.filtered()
              + " + rejected "
              + decoded.rejected().size());
    }

    private String shown(Sample sample) {
      Value time = sample.time();
      return (sample.name().isEmpty() ? "value" : text(sample.name()))
          + " = "
          + written(sample.value())
          + (sample.unit() == null ? "" : " " + sample.unit())
          + (time == null ? "" : ", time " + written(time));
    }

    /** As in the payload. */
    private String written(Value value) {
      return value instanceof Value.Whole whole ? Long.toString(whole.value()) : shown(value);
    }

    private String shown(Reading reading) {
      String doubt =
          reading.quality() == Quality.GOOD
              ? ""
              : " " + reading.quality() + " (" + reading.reason() + ")";
      return place(reading.series())
          + " "
          + reading.metric()
          + "="
          + shown(reading.value())
          + " "
          + instant(reading.timeNs())
          + doubt;
    }

    /** As in line protocol: an integer ends in i, text is quoted. */
    private String shown(Value value) {
      if (value instanceof Value.Real real) {
        return Double.toString(real.value());
      }
      if (value instanceof Value.Whole whole) {
        return whole.value() + "i";
      }
      return value instanceof Value.Flag flag
          ? Boolean.toString(flag.value())
          : '"' + text(((Value.Text) value).value()) + '"';
    }

    private String text(String given) {
      return detail == Detail.SHORT ? Excerpt.of(given) : Excerpt.whole(given);
    }
  }

  private static String place(Series series) {
    StringJoiner joined = new StringJoiner(",");
    joined.add(series.measurement());
    Asset asset = series.asset();
    level(joined, "site", asset.site());
    level(joined, "area", asset.area());
    level(joined, "line", asset.line());
    level(joined, "machine", asset.machine());
    for (Map.Entry<String, String> tag : series.tags().entrySet()) {
      level(joined, tag.getKey(), tag.getValue());
    }
    return joined.toString();
  }

  private static void level(StringJoiner joined, String key, @Nullable String value) {
    if (value != null) {
      joined.add(key + "=" + value);
    }
  }

  /** In the format of a reading's time. */
  public static String instant(long ns) {
    return Time.instant(ns).toString();
  }
}
