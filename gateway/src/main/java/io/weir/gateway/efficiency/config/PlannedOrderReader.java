package io.weir.gateway.efficiency.config;

import io.weir.gateway.config.Section;
import io.weir.gateway.correction.OrderEvent;
import io.weir.gateway.model.Asset;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the CSV file of orders that are to be made: {@code order,asset}, and what is known. */
public final class PlannedOrderReader {

  /** Orders of a file. */
  static final int MOST = 10_000;

  private static final Set<String> MAY_BE = Set.of("product", "quantity", "start", "end");
  private static final int LEVELS_OF_A_LINE = 3;
  private static final int LEVELS_OF_A_MACHINE = 4;

  private PlannedOrderReader() {}

  /** The orders of the file that a key names; none where it names none. */
  static List<PlannedOrder> read(Section efficiency, String key, ZoneId zone) {
    return CsvFile.read(efficiency, key, lines -> parse(lines, zone), List.of());
  }

  /**
   * Reads the file.
   *
   * @param zone of times without an offset
   * @throws IllegalArgumentException naming the line and the column, where one cannot be read
   */
  public static List<PlannedOrder> parse(List<String> lines, ZoneId zone) {
    CsvTable table = CsvTable.parse(lines, List.of("order", "asset"), MAY_BE);
    if (table.rows().size() > MOST) {
      throw new IllegalArgumentException(
          "line " + table.rows().get(MOST).line() + ": more than " + MOST + " orders");
    }
    List<PlannedOrder> orders = new ArrayList<>();
    Map<String, Integer> seen = new HashMap<>();
    for (CsvTable.Row row : table.rows()) {
      PlannedOrder order = order(row, zone);
      String name = order.asset().path() + " " + order.order();
      Integer before = seen.putIfAbsent(name, row.line());
      if (before != null) {
        throw row.problem(
            "order '" + order.order() + "' of " + order.asset().path() + " is in line " + before);
      }
      orders.add(order);
    }
    return List.copyOf(orders);
  }

  private static PlannedOrder order(CsvTable.Row row, ZoneId zone) {
    Instant start = time(row, "start", zone);
    Instant end = time(row, "end", zone);
    if (start != null && end != null && !end.isAfter(start)) {
      throw row.problem("end '" + row.text("end") + "' is not after start");
    }
    return new PlannedOrder(
        asset(row), row.wanted("order"), row.text("product"), quantity(row), start, end);
  }

  private static Asset asset(CsvTable.Row row) {
    String path = row.wanted("asset");
    String[] levels = path.split("/", -1);
    boolean isNamed = List.of(levels).stream().noneMatch(String::isBlank) && !path.contains("*");
    if (!isNamed || levels.length < LEVELS_OF_A_LINE || levels.length > LEVELS_OF_A_MACHINE) {
      throw row.problem(
          "asset takes the path of a machine, such as plant-a/hall-1/line-1/m-2, or of a line,"
              + " not '"
              + path
              + "'");
    }
    boolean isMachine = levels.length == LEVELS_OF_A_MACHINE;
    return new Asset(levels[0], levels[1], levels[2], isMachine ? levels[3] : null);
  }

  private static double quantity(CsvTable.Row row) {
    String text = row.text("quantity");
    if (text.isEmpty()) {
      return Double.NaN;
    }
    double quantity;
    try {
      quantity = new BigDecimal(text).doubleValue();
    } catch (NumberFormatException e) {
      quantity = Double.NaN;
    }
    if (!(quantity > 0 && quantity <= OrderEvent.MOST_QUANTITY)) {
      throw row.problem(
          "quantity takes a number of pieces above 0 and at most 1000000000, not '" + text + "'");
    }
    return quantity;
  }

  private static @Nullable Instant time(CsvTable.Row row, String column, ZoneId zone) {
    String text = row.text(column).replace(' ', 'T');
    if (text.isEmpty()) {
      return null;
    }
    try {
      boolean hasOffset = text.matches(".*(Z|[+-][0-9]{2}:?[0-9]{2})");
      return hasOffset
          ? OffsetDateTime.parse(text).toInstant()
          : LocalDateTime.parse(text).atZone(zone).toInstant();
    } catch (DateTimeException e) {
      throw row.problem(
          column
              + " takes a time such as 2026-03-02T06:00, or 2026-03-02T06:00:00Z, not '"
              + row.text(column)
              + "'");
    }
  }
}
