package io.weir.sim.plant;

import java.math.BigDecimal;

/**
 * What a machine says of itself at one instant. Counters and energy are cumulative since the play
 * began; pieces finished at the instant are in them.
 *
 * @param at epoch ms
 * @param total pieces made, good or not
 * @param reject pieces scrapped
 * @param temperature degrees Celsius
 * @param vibration mm/s
 * @param speed pieces a minute, 0 while it stands
 * @param idealCycle seconds a piece
 */
public record Sample(
    Place place,
    long at,
    State state,
    long total,
    long good,
    long reject,
    BigDecimal temperature,
    BigDecimal vibration,
    BigDecimal powerKw,
    BigDecimal energyKwh,
    BigDecimal speed,
    BigDecimal idealCycle) {

  /** The payload, one JSON object. */
  public String json() {
    return "{\"ts\":"
        + at
        + ",\"state\":\""
        + state
        + "\",\"total\":"
        + total
        + ",\"good\":"
        + good
        + ",\"reject\":"
        + reject
        + ",\"temperature\":"
        + temperature.toPlainString()
        + ",\"vibration\":"
        + vibration.toPlainString()
        + ",\"power_kw\":"
        + powerKw.toPlainString()
        + ",\"energy_kwh\":"
        + energyKwh.toPlainString()
        + ",\"speed\":"
        + speed.toPlainString()
        + ",\"ideal_cycle\":"
        + idealCycle.toPlainString()
        + "}";
  }
}
