package io.weir.gateway.efficiency;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Value;
import io.weir.gateway.sink.StoreReadings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** A store that holds all rows that were written; it can be away. */
final class MemoryReadings implements StoreReadings {

  private final Map<String, Map<String, StoredRow>> tables = new HashMap<>();
  boolean isAway;

  void write(List<Reading> readings) {
    for (Reading each : readings) {
      String key = each.series().asset() + " " + each.series().tags() + " " + each.timeNs();
      tables
          .computeIfAbsent(each.series().measurement(), absent -> new HashMap<>())
          .computeIfAbsent(
              key,
              absent ->
                  new StoredRow(
                      each.timeNs(),
                      each.series().asset(),
                      false,
                      new HashMap<>(),
                      each.series().tags()))
          .fields()
          .put(each.metric(), each.value());
    }
  }

  @Override
  public String field(String metric) {
    return metric;
  }

  @Override
  public List<Table> tables() throws IOException {
    if (isAway) {
      throw new IOException("it is away");
    }
    return tables.entrySet().stream()
        .map(each -> new Table(each.getKey(), fields(each.getValue()), Set.of()))
        .toList();
  }

  private static List<String> fields(Map<String, StoredRow> rows) {
    return rows.values().stream()
        .flatMap(row -> row.fields().keySet().stream())
        .distinct()
        .toList();
  }

  @Override
  public Rows rows(Question question, int most) {
    List<StoredRow> found = new ArrayList<>();
    for (StoredRow row : tables.get(question.table().name()).values()) {
      boolean isIn = row.timeNs() >= question.from() && row.timeNs() < question.to();
      if (isIn && tags(row).entrySet().containsAll(question.where().entrySet())) {
        Map<String, Value> fields = new HashMap<>(row.fields());
        fields.keySet().retainAll(question.fields());
        found.add(new StoredRow(row.timeNs(), row.asset(), false, fields, row.tags()));
      }
    }
    found.sort(Comparator.comparingLong(StoredRow::timeNs));
    return new Rows(found.subList(0, Math.min(most, found.size())), found.size() > most);
  }

  private static Map<String, String> tags(StoredRow row) {
    Map<String, String> tags = new HashMap<>(row.tags());
    Asset asset = row.asset();
    tags.put("site", Objects.requireNonNullElse(asset.site(), ""));
    tags.put("area", Objects.requireNonNullElse(asset.area(), ""));
    tags.put("line", Objects.requireNonNullElse(asset.line(), ""));
    tags.put("machine", Objects.requireNonNullElse(asset.machine(), ""));
    return tags;
  }

  @Override
  public List<Sample> samples(Question question, long stepNs) {
    return List.of();
  }
}
