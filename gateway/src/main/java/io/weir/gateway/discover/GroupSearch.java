package io.weir.gateway.discover;

import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Value;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a group of topics with all candidates, and keeps the best: the one that reads the most
 * messages without a rejection; among those the surest of its payloads; then with the fewest
 * readings that would overwrite each other, the fewest doubtful times, the most times, the most
 * readings with a machine, the fewest readings; at last by name.
 */
final class GroupSearch {

  private static final Set<String> READ_LIKE_JSON = Set.of("cbor", "msgpack", "xml");

  /** Topics of one pattern, and what their payloads have. */
  private record Group(List<String> levels, List<Topic> topics, Fields fields, PayloadAsset asset) {

    static Group of(List<String> levels, List<Topic> topics) {
      Fields fields = GroupSearch.fields(topics);
      return new Group(levels, topics, fields, PayloadAsset.of(fields, topics));
    }
  }

  private static final Comparator<Tried> BEST =
      Comparator.comparingInt((Tried each) -> -each.read())
          .thenComparingInt(each -> each.outcome().useful > 0 || each.candidate().isKnown() ? 0 : 1)
          .thenComparingInt(each -> each.candidate().rank())
          .thenComparingInt(each -> each.outcome().overwritten)
          .thenComparingInt(each -> each.outcome().doubtful)
          .thenComparingInt(each -> -each.outcome().timed)
          .thenComparingInt(each -> -each.outcome().placed)
          .thenComparingInt(each -> each.outcome().readings)
          .thenComparingInt(each -> each.route().size())
          .thenComparing(each -> each.candidate().format());

  private final Trial trial;

  /** The machines that a format itself names, by the route of the candidate. */
  private final Map<Map<String, Object>, Set<String>> machines = new HashMap<>();

  GroupSearch(Trial trial) {
    this.trial = trial;
  }

  /** All candidates are tried with this many topics at most; the best then with all. */
  private static final int TRIED_TOPICS = 60;

  Proposal of(List<String> levels, List<Topic> all) {
    List<Topic> topics = all.size() > TRIED_TOPICS ? spread(all) : all;
    Group group = Group.of(levels, topics);
    long arrivalNs = arrivalNs(topics);
    Naming first =
        Naming.of(levels, topics, new Naming.OfPayload(Set.of(), Set.of(), Set.of(), false));
    List<Candidate> candidates = new ArrayList<>(Candidates.of(topics, group.fields(), arrivalNs));
    List<Tried> tried = tried(group, candidates);
    for (Tried each : List.copyOf(tried)) {
      if (READ_LIKE_JSON.contains(each.candidate().format()) && each.outcome().useful > 0) {
        Fields read = fields(each.outcome());
        List<Candidate> more =
            TreeCandidates.of(each.candidate().format(), read, topics, arrivalNs);
        tried.addAll(tried(group, more));
      }
    }
    tried.removeIf(each -> each.outcome().useful == 0 && each.outcome().rejected > 0);
    tried.sort(BEST);
    if (tried.isEmpty()) {
      return new Proposal(all, first, null, null, List.of(unknown(topics.get(0))), List.of());
    }
    Tried best = mended(tried.get(0), topics);
    Group whole = all.size() > topics.size() ? Group.of(levels, all) : group;
    if (whole != group) {
      machines.clear(); // those of all topics are more
      Map<String, Object> route = new LinkedHashMap<>(route(whole, best.candidate()));
      best.route().forEach((key, value) -> route.putIfAbsent(key, value));
      Trial.Outcome outcome = trial.of(route, all);
      best = outcome == null ? best : new Tried(best.candidate(), best.route(), outcome);
    }
    return proposal(whole, counting(measuring(best, all), all), tried);
  }

  private static List<Topic> spread(List<Topic> all) {
    List<Topic> some = new ArrayList<>();
    for (int i = 0; i < TRIED_TOPICS; i++) {
      some.add(all.get((int) ((long) i * all.size() / TRIED_TOPICS)));
    }
    return some;
  }

  private Proposal proposal(Group group, Tried best, List<Tried> tried) {
    List<Topic> topics = group.topics();
    Naming naming = naming(group, best.candidate());
    Map<String, Object> route = new LinkedHashMap<>(best.route());
    route.remove("topic");
    List<String> remarks = new ArrayList<>(best.candidate().remarks());
    boolean isPlaced =
        best.outcome().placed > 0 && best.outcome().placed == best.outcome().readings;
    if (!isPlaced || naming.asset().containsKey("machine")) {
      remarks.addAll(naming.remarks());
    }
    if (!best.outcome().doubts.isEmpty()) {
      remarks.add(
          "times are doubtful, so those of arrival are taken: "
              + String.join(", ", best.outcome().doubts));
    }
    if (best.outcome().overwritten > 0) {
      remarks.add(
          "readings of one name and instant would overwrite each other: "
              + best.outcome().overwritten);
    }
    tellPlaces(best.outcome().names, remarks);
    tellLongForm(group, best, remarks);
    if (best.outcome().useful == 0) {
      remarks.add("it holds no reading");
    }
    if (topics.stream().anyMatch(topic -> topic.isMixed)) {
      remarks.add("its messages are written in several ways");
    }
    List<Tried> rivals = Rivals.of(best, tried);
    tellRival(best, rivals, remarks);
    return new Proposal(
        topics, naming, best.candidate().format(), route, remarks, Rivals.told(best, rivals));
  }

  /** Lists in which only a number tells what is what. */
  private static void tellPlaces(Set<String> names, List<String> remarks) {
    if (names.stream().anyMatch(name -> name.matches(".*\\.\\d+\\..*"))) {
      remarks.add(
          "values of a list are named by their place in it: see whether a field names them (pivot)");
    } else if (names.stream().anyMatch(name -> name.matches(".*\\.[2-9]|.*\\.\\d{2,}"))) {
      remarks.add(
          "numbers of a list are metrics of their own, named by their place in it: see whether they"
              + " are values of one in a row");
    }
  }

  /** Long form that is read as a tree, so that names become values. */
  private static void tellLongForm(Group group, Tried best, List<String> remarks) {
    boolean isRead =
        best.candidate().rank() == Candidate.LONG_FORM
            || !Candidates.TREES.contains(best.candidate().format())
            || best.route().containsKey("preset");
    Fields fields =
        READ_LIKE_JSON.contains(best.candidate().format())
            ? fields(best.outcome())
            : group.fields();
    LongFormLook form = isRead ? null : LongFormLook.ofObjects(fields);
    if (form != null) {
      remarks.add(
          "it looks like long form, with the name of each value in '%s', and is not read as such"
              .formatted(form.pivot().get("name")));
    }
  }

  /** Remarks on the first rival that is as sure as the best. */
  private static void tellRival(Tried best, List<Tried> rivals, List<String> remarks) {
    rivals.stream()
        .filter(
            each ->
                each.candidate().rank() == best.candidate().rank()
                    && each.outcome().clean == best.outcome().clean)
        .findFirst()
        .ifPresent(
            each ->
                remarks.add(
                    "format %s reads all of it too: %s"
                        .formatted(each.candidate().format(), each.outcome().told())));
  }

  private static String unknown(Topic topic) {
    return topic.way.equals("bytes")
        ? "bytes of no format that says itself what it is; raw reads them by a table in the route"
        : "no format reads it";
  }

  private List<Tried> tried(Group group, List<Candidate> candidates) {
    List<Map<String, Object>> routes = new ArrayList<>();
    for (Candidate candidate : candidates) {
      routes.add(route(group, candidate));
    }
    List<Trial.@Nullable Outcome> outcomes = trial.of(routes, group.topics());
    List<Tried> tried = new ArrayList<>();
    for (int i = 0; i < candidates.size(); i++) {
      Trial.Outcome outcome = outcomes.get(i);
      if (outcome != null) {
        tried.add(new Tried(candidates.get(i), routes.get(i), outcome));
      }
    }
    return tried;
  }

  private Naming naming(Group group, Candidate candidate) {
    Set<String> own = machines.computeIfAbsent(candidate.route(), each -> machines(each, group));
    return Naming.of(group.levels(), group.topics(), ofPayload(candidate.route(), own, group));
  }

  /** Of a format that names the machine of each value, such as kepware; else none. */
  private Set<String> machines(Map<String, Object> route, Group group) {
    String format = String.valueOf(route.get("format"));
    boolean isOpen =
        Candidates.TREES.contains(format) || format.equals("scalar") || format.equals("csv");
    Map<String, Object> anywhere = new LinkedHashMap<>(route);
    anywhere.put("topic", "#");
    Trial.Outcome outcome = isOpen ? null : trial.of(anywhere, group.topics());
    Set<String> names = new HashSet<>();
    for (Reading each : outcome == null ? List.<Reading>of() : outcome.some) {
      String machine = each.series().asset().machine();
      if (machine == null) {
        return Set.of();
      }
      names.add(machine);
    }
    return names;
  }

  private Map<String, Object> route(Group group, Candidate candidate) {
    Naming naming = naming(group, candidate);
    Map<String, Object> route = new LinkedHashMap<>();
    route.put("topic", naming.pattern());
    route.putAll(candidate.route());
    return withAsset(route, naming);
  }

  /** The levels of the asset that do not vary, beside those of the payload. */
  static Map<String, Object> withAsset(Map<String, Object> route, Naming naming) {
    if (!naming.asset().isEmpty()) {
      Map<String, Object> asset = new LinkedHashMap<>(naming.asset());
      if (route.get("asset") instanceof Map<?, ?> own) {
        own.forEach((key, value) -> asset.put(String.valueOf(key), value));
      }
      route.put("asset", asset);
    }
    return route;
  }

  private static Naming.OfPayload ofPayload(
      Map<String, Object> route, Set<String> named, Group group) {
    Fields fields = group.fields();
    Set<String> levels = new HashSet<>();
    Set<String> machines = new HashSet<>(named);
    if (!named.isEmpty()) {
      levels.add("machine");
    }
    String format = String.valueOf(route.get("format"));
    if (route.get("asset") instanceof Map<?, ?> own) {
      own.keySet().forEach(key -> levels.add(String.valueOf(key)));
    }
    if (Candidates.TREES.contains(format)) {
      for (Fields.Field field : fields.all()) {
        if (Set.of("site", "area", "line", "machine").contains(field.key)
            && (field.inList || field.name.equals(field.key))
            && field.flags == 0) {
          levels.add(field.key);
        }
      }
    }
    if (levels.contains("machine")) {
      machines.addAll(group.asset().machines());
    }
    Set<String> names = new HashSet<>(fields.names());
    names.addAll(fields.keys());
    if (route.get("tags") instanceof Map<?, ?> tags) {
      tags.keySet().forEach(key -> names.add(String.valueOf(key)));
    }
    boolean isNamed =
        route.get("json") instanceof Map<?, ?>
            || !(Candidates.TREES.contains(format) || format.equals("scalar"));
    return new Naming.OfPayload(levels, machines, names, isNamed);
  }

  /** Where values are of several types, they are texts. */
  private Tried mended(Tried tried, List<Topic> topics) {
    if (!tried.outcome().rejects(Reason.TYPE_CONFLICT)) {
      return tried;
    }
    Set<String> conflicting = tried.outcome().conflicting();
    Map<String, Object> route = new LinkedHashMap<>(tried.route());
    List<Object> metrics = new ArrayList<>();
    if (route.get("metrics") instanceof List<?> own) {
      for (Object metric : own) {
        if (!(metric instanceof Map<?, ?> map)
            || !conflicting.contains(String.valueOf(map.get("from")))) {
          metrics.add(metric);
        }
      }
    }
    conflicting.forEach(name -> metrics.add(Shaping.typed(name, "string")));
    route.put("metrics", metrics);
    Trial.Outcome outcome = trial.of(route, topics);
    if (outcome == null || outcome.clean <= tried.outcome().clean) {
      return tried;
    }
    List<String> remarks = new ArrayList<>(tried.candidate().remarks());
    remarks.add(
        "values of " + String.join(", ", conflicting) + " are of several types, and kept as texts");
    return new Tried(tried.candidate().with(remarks), route, outcome);
  }

  /** Values in long form that are numbers in quotes, always. */
  private Tried measuring(Tried tried, List<Topic> topics) {
    Set<String> quoted = tried.outcome().quoted();
    if (quoted.isEmpty() || tried.candidate().rank() != Candidate.LONG_FORM) {
      return tried;
    }
    Map<String, Object> route = Counters.typed(tried.route(), quoted, "float");
    Trial.Outcome outcome = trial.of(route, topics);
    return outcome == null || outcome.rejected > tried.outcome().rejected
        ? tried
        : new Tried(tried.candidate(), route, outcome);
  }

  /** What counts something is a whole number. */
  private Tried counting(Tried tried, List<Topic> topics) {
    Map<String, Boolean> counters = tried.outcome().counters.found();
    if (counters.isEmpty() || tried.route().containsKey("preset")) {
      return tried;
    }
    Map<String, Object> route = Counters.typed(tried.route(), counters.keySet(), Counters.INTEGER);
    Trial.Outcome outcome = trial.of(route, topics);
    if (outcome == null || outcome.rejected > tried.outcome().rejected) {
      return tried;
    }
    List<String> remarks = new ArrayList<>(tried.candidate().remarks());
    counters.forEach(
        (name, isSure) -> {
          if (!isSure) {
            remarks.add(Counters.doubt(name));
          }
        });
    return new Tried(tried.candidate().with(remarks), route, outcome);
  }

  private static long arrivalNs(List<Topic> topics, long nowNs) {
    long latest = 0;
    for (Topic topic : topics) {
      for (Heard.Sample sample : topic.heard.samples()) {
        latest = Math.max(latest, sample.receivedNs());
      }
    }
    return latest == 0 ? nowNs : latest;
  }

  private long arrivalNs(List<Topic> topics) {
    return arrivalNs(topics, trial.nowNs());
  }

  private static Fields fields(List<Topic> topics) {
    Fields fields = new Fields();
    for (Topic topic : topics) {
      for (View view : topic.views) {
        if (view.json() != null) {
          fields.add(view.json());
        }
        view.documents().forEach(fields::add);
      }
    }
    return fields;
  }

  /** The fields of payloads that are no text, as they were read. */
  private static Fields fields(Trial.Outcome outcome) {
    Fields fields = new Fields();
    long last = Long.MIN_VALUE;
    for (Reading reading : outcome.some) {
      if (reading.timeNs() != last) {
        fields.begin();
        last = reading.timeNs();
      }
      fields.add(reading.metric(), value(reading.value()));
    }
    return fields;
  }

  private static Object value(Value value) {
    if (value instanceof Value.Real real) {
      return java.math.BigDecimal.valueOf(real.value())
              .stripTrailingZeros()
              .toPlainString()
              .matches("-?\\d+")
          ? (Object) java.math.BigDecimal.valueOf(real.value()).longValue()
          : (Object) real.value();
    }
    if (value instanceof Value.Whole whole) {
      return whole.value();
    }
    return value instanceof Value.Flag flag ? (Object) flag.value() : ((Value.Text) value).value();
  }
}
