package io.weir.gateway.api;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.weir.gateway.live.Place;
import java.util.List;

/**
 * Figures of one asset, hour by hour, shift by shift or day by day.
 *
 * @param place of the asset
 * @param bucket hour, shift or day
 * @param rows in the order of time; where nothing is known there is none
 */
public record FigureTrend(
    @JsonUnwrapped Place place, String bucket, List<EfficiencyResponse.Shift> rows) {}
