package io.weir.gateway.discover;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** JSON and what is read like it, with the time, the asset and the long form that were found. */
final class TreeCandidates {

  private TreeCandidates() {}

  static List<Candidate> of(String format, Fields fields, List<Topic> topics, long arrivalNs) {
    List<Candidate> all = new ArrayList<>();
    PayloadAsset asset = PayloadAsset.of(fields, topics);
    List<Times.Rule> times = Times.in(fields, arrivalNs);
    boolean hasPivot = format.equals("json") || format.equals("ndjson");
    LongFormLook form = hasPivot ? LongFormLook.ofObjects(fields) : null;
    if (form == null && format.equals("json")) {
      form = LongFormLook.ofLists(fields, topics);
    }
    all.add(candidate(format, fields, asset, times, false, null));
    if (!times.isEmpty()) {
      all.add(candidate(format, fields, asset, times, true, null));
    }
    if (form != null) {
      PayloadAsset own = withoutNames(asset, form);
      all.add(candidate(format, fields, own, times, false, form));
      if (!times.isEmpty()) {
        all.add(candidate(format, fields, own, times, true, form));
      }
    }
    return all;
  }

  /** What names the values does not name the machine. */
  private static PayloadAsset withoutNames(PayloadAsset asset, LongFormLook form) {
    Object label = asset.asset().get("machine");
    if (label instanceof Map<?, ?> map
        && ("/" + map.get("field")).endsWith("/" + form.pivot().get("name"))) {
      Map<String, Object> rest = new LinkedHashMap<>(asset.asset());
      rest.remove("machine");
      Set<String> levels = new LinkedHashSet<>(asset.levels());
      levels.remove("machine");
      return new PayloadAsset(rest, levels, Set.of(), asset.fields());
    }
    return asset;
  }

  private static Candidate candidate(
      String format,
      Fields fields,
      PayloadAsset asset,
      List<Times.Rule> times,
      boolean isTimed,
      @org.jspecify.annotations.Nullable LongFormLook form) {
    Map<String, Object> route = new LinkedHashMap<>();
    List<String> remarks = new ArrayList<>();
    route.put("format", format);
    Set<String> taken = new LinkedHashSet<>(asset.fields());
    times.forEach(each -> taken.add(each.field()));
    if (isTimed) {
      Times.Rule best = times.get(0);
      route.put("time", new LinkedHashMap<>(best.time()));
      remarks.addAll(best.written().remarks());
      others(times, fields, remarks);
    }
    if (!asset.asset().isEmpty()) {
      route.put("asset", asset.asset());
    }
    if (form == null) {
      Shaping.of(fields, taken).addTo(route, true);
    } else {
      if (form.quality() != null) {
        route.put("quality", form.quality());
      }
      route.put("json", Map.of("pivot", form.pivot()));
      remarks.addAll(form.remarks());
    }
    int rank = form == null ? Candidate.BY_SHAPE : Candidate.LONG_FORM;
    return new Candidate(format, route, rank, remarks);
  }

  /** Several times in a message: which one counts is a choice. */
  private static void others(List<Times.Rule> times, Fields fields, List<String> remarks) {
    if (times.size() > 1 && fields.messages() > 0) {
      remarks.add(
          "the time is taken from "
              + times.get(0).field()
              + "; "
              + times.get(1).field()
              + " is a time, too");
    }
  }
}
