package io.weir.sim.scenario;

import java.util.List;

/**
 * One event of a scenario, as it stands in the file.
 *
 * @param from since the play began, ms
 * @param until its end, ms since the play began; {@link Long#MAX_VALUE} for never
 * @param machines whom it concerns: names of machines, lines or areas, or {@code *}
 * @param where file and line, for errors
 */
record Event(EventEffect effect, long from, long until, List<String> machines, String where) {}
