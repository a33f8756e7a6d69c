package io.weir.gateway.discover;

import io.weir.gateway.intake.Decoded;
import io.weir.gateway.intake.Decoding;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Rejected;
import io.weir.gateway.model.Value;
import io.weir.gateway.normalize.LineStore;
import io.weir.gateway.normalize.Match;
import io.weir.gateway.normalize.RouteConfig;
import io.weir.gateway.normalize.Types;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads samples with a route that is not in force, and says what comes of it. */
final class Trial {

  private static final int MOST_READINGS = 2_000;

  /** Without zeros before it, which a number would lose. */
  private static final Pattern DECIMAL = Pattern.compile("-?(0|[1-9]\\d*)(\\.\\d+)?");

  /** Messages whose values are compared with those of another trial. */
  private static final int MOST_COMPARED = 200;

  /** Pinned types of a trial, which nobody keeps. */
  private static final LineStore FORGETFUL =
      new LineStore() {
        @Override
        public void load(Consumer<byte[]> lines) {
          // none are known
        }

        @Override
        public boolean isDue(long bytes) {
          return false;
        }

        @Override
        public void append(byte[] lines) {
          // forgotten on purpose
        }

        @Override
        public void replace(Iterable<byte[]> lines) {
          // forgotten on purpose
        }
      };

  /** What came of it. */
  static final class Outcome {
    int messages;

    /** Messages of which nothing was rejected. */
    int clean;

    /** Messages that gave readings. */
    int useful;

    int readings;
    int rejected;
    int filtered;

    /** Readings with the time of arrival in the place of a doubtful one. */
    int doubtful;

    /** Readings with a time of their own. */
    int timed;

    /** Readings of a machine. */
    int placed;

    /** Readings of one series, metric and instant, of several in a message. */
    int overwritten;

    final Set<String> names = new TreeSet<>();
    final List<Reading> some = new ArrayList<>();
    final Set<String> doubts = new TreeSet<>();

    /** Details of the first rejections, by topic. */
    final Map<String, Rejected> first = new LinkedHashMap<>();

    /** Values with their topics and instants as texts, to compare two outcomes. */
    final Set<String> values = new HashSet<>();

    final Counters counters = new Counters();

    /** The names of metrics whose values have several types. */
    Set<String> conflicting() {
      Set<String> names = new TreeSet<>();
      for (Rejected each : first.values()) {
        String quoted = each.detail().replaceFirst("^[^']*'([^']*)'.*$", "$1");
        if (each.reason() == Reason.TYPE_CONFLICT && !quoted.equals(each.detail())) {
          names.add(quoted);
        }
      }
      return names;
    }

    /** Metrics that are texts which all are decimal numbers, and no identifiers. */
    Set<String> quoted() {
      Set<String> quoted = new TreeSet<>();
      Set<String> others = new HashSet<>();
      for (Reading each : some) {
        boolean isNumber =
            each.value() instanceof Value.Text text && DECIMAL.matcher(text.value()).matches();
        (isNumber ? quoted : others).add(each.metric());
      }
      quoted.removeAll(others);
      quoted.removeIf(Shaping::isIdentifier);
      return quoted;
    }

    boolean rejects(Reason reason) {
      return first.values().stream().anyMatch(each -> each.reason() == reason);
    }

    /** In a few words. */
    String told() {
      return "%d readings, %d rejected, %d left out, %d with a time, %d names"
          .formatted(readings, rejected, filtered, timed, names.size());
    }
  }

  private final RouteParser parser;

  /** By their texts; empty for those that are not good. */
  private final Map<String, Optional<RouteConfig>> read = new HashMap<>();

  private final long nowNs;

  Trial(RouteParser parser, long nowNs) {
    this.parser = parser;
    this.nowNs = nowNs;
  }

  long nowNs() {
    return nowNs;
  }

  /** What each route makes of the samples; {@code null} for a route that is not good. */
  List<@Nullable Outcome> of(List<Map<String, Object>> routes, List<Topic> topics) {
    List<@Nullable RouteConfig> read = read(routes);
    List<@Nullable Outcome> outcomes = new ArrayList<>();
    for (RouteConfig route : read) {
      outcomes.add(route == null ? null : run(route, topics));
    }
    return outcomes;
  }

  @Nullable Outcome of(Map<String, Object> route, List<Topic> topics) {
    return of(List.of(route), topics).get(0);
  }

  /** The routes as they are read; {@code null} for one that is not good. */
  List<@Nullable RouteConfig> read(List<Map<String, Object>> routes) {
    List<String> texts = routes.stream().map(RouteText::of).toList();
    List<String> unknown =
        texts.stream().filter(text -> !read.containsKey(text)).distinct().toList();
    try {
      parse(unknown);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<@Nullable RouteConfig> configs = new ArrayList<>();
    texts.forEach(text -> configs.add(read.getOrDefault(text, Optional.empty()).orElse(null)));
    return configs;
  }

  /** Together, for that is quicker; those among which one is not good, by halves. */
  private void parse(List<String> texts) throws IOException {
    if (texts.isEmpty()) {
      return;
    }
    try {
      List<RouteConfig> configs = parser.parse(texts);
      for (int i = 0; i < texts.size(); i++) {
        read.put(texts.get(i), Optional.of(configs.get(i)));
      }
    } catch (IllegalArgumentException e) {
      if (texts.size() == 1) {
        read.put(texts.get(0), Optional.empty());
        return;
      }
      parse(texts.subList(0, texts.size() / 2));
      parse(texts.subList(texts.size() / 2, texts.size()));
    }
  }

  private Outcome run(RouteConfig route, List<Topic> topics) {
    return run(List.of(route), topics).get(0);
  }

  /** What comes of the samples with all these routes together, by route. */
  List<Outcome> run(List<RouteConfig> routes, List<Topic> topics) {
    List<Outcome> outcomes = new ArrayList<>();
    routes.forEach(unused -> outcomes.add(new Outcome()));
    try {
      Decoding decoding = new Decoding(routes, Types.load(FORGETFUL));
      long at = 0;
      for (Topic topic : topics) {
        Match match = decoding.routes().match(null, topic.heard.topic);
        if (match == null) {
          continue;
        }
        Outcome outcome = outcomes.get(match.index());
        for (Heard.Sample sample : topic.heard.samples()) {
          long receiveNs = receiveNs(sample, at++);
          String name = topic.heard.topic;
          add(outcome, name, decode(decoding, name, sample, receiveNs), receiveNs);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return outcomes;
  }

  /** What is rejected of all that was heard, by route: each message in the order of arrival. */
  List<Rejections> rejections(List<RouteConfig> routes, List<Heard> heard) {
    List<Rejections> all = new ArrayList<>();
    routes.forEach(unused -> all.add(new Rejections()));
    record Message(Heard of, Heard.Sample sample) {}
    List<Message> messages = new ArrayList<>();
    for (Heard each : heard) {
      each.samples().forEach(sample -> messages.add(new Message(each, sample)));
      each.others().forEach(sample -> messages.add(new Message(each, sample)));
    }
    messages.sort(Comparator.comparingLong(each -> each.sample().number()));
    try {
      Decoding decoding = new Decoding(routes, Types.load(FORGETFUL));
      long at = 0;
      for (Message each : messages) {
        Match match = decoding.routes().match(null, each.of().topic);
        if (match != null) {
          List<Rejected> rejected =
              decode(decoding, each.of().topic, each.sample(), receiveNs(each.sample(), at++))
                  .rejected();
          all.get(match.index()).add(each.of(), each.sample(), rejected);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return all;
  }

  /** No two arrive at one instant, and none at a full millisecond as payloads have them. */
  private long receiveNs(Heard.Sample sample, long at) {
    return (sample.receivedNs() == 0 ? nowNs : sample.receivedNs()) + 1 + 7L * at;
  }

  private static Decoded decode(
      Decoding decoding, String topic, Heard.Sample sample, long receiveNs) throws IOException {
    Decoded decoded = decoding.decode("plant", topic, sample.payload(), false, null, receiveNs);
    decoded.kept().run();
    return decoded;
  }

  private static void add(Outcome outcome, String topic, Decoded decoded, long receiveNs) {
    outcome.messages++;
    outcome.clean += decoded.rejected().isEmpty() ? 1 : 0;
    outcome.useful += decoded.readings().isEmpty() ? 0 : 1;
    outcome.readings += decoded.readings().size();
    outcome.rejected += decoded.rejected().size();
    outcome.filtered += decoded.filtered();
    decoded.rejected().forEach(each -> outcome.first.putIfAbsent(topic, each));
    Set<String> points = new HashSet<>();
    for (Reading reading : decoded.readings()) {
      boolean isTimed = reading.timeNs() != receiveNs;
      outcome.timed += isTimed ? 1 : 0;
      outcome.placed += reading.series().asset().machine() == null ? 0 : 1;
      outcome.names.add(reading.metric());
      if (reading.quality() == Quality.UNCERTAIN && !isTimed && reading.reason() != null) {
        outcome.doubtful++;
        outcome.doubts.add(reading.reason());
      }
      if (!points.add(reading.series() + " " + reading.metric() + reading.timeNs())) {
        outcome.overwritten++;
      }
      outcome.counters.add(reading);
      if (outcome.some.size() < MOST_READINGS) {
        outcome.some.add(reading);
      }
      if (outcome.messages <= MOST_COMPARED) {
        outcome.values.add(
            topic
                + ' '
                + compared(reading.value())
                + ' '
                + (isTimed ? reading.timeNs() : "on arrival"));
      }
    }
  }

  /** Whether a number is a whole one, a route says; the value is the same. */
  private static Value compared(Value value) {
    return value instanceof Value.Whole whole ? new Value.Real(whole.value()) : value;
  }
}
