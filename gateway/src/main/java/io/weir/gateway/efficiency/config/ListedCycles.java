package io.weir.gateway.efficiency.config;

import io.weir.gateway.config.Section;
import io.weir.gateway.efficiency.config.EfficiencyConfig.CycleSpan;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads ideal cycles by product that the configuration lists itself; {@link CycleTable} reads those
 * of a file.
 */
final class ListedCycles {

  private static final BigDecimal NANOS = BigDecimal.valueOf(1_000_000_000);

  /** The products of one place, of which no two cycles may hold on the same date. */
  private record Subject(String machine, String product) {}

  private record Placed(CycleSpan span, Section section) {}

  private ListedCycles() {}

  static EfficiencyConfig.ProductCycle read(String product, List<Section> rows) {
    List<CycleSpan> spans = new ArrayList<>();
    Map<Subject, List<Placed>> bySubject = new HashMap<>();
    boolean dated = false;
    for (Section row : rows) {
      CycleSpan span = span(row);
      List<Placed> others =
          bySubject.computeIfAbsent(
              new Subject(span.machine(), span.product()), subject -> new ArrayList<>());
      others.stream()
          .filter(other -> CycleTable.meet(other.span(), span))
          .findFirst()
          .ifPresent(
              other ->
                  row.problem(
                      "product",
                      "the cycle in "
                          + other.section().where("product")
                          + " holds at the same time"));
      others.add(new Placed(span, row));
      spans.add(span);
      dated |= row.has("machine") || row.has("valid-from") || row.has("valid-to");
    }
    return dated
        ? new EfficiencyConfig.ProductCycle(product, Map.of(), List.copyOf(spans))
        : new EfficiencyConfig.ProductCycle(product, always(spans));
  }

  private static Map<String, Duration> always(List<CycleSpan> spans) {
    Map<String, Duration> table = new LinkedHashMap<>();
    spans.forEach(span -> table.put(span.product(), span.cycle()));
    return table;
  }

  private static CycleSpan span(Section row) {
    LocalDate from = CalendarReader.date(row, "valid-from", LocalDate.MIN);
    LocalDate to = CalendarReader.date(row, "valid-to", LocalDate.MAX);
    if (to.isBefore(from)) {
      row.problem("valid-to", "is before valid-from");
    }
    BigDecimal seconds = BigDecimal.valueOf(row.decimal("seconds", 1)); // others the schema refused
    return new CycleSpan(
        row.text("machine", CycleSpan.ALL),
        row.text("product", ""),
        Duration.ofNanos(Math.max(1, seconds.multiply(NANOS).longValue())),
        from,
        to);
  }
}
