package io.weir.gateway.api;

import java.util.List;

/**
 * Figures of one asset, hour by hour, shift by shift or day by day.
 *
 * @param path of the asset, without the levels that are missing
 * @param bucket hour, shift or day
 * @param rows in the order of time; where nothing is known there is none
 */
public record FigureTrend(List<String> path, String bucket, List<EfficiencyResponse.Shift> rows) {}
