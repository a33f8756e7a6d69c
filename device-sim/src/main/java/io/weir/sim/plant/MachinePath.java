package io.weir.sim.plant;

/** Where a machine stands: the ISA-95 path. */
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
