package io.weir.sim.plant;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.math.BigDecimal;

/**
 * What a machine says of itself at one instant. Counters and energy are cumulative since the play
 * began; pieces finished at the instant are in them.
 *
 * @param at epoch ms
 * @param reason why it stands, as an operator says it; "" while it runs or where nobody says
 * @param product what it makes
 * @param total pieces made, good or not
 * @param reject pieces scrapped
 * @param temperature degrees Celsius
 * @param vibration mm/s
 * @param speed pieces a minute, 0 while it stands
 * @param idealCycle seconds a piece
 */
public record MachineSample(
    MachinePath path,
    long at,
    SimulatedState state,
    String reason,
    String product,
    long total,
    long good,
    long reject,
    BigDecimal temperature,
    BigDecimal vibration,
    BigDecimal powerKw,
    BigDecimal energyKwh,
    BigDecimal speed,
    BigDecimal idealCycle) {

  /** The same with another time. */
  public MachineSample stamped(long time) {
    return with(time, total, good, reject, energyKwh);
  }

  /** The same with other counters. */
  public MachineSample counting(
      long newTotal, long newGood, long newReject, BigDecimal newEnergyKwh) {
    return with(at, newTotal, newGood, newReject, newEnergyKwh);
  }

  private MachineSample with(long time, long all, long fine, long scrapped, BigDecimal energy) {
    return new MachineSample(
        path,
        time,
        state,
        reason,
        product,
        all,
        fine,
        scrapped,
        temperature,
        vibration,
        powerKw,
        energy,
        speed,
        idealCycle);
  }

  /** The payload, one JSON object. */
  public String json() {
    return "{\"ts\":"
        + at
        + ",\"state\":\""
        + state
        + "\",\"reason\":\""
        + quoted(reason)
        + "\",\"product\":\""
        + quoted(product)
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

  private static String quoted(String text) {
    return text.isEmpty() ? text : new String(JsonStringEncoder.getInstance().quoteAsString(text));
  }
}
