package io.weir.gateway.efficiency.config;

/**
 * The calendar of some lines, in place of that of the plant.
 *
 * @param asset pattern over site, area and line; with fewer levels it means all lines below
 * @param calendar with what it takes from that of the plant
 */
public record LineCalendar(String asset, EfficiencyConfig.Calendar calendar) {}
