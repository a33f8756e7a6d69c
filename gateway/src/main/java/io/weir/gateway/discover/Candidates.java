package io.weir.gateway.discover;

import io.weir.gateway.decode.Decoders;
import io.weir.gateway.decode.FormatFactory;
import io.weir.gateway.decode.Preset;
import io.weir.gateway.decode.Recognizer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** All formats that may read the topics of a group, each with the options that fit it. */
final class Candidates {

  /** They need what no sample tells: a table of bytes, an expression, a schema. */
  private static final Set<String> UNTOLD = Set.of("raw", "jsonata", "protobuf", "avro");

  /** Trees of names, read with the same keys as JSON. */
  static final Set<String> TREES = Set.of("json", "ndjson", "cbor", "msgpack", "xml");

  private Candidates() {}

  static List<Candidate> of(List<Topic> topics, Fields fields, long arrivalNs) {
    List<Candidate> all = new ArrayList<>();
    String charset = charset(topics);
    String way = topics.get(0).way;
    Set<String> recognized = recognized(topics);
    for (FormatFactory<?> format : Decoders.formats()) {
      String name = format.name();
      if (UNTOLD.contains(name) || !isPossible(name, way)) {
        continue;
      }
      if (name.equals("csv") && topics.stream().allMatch(topic -> topic.isSingle)) {
        continue; // one value
      }
      if (name.equals("csv")) {
        all.addAll(CsvCandidates.of(topics, arrivalNs));
      } else {
        int rank = recognized.contains(name) ? Candidate.BY_PAYLOAD : Candidate.POSSIBLE;
        if (TREES.contains(name) || name.equals("scalar")) {
          rank = isShape(name, way) ? Candidate.BY_SHAPE : Candidate.POSSIBLE;
        } else if (rank == Candidate.POSSIBLE
            && !name.equals("influx-line")
            && !name.equals("senml-cbor")) {
          continue; // nothing of that vendor is in it
        }
        if ((name.equals("json") || name.equals("ndjson"))) {
          continue; // with what was found in it, below
        }
        Map<String, Object> route = new LinkedHashMap<>();
        route.put("format", name);
        if (name.equals("scalar")) {
          List<Map<String, Object>> texts = ScalarTexts.of(topics);
          if (!texts.isEmpty()) {
            route.put("metrics", texts);
          }
        }
        all.add(new Candidate(name, route, rank, List.of()));
      }
    }
    if (way.equals("json") || way.equals("ndjson")) {
      all.addAll(TreeCandidates.of(way, fields, topics, arrivalNs));
    }
    for (Preset preset : Decoders.presets().values()) {
      if (preset.expects() && fits(preset, topics)) {
        all.add(
            new Candidate(
                preset.format(), Map.of("preset", preset.name()), Candidate.BY_PAYLOAD, List.of()));
      }
    }
    return charset == null ? all : all.stream().map(each -> encoded(each, charset)).toList();
  }

  /** Whether all that was heard is what a preset expects, on whatever topic. */
  private static boolean fits(Preset preset, List<Topic> topics) {
    for (Topic topic : topics) {
      for (Heard.Sample sample : topic.heard.samples()) {
        if (!preset.fits(sample.payload())) {
          return false;
        }
      }
    }
    return true;
  }

  private static Candidate encoded(Candidate candidate, String charset) {
    FormatFactory<?> format = Decoders.format(candidate.format());
    if (format == null || !format.readsText()) {
      return candidate;
    }
    Map<String, Object> route = new LinkedHashMap<>();
    route.put("format", candidate.format());
    route.put("charset", charset);
    candidate.route().forEach(route::putIfAbsent);
    List<String> remarks = new ArrayList<>(candidate.remarks());
    remarks.add(
        "the text is not UTF-8 and looks like " + charset + ": see whether its letters are right");
    return new Candidate(candidate.format(), route, candidate.rank(), remarks);
  }

  private static @Nullable String charset(List<Topic> topics) {
    for (Topic topic : topics) {
      for (View view : topic.views) {
        if (view.charset() != null && view.isText()) {
          return view.charset();
        }
      }
    }
    return null;
  }

  private static Set<String> recognized(List<Topic> topics) {
    Set<String> names = new TreeSet<>();
    for (Topic topic : topics) {
      for (Heard.Sample sample : topic.heard.samples()) {
        String format = Recognizer.of(topic.heard.topic, sample.payload()).format();
        if (format != null) {
          names.add(format);
        }
      }
    }
    return names;
  }

  private static boolean isShape(String format, String way) {
    return switch (way) {
      case "json" -> format.equals("json");
      case "ndjson" -> format.equals("ndjson");
      case "line" -> format.equals("scalar");
      case "xml" -> format.equals("xml");
      case "bytes" -> format.equals("cbor") || format.equals("msgpack");
      default -> false;
    };
  }

  private static boolean isPossible(String format, String way) {
    return switch (format) {
      case "json" -> way.equals("json");
      case "ndjson" -> way.equals("ndjson");
      case "csv" -> way.equals("text") || way.equals("line");
      case "scalar" -> way.equals("line");
      case "xml" -> way.equals("xml");
      case "cbor", "msgpack", "senml-cbor", "sparkplug-b" -> way.equals("bytes");
      case "influx-line" -> way.equals("line") || way.equals("text");
      default -> true;
    };
  }
}
