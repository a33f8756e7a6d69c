package io.weir.gateway.model;

import java.util.Map;

/**
 * What names a line in a store, apart from the instant: readings of one message, instant and series
 * make one line. Instances are shared and cached where they are made, so that later stages can
 * cache by identity.
 *
 * @param measurement the store's measurement (table), {@code telemetry} unless the route names one
 * @param asset where it was measured
 * @param tags further names, sorted by key, immutable, without the asset's levels
 */
public record Series(String measurement, Asset asset, Map<String, String> tags) {}
