package io.weir.gateway.discover;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Units of measurement at the end of names, and how UCUM writes them. */
final class Units {

  private static final Map<String, String> UNITS =
      Map.ofEntries(
          Map.entry("C", "Cel"),
          Map.entry("°C", "Cel"),
          Map.entry("degC", "Cel"),
          Map.entry("celsius", "Cel"),
          Map.entry("F", "[degF]"),
          Map.entry("degF", "[degF]"),
          Map.entry("fahrenheit", "[degF]"),
          Map.entry("bar", "bar"),
          Map.entry("mbar", "mbar"),
          Map.entry("Pa", "Pa"),
          Map.entry("hPa", "hPa"),
          Map.entry("kPa", "kPa"),
          Map.entry("MPa", "MPa"),
          Map.entry("psi", "[psi]"),
          Map.entry("kW", "kW"),
          Map.entry("kw", "kW"),
          Map.entry("W", "W"),
          Map.entry("kWh", "kW.h"),
          Map.entry("kwh", "kW.h"),
          Map.entry("Wh", "W.h"),
          Map.entry("MWh", "MW.h"),
          Map.entry("V", "V"),
          Map.entry("mV", "mV"),
          Map.entry("A", "A"),
          Map.entry("mA", "mA"),
          Map.entry("Hz", "Hz"),
          Map.entry("kHz", "kHz"),
          Map.entry("hz", "Hz"),
          Map.entry("rpm", "/min"),
          Map.entry("pct", "%"),
          Map.entry("percent", "%"),
          Map.entry("mm", "mm"),
          Map.entry("um", "um"),
          Map.entry("cm", "cm"),
          Map.entry("kg", "kg"),
          Map.entry("Nm", "N.m"),
          Map.entry("kN", "kN"),
          Map.entry("lpm", "l/min"),
          Map.entry("m3h", "m3/h"),
          Map.entry("ppm", "[ppm]"));

  private Units() {}

  /** The unit that a name ends with behind a separator, or {@code null}. */
  static @Nullable String ofName(String name) {
    int at = Math.max(name.lastIndexOf('_'), name.lastIndexOf('-'));
    return at <= 0 ? null : UNITS.get(name.substring(at + 1));
  }

  static boolean isUnit(String written) {
    return UNITS.containsKey(written)
        || written.equals("%")
        || written.matches(
            "[°µμ%]?[A-Za-zµ°Ω]{1,4}([/.·*][A-Za-z0-9³²]{1,4})?[²³]?|1/min|mm/s|m³/h");
  }
}
