package io.weir.gateway.discover;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Delimited text, with its options. */
final class CsvCandidates {

  private final CsvLook look;
  private final List<Topic> topics;
  private final long arrivalNs;
  private final List<String> remarks = new ArrayList<>();
  private final Map<String, Object> time = new LinkedHashMap<>();
  private final List<String> timeColumns = new ArrayList<>();
  private @Nullable String timeFormat;

  private CsvCandidates(CsvLook look, List<Topic> topics, long arrivalNs) {
    this.look = look;
    this.topics = topics;
    this.arrivalNs = arrivalNs;
  }

  static List<Candidate> of(List<Topic> topics, long arrivalNs) {
    List<String> texts = new ArrayList<>();
    for (Topic topic : topics) {
      topic.views.stream().map(View::text).filter(text -> !text.isEmpty()).forEach(texts::add);
    }
    CsvLook look = texts.isEmpty() ? null : CsvLook.of(texts);
    return look == null ? List.of() : new CsvCandidates(look, topics, arrivalNs).all();
  }

  private List<Candidate> all() {
    findTime();
    if (!look.hasHeader()) {
      remarks.add("no row names the columns: give them names in csv.columns");
    }
    Map<String, Object> csv = new LinkedHashMap<>(look.options());
    if (!timeColumns.isEmpty()) {
      csv.put("time", timeColumns.size() == 1 ? timeColumns.get(0) : List.copyOf(timeColumns));
    }
    if (timeFormat != null) {
      csv.put("time-format", timeFormat);
    }
    List<Candidate> all = new ArrayList<>();
    LongFormLook form = LongFormLook.ofColumns(look);
    if (form != null) {
      all.add(pivot(csv, form));
    }
    all.add(plain(csv));
    return all;
  }

  private Candidate plain(Map<String, Object> csv) {
    Map<String, Object> route = route();
    PayloadAsset asset = PayloadAsset.of(look.fields(), topics);
    Map<String, Object> named = assetOfColumns(asset);
    if (!named.isEmpty()) {
      route.put("asset", named);
    }
    Shaping.of(look.fields(), ownNames(asset)).addTo(route, true);
    put(route, csv);
    return new Candidate("csv", route, Candidate.BY_SHAPE, remarks);
  }

  private Set<String> ownNames(PayloadAsset asset) {
    Set<String> taken = new LinkedHashSet<>(asset.fields());
    timeColumns.forEach(each -> taken.add(each.replace('.', '\u2024')));
    return taken;
  }

  private static Map<String, Object> assetOfColumns(PayloadAsset asset) {
    Map<String, Object> named = new LinkedHashMap<>();
    asset
        .asset()
        .forEach(
            (level, label) -> {
              String field = String.valueOf(((Map<?, ?>) label).get("field"));
              named.put(
                  level,
                  Map.of(
                      "field",
                      field
                          .replaceFirst("^/", "")
                          .replace("~1", "/")
                          .replace("~0", "~")
                          .replace('\u2024', '.')));
            });
    return named;
  }

  private Candidate pivot(Map<String, Object> csv, LongFormLook form) {
    Map<String, Object> route = route();
    Map<String, Object> with = new LinkedHashMap<>(csv);
    Map<String, Object> pivot = form.pivot();
    if (!timeColumns.isEmpty()) {
      pivot.put("time", timeColumns.size() == 1 ? timeColumns.get(0) : List.copyOf(timeColumns));
      with.remove("time");
    }
    with.put("pivot", pivot);
    if (form.quality() != null) {
      route.put("quality", form.quality());
    }
    PayloadAsset asset = PayloadAsset.of(look.fields(), topics);
    Map<String, Object> named = assetOfColumns(asset);
    if (!named.isEmpty()) {
      route.put("asset", named);
    }
    put(route, with);
    List<String> all = new ArrayList<>(remarks);
    all.addAll(form.remarks());
    return new Candidate("csv", route, Candidate.LONG_FORM, all);
  }

  private static void put(Map<String, Object> route, Map<String, Object> csv) {
    if (!csv.isEmpty()) {
      route.put("csv", csv);
    }
  }

  private Map<String, Object> route() {
    Map<String, Object> route = new LinkedHashMap<>();
    route.put("format", "csv");
    if (!time.isEmpty()) {
      route.put("time", time);
    }
    return route;
  }

  /** One column that is a time, or one with the date and one with the time of day. */
  private void findTime() {
    List<Fields.Field> dates = new ArrayList<>();
    List<Fields.Field> clocks = new ArrayList<>();
    for (Fields.Field field : look.fields().all()) {
      if (field.isText() && field.values.stream().allMatch(CsvCandidates::isClock)) {
        clocks.add(field);
      } else if (field.isText()
          && field.values.stream()
              .allMatch(each -> each.matches("\\d{1,4}[-./]\\d{1,2}[-./]\\d{1,4}"))) {
        dates.add(field);
      }
    }
    if (!dates.isEmpty() && !clocks.isEmpty()) {
      together(dates.get(0), clocks.get(0));
      return;
    }
    Fields.Field best = null;
    Written how = null;
    for (Fields.Field field : look.fields().all()) {
      String column = CsvLook.column(field);
      boolean mayBe = !look.hasHeader() || Times.isName(column) || field.isText();
      Written written = mayBe ? Written.of(field.values, arrivalNs) : null;
      boolean isBetter =
          best == null || (!Times.isName(CsvLook.column(best)) && Times.isName(column));
      if (written != null && isBetter) {
        best = field;
        how = written;
      }
    }
    if (best != null && how != null) {
      timeColumns.add(CsvLook.column(best));
      timeFormat = how.format();
      Times.put(time, new Written(null, how.unit(), how.zone(), 0, List.of()));
      remarks.addAll(how.remarks());
    } else if (!clocks.isEmpty()) {
      timeOfDay(clocks.get(0));
    }
  }

  private static boolean isClock(String text) {
    return text.matches("\\d{1,2}:\\d{2}(:\\d{2}([.,:]\\d{1,9})?)?( ?[AaPp][Mm])?");
  }

  private void together(Fields.Field date, Fields.Field clock) {
    timeColumns.add(CsvLook.column(date));
    timeColumns.add(CsvLook.column(clock));
    Fields.Field ms = milliseconds();
    List<String> joined = new ArrayList<>();
    List<String> clocks = new ArrayList<>(clock.values);
    int at = 0;
    for (String day : date.values) {
      joined.add(day + " " + clocks.get(Math.min(at++, clocks.size() - 1)));
    }
    for (String each : clocks) {
      joined.add(date.values.iterator().next() + " " + each);
    }
    Written written = Written.of(joined, arrivalNs);
    if (written != null) {
      timeFormat = written.format();
      Times.put(time, new Written(null, null, written.zone(), 0, List.of()));
      remarks.addAll(written.remarks());
    }
    if (ms != null) {
      timeColumns.add(CsvLook.column(ms));
    }
  }

  private Fields.@Nullable Field milliseconds() {
    for (Fields.Field field : look.fields().all()) {
      String bare = Words.bare(CsvLook.column(field));
      boolean isNamed =
          Set.of("millitm", "ms", "msec", "millis", "milliseconds", "millisecond", "timems")
              .contains(bare);
      if (isNamed
          && field.isNumber()
          && field.values.stream().allMatch(each -> each.matches("\\d{1,3}"))) {
        return field;
      }
    }
    return null;
  }

  private void timeOfDay(Fields.Field clock) {
    timeColumns.add(CsvLook.column(clock));
    Instant arrival = Instant.ofEpochSecond(0, arrivalNs);
    String zone = "UTC";
    for (String value : clock.values) {
      if (value.matches("\\d{2}:\\d{2}(:\\d{2})?")) {
        LocalDateTime local =
            LocalTime.parse(value).atDate(arrival.atZone(ZoneOffset.UTC).toLocalDate());
        Written written = Written.local(null, local, arrival, List.of());
        zone = written.zone() == null ? zone : written.zone();
      }
    }
    time.put("zone", zone);
    remarks.add(
        "the times have no date: the day nearest to the arrival is taken, with the zone "
            + zone
            + ", which is a guess");
  }
}
