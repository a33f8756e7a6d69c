package io.weir.sim.plant;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.math.BigDecimal;

/**
 * The values of a machine at one instant. Counters and energy count from the start of the play, and
 * include pieces finished at this instant.
 *
 * @param at epoch ms
 * @param reason why it stands, as an operator enters it; "" while it runs or without a reason
 * @param product the product that it makes
 * @param total pieces made, good or not
 * @param reject pieces scrapped
 * @param temperature degrees Celsius
 * @param vibration mm/s
 * @param speed pieces per minute, 0 while it stands
 * @param idealCycle seconds per piece
 * @param number how many samples the machine has made, this one included
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
    BigDecimal idealCycle,
    long number) {

  /** The same sample with another time. */
  public MachineSample withTime(long time) {
    return with(time, total, good, reject, energyKwh);
  }

  /** The same sample with other counters. */
  public MachineSample withCounters(
      long newTotal, long newGood, long newReject, BigDecimal newEnergyKwh) {
    return with(at, newTotal, newGood, newReject, newEnergyKwh);
  }

  private MachineSample with(
      long time, long newTotal, long newGood, long newReject, BigDecimal newEnergy) {
    return new MachineSample(
        path,
        time,
        state,
        reason,
        product,
        newTotal,
        newGood,
        newReject,
        temperature,
        vibration,
        powerKw,
        newEnergy,
        speed,
        idealCycle,
        number);
  }

  /** The payload, one JSON object. */
  public String json() {
    return json("");
  }

  /** The same, with the number of the sample as {@code seq}. */
  public String numberedJson() {
    return json(",\"seq\":" + number);
  }

  private String json(String more) {
    return "{\"ts\":"
        + at
        + more
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
