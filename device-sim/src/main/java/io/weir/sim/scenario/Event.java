package io.weir.sim.scenario;

import java.util.List;

/**
 * One event of a scenario, as in its file.
 *
 * @param from its start, ms since the start of the play
 * @param until its end, ms since the start of the play; {@link Long#MAX_VALUE} for never
 * @param machines the machines that it affects: names of machines, lines or areas, or {@code *}
 * @param where file and line, for errors
 */
record Event(EventEffect effect, long from, long until, List<String> machines, String where) {}
