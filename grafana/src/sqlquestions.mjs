// What the questions in SQL have in common: sql.mjs asks them of QuestDB, datafusion.mjs of InfluxDB 3.

import { lengthOfRange } from './schema.mjs';

/** The value of "All": also matches what lacks the tag. */
const ALL = "'*'";

/**
 * What lacks a level is chosen by an empty value, which Grafana takes where there is none to choose. Grafana puts a
 * backslash before a double quote in a chosen name, older versions do not; no name of Weir has one there.
 */
export const chosen = (tags) =>
  tags.map((tag) => `('*' IN (\${${tag}:sqlstring}) OR coalesce(${tag}, '') IN (\${${tag}:sqlstring})`
    + ` OR replace(${tag}, '"', '\\"') IN (\${${tag}:sqlstring}))`);
export const all = (...conditions) => conditions.flat().filter(Boolean).join(' AND ');

/** Rows of figures by the length of the range, and by whether "All" is chosen of the shifts. */
function rowsOf(rows, level, filters) {
  const byShift = filters.includes('shift');
  const choices = rows
    .filter(({ shifts }) => byShift || shifts !== 'chosen')
    .map(({ bucket, shifts, ...range }) => all(
      `bucket = '${bucket}'`,
      lengthOfRange(range),
      byShift && shifts === 'all' && "'*' IN (${shift:sqlstring})",
      byShift && shifts === 'chosen' && "'*' NOT IN (${shift:sqlstring})"));
  return all(choices.length > 1 ? `(${choices.map((each) => `(${each})`).join(' OR ')})` : choices, `level = '${level}'`);
}

/**
 * The questions in one dialect.
 *
 * @param inRange the condition for the chosen range
 * @param expression how an expression over fields is written
 * @param subquery what stands behind a subquery
 */
export function questions({ datasource, inRange, expression: written = (each) => each, subquery = '' }) {
  const columnList = (columns) =>
    Object.entries(columns).map(([label, expression]) => `${written(expression)} AS "${label}"`);

  function target(refId, rawSql, format) {
    return { refId, datasource, editorMode: 'code', rawQuery: true, rawSql, format };
  }

  /** What is asked of which rows, narrowed by the variables. */
  function filter({ from = 'efficiency', rows, level, where, filters }) {
    const figures = rows && rowsOf(rows, level, filters);
    return `FROM ${from} WHERE ${all(figures, where, chosen(filters), inRange)}`;
  }

  /** Values of a tag, narrowed by the variables before it. */
  function variable(tag, { from = 'efficiency', level, after = [], multi }) {
    const where = all(level && `bucket = 'shift' AND level = '${level}'`, `${tag} IS NOT NULL`, chosen(after));
    return {
      query: `SELECT DISTINCT ${tag} FROM ${from} WHERE ${where} ORDER BY ${tag}`,
      ...(multi && { allValue: ALL }),
    };
  }

  /**
   * One row for each combination of the columns `by`.
   * @param positive the column that must be above 0
   */
  function table({ refId = 'A', columns, by = [], positive, ...asked }) {
    const group = by.length ? ` GROUP BY ${by.join(', ')}` : '';
    const sums = `SELECT ${[...by, ...columnList(columns)].join(', ')} ${filter(asked)}${group}`;
    return target(refId, positive ? `SELECT * FROM (${sums})${subquery} WHERE "${positive}" > 0` : sums, 'table');
  }

  return { columnList, target, filter, variable, table };
}
