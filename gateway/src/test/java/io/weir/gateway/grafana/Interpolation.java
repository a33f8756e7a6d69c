package io.weir.gateway.grafana;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Puts values for variables and macros into a query, as Grafana's documentation of variable formats
 * and of the three data sources has it.
 *
 * @param chosen what is chosen of each variable
 * @param interval the panel's {@code $__interval}
 */
record Interpolation(Map<String, Choice> chosen, Instant from, Instant to, Duration interval) {

  private static final Pattern VARIABLE = Pattern.compile("\\$\\{(\\w+)(?::(\\w+))?}");
  private static final Pattern REGEX_SPECIAL = Pattern.compile("[\\\\^$*+?.()|\\[\\]{}/]");
  private static final Pattern TIME_FILTER = Pattern.compile("\\$__timeFilter\\((\\w+)\\)");
  private static final Pattern LENGTH =
      Pattern.compile("\\$\\{__to} - \\$\\{__from} (>|<=) (\\d+)");
  private static final Pattern ALL_SHIFTS =
      Pattern.compile("\"bucket\" =~ |AND '\\*' IN \\(\\$\\{shift:sqlstring}\\)");
  private static final Pattern CHOSEN_SHIFTS = Pattern.compile("\"bucket\" !~ |'\\*' NOT IN ");
  private static final Duration RATE_INTERVAL = Duration.ofMinutes(1);

  /**
   * A variable's values.
   *
   * @param all what stands for "All", put in as it is; null: "All" is not chosen
   */
  record Choice(List<String> values, @Nullable String all) {

    static Choice one(String value) {
      return new Choice(List.of(value), null);
    }

    private String as(@Nullable String format) {
      if (all != null) {
        return all;
      }
      if (format == null) {
        return String.join("|", values);
      }
      return switch (format) {
        case "regex" -> {
          List<String> escaped =
              values.stream()
                  .map(value -> REGEX_SPECIAL.matcher(value).replaceAll("\\\\$0"))
                  .toList();
          yield escaped.size() == 1 ? escaped.get(0) : "(" + String.join("|", escaped) + ")";
        }
        // a backslash is one in the quotes of PromQL
        case "promql" -> as("regex").replace("\\", "\\\\");
        case "sqlstring" ->
            values.stream()
                .map(value -> "'" + value.replace("'", "''").replace("\"", "\\\"") + "'")
                .collect(Collectors.joining(","));
        default -> throw new AssertionError("no such format: " + format);
      };
    }
  }

  /**
   * Whether a query asks for rows at all. Figures come from rows of minutes, hours, shifts or days,
   * by the length of the range and by whether "All" is chosen of the shifts: each alternative says
   * for which.
   */
  boolean asks(String query) {
    return Stream.of(query.split(" OR (?=\\(\"?bucket)")).anyMatch(this::isFor);
  }

  private boolean isFor(String alternative) {
    long length = Duration.between(from, to).toMillis();
    boolean fits =
        LENGTH
            .matcher(alternative)
            .results()
            .allMatch(
                limit -> limit.group(1).equals(">") == length > Long.parseLong(limit.group(2)));
    Choice shift = chosen.get("shift");
    boolean all = shift != null && shift.all() != null;
    return fits
        && (all || !ALL_SHIFTS.matcher(alternative).find())
        && !(all && CHOSEN_SHIFTS.matcher(alternative).find());
  }

  String influxQl(String query) {
    String filter =
        "time >= %dms and time <= %dms".formatted(from.toEpochMilli(), to.toEpochMilli());
    return whole(
        variables(query)
            .replace("$timeFilter", filter)
            .replace("now()", "'" + to + "'")
            .replace("$__interval", step(interval)));
  }

  String sql(String query) {
    String filtered =
        TIME_FILTER
            .matcher(variables(query))
            .replaceAll(column -> column.group(1) + " BETWEEN '" + from + "' AND '" + to + "'");
    return whole(
        filtered
            .replace("now()", "'" + to + "'::timestamp")
            .replace("$__interval", step(interval)));
  }

  String promQl(String query) {
    // Only to Prometheus is a variable written without braces: in a quoted regular expression.
    String replaced =
        variables(query)
            .replace("$__rate_interval", step(RATE_INTERVAL))
            .replace("$__range", step(Duration.between(from, to)))
            .replace("$__interval", step(interval));
    for (Map.Entry<String, Choice> variable : chosen.entrySet()) {
      replaced = replaced.replace("$" + variable.getKey(), variable.getValue().as("promql"));
    }
    return whole(replaced);
  }

  private String variables(String query) {
    return VARIABLE.matcher(query).replaceAll(match -> Matcher.quoteReplacement(value(match)));
  }

  private String value(MatchResult variable) {
    switch (variable.group(1)) {
      case "__from":
        return String.valueOf(from.toEpochMilli());
      case "__to":
        return String.valueOf(to.toEpochMilli());
      default:
        return chosen(variable);
    }
  }

  private String chosen(MatchResult variable) {
    Choice choice = chosen.get(variable.group(1));
    if (choice == null) {
      throw new AssertionError("no such variable: " + variable.group());
    }
    return choice.as(variable.group(2));
  }

  private static String whole(String query) {
    if (query.contains("${") || query.contains("$__")) {
      throw new AssertionError("not everything is replaced: " + query);
    }
    return query;
  }

  private static String step(Duration duration) {
    long seconds = duration.toSeconds();
    return seconds % 3600 == 0
        ? seconds / 3600 + "h"
        : seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
  }
}
