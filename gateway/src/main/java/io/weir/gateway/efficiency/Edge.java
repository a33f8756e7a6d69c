package io.weir.gateway.efficiency;

import io.weir.gateway.model.Asset;
import java.util.Map;

/**
 * Where the live figures are: what is before it they change no more.
 *
 * @param next the offset of the next record of readings
 * @param closed by machine, the instant before which no row of it changes
 * @param levelsTo the same for lines, areas and sites: their rows were given up
 */
record Edge(long next, Map<Asset, Long> closed, long levelsTo) {}
