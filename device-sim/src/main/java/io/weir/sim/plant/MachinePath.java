package io.weir.sim.plant;

/** The ISA-95 equipment path of a machine. */
public record MachinePath(String site, String area, String line, String machine) {

  /** {@code factory/<site>/<area>/<line>/<machine>/telemetry}. */
  public String topic() {
    return "factory/" + this + "/telemetry";
  }

  /** {@code site/area/line/machine}. */
  @Override
  public String toString() {
    return site + "/" + area + "/" + line + "/" + machine;
  }
}
