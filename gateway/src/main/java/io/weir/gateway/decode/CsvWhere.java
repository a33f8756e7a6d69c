package io.weir.gateway.decode;

import io.weir.gateway.config.Section;
import io.weir.gateway.model.Excerpt;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which rows of delimited text count, where rows of several kinds come in one message: those that
 * have certain words in certain columns. Among the columns of a header, by number.
 *
 * @param rules what must hold, all of it
 * @param columns the rules' columns, by number
 * @param missing columns that the header does not have
 */
record CsvWhere(List<Rule> rules, List<Integer> columns, List<String> missing) {

  /** The key of the group in the format's options. */
  static final String KEY = "where";

  /** All rows count. */
  static final CsvWhere ALL = new CsvWhere(List.of(), List.of(), List.of());

  /** The words of which a column has one. */
  record Rule(String column, Set<String> words) {
    Rule {
      words = Set.copyOf(words);
    }
  }

  static List<Rule> read(Section csv) {
    Section group = csv.section(KEY);
    List<Rule> rules = new ArrayList<>();
    for (String column : group.names()) {
      rules.add(new Rule(column, Set.copyOf(Pivot.fields(group, column))));
    }
    return rules;
  }

  static CsvWhere of(List<Rule> rules, List<String> columns) {
    if (rules.isEmpty()) {
      return ALL;
    }
    List<String> named = rules.stream().map(Rule::column).toList();
    return new CsvWhere(
        rules,
        named.stream().map(columns::indexOf).toList(),
        named.stream().filter(each -> !columns.contains(each)).toList());
  }

  boolean reads(int column) {
    return columns.contains(column);
  }

  /** Why a row does not count, which may have fewer cells than columns; {@code null} if it does. */
  @Nullable String unmet(List<String> cells) {
    for (int i = 0; i < rules.size(); i++) {
      int column = columns.get(i);
      String cell = column < cells.size() ? cells.get(column) : "";
      if (!rules.get(i).words().contains(cell)) {
        return "not a row that counts: '%s' is '%s'"
            .formatted(Excerpt.of(rules.get(i).column()), Excerpt.of(cell));
      }
    }
    return null;
  }
}
