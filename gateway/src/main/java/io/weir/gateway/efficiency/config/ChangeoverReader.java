package io.weir.gateway.efficiency.config;

import io.weir.gateway.config.Section;
import io.weir.gateway.efficiency.config.EfficiencyConfig.Changeover;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Reads the CSV file with the targets of changeovers: {@code from,to,seconds}, and machine. */
public final class ChangeoverReader {

  private static final BigDecimal NANOS = BigDecimal.valueOf(1_000_000_000);
  private static final BigDecimal LONGEST = BigDecimal.valueOf(7 * 86_400);

  private ChangeoverReader() {}

  /** The targets of the file that a key names; none where it names none. */
  static List<Changeover> read(Section efficiency, String key) {
    return CsvFile.read(efficiency, key, ChangeoverReader::parse, List.of());
  }

  /**
   * Reads the file.
   *
   * @throws IllegalArgumentException naming the line, where one cannot be read
   */
  public static List<Changeover> parse(List<String> lines) {
    CsvTable table = CsvTable.parse(lines, List.of("from", "to", "seconds"), Set.of("machine"));
    List<Changeover> targets = new ArrayList<>();
    for (CsvTable.Row row : table.rows()) {
      String machine = row.text("machine");
      targets.add(
          new Changeover(
              machine.isEmpty() ? "*" : machine,
              row.wanted("from"),
              row.wanted("to"),
              target(row)));
    }
    return List.copyOf(targets);
  }

  private static Duration target(CsvTable.Row row) {
    String text = row.wanted("seconds");
    BigDecimal seconds;
    try {
      seconds = new BigDecimal(text);
    } catch (NumberFormatException e) {
      throw row.problem("'" + text + "' is not a number of seconds");
    }
    if (seconds.signum() < 0 || seconds.compareTo(LONGEST) > 0) {
      throw row.problem("a target must be at least 0 s and at most a week, not " + text);
    }
    return Duration.ofNanos(seconds.multiply(NANOS).longValue());
  }
}
