package io.weir.gateway.normalize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnitsTest {

  /** Exactly as written: no digit more than a user would. */
  @ParameterizedTest
  @CsvSource({
    "[degF], Cel, 212, 100",
    "[degF], Cel, 98.6, 37",
    "[degF], Cel, -40, -40",
    "Cel, [degF], 37, 98.6",
    "K, Cel, 300, 26.85",
    "Cel, K, 0, 273.15",
    "bar, kPa, 1.5, 150",
    "mbar, bar, 1013, 1.013",
    "kW.h, MJ, 2, 7.2",
    "l/min, m3/h, 50, 3",
    "/min, Hz, 3000, 50",
    "km/h, m/s, 36, 10",
    "[in_i], mm, 2, 50.8",
    "mm[Hg], Pa, 1, 133.322",
    "A, mA, 1.25, 1250",
    "%, 1, 50, 0.5",
    "N.m, J, 3, 3",
    "Cel, Cel, 20.1, 20.1",
    "J, kW.h, 7200000, 2",
    "Pa, bar, 101325, 1.01325",
    "m, cm, 0.29, 29",
    "1, %, 0.57, 57",
    "K, Cel, 300.15, 27",
    "5.K/9, K, 9, 5",
    "µm, mm, 250, 0.25", // the sign of micro
    "μS/cm, mS/cm, 250, 0.25", // the Greek letter
    "℃, [degF], 37, 98.6",
    "kΩ, Ohm, 2, 2000", // the sign of ohm
    "kΩ, Ohm, 2, 2000", // the Greek letter
    "W/m², kW/m2, 250, 0.25",
    "m^3/h, m³/h, 5, 5",
    "min⁻¹, Hz, 3000, 50",
    "N·m, J, 3, 3",
    "C, Cel, 21.5, 21.5",
    "C, mC, 21.5, 21500", // coulombs become what they can
    "F, Cel, 212, 100",
    "F, uF, 1, 1000000",
    "ft, m, 10, 3.048",
    "U/min, Hz, 3000, 50",
    "kB, By, 2, 2000",
    "RPM, /min, 60, 60",
    "in, mm, 2, 50.8",
  })
  void aNumberBecomesTheSameQuantityInTheOtherUnit(
      String from, String to, double number, double expected) {
    assertThat(Units.between(from, to).apply(number)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "deg, rad, 180, 3.141592653589793",
    "[psi], bar, 100, 6.894757293168361",
    "[HP], kW, 1, 0.0013558179483314004e0",
  })
  void whatHasNoShortFractionIsAsNearAsADoubleCanBe(
      String from, String to, double number, double expected) {
    assertThat(Units.between(from, to).apply(number))
        .isCloseTo(expected, Percentage.withPercentage(1e-13));
  }

  @ParameterizedTest
  @CsvSource({
    "%RH, %, 55, 55",
    "kWh, MJ, 1, 3.6",
    "VA, kVA, 500, 0.5",
    "beat/min, Hz, 60, 1",
    "/, %, 0.5, 50",
    "°C, K, 0, 273.15",
    "°F, °C, 212, 100",
    "rpm, Hz, 60, 1",
    "m³, l, 1, 1000",
  })
  void whatSenmlAndPanelsWriteIsKnownToo(String from, String to, double number, double expected) {
    assertThat(Units.between(from, to).apply(number)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"m, s", "Cel, Pa", "K/min, [degF]/min", "lm, lx", "dB, 1"})
  void whatCannotBecomeTheOtherIsRefused(String from, String to) {
    assertThatThrownBy(() -> Units.between(from, to))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("'" + from + "' cannot be converted to '" + to + "'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "foo",
        "((((",
        "m/",
        "m{",
        "10*",
        "\n",
        "m9999999999",
        "celsius",
        "g8222"
      })
  void whatIsNoUnitIsRefused(String text) {
    assertThatThrownBy(() -> Units.check(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("there is no unit '");
  }

  @Test
  void whateverTheTextItIsAUnitOrRefused() {
    Random random = new Random(20260301);
    String meaningful = "mgsKCel[]{}()/.*^0123456789+-%'degFinW hPa";
    for (int i = 0; i < 5_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int length = random.nextInt(12); length > 0; length--) {
        text.append(
            random.nextInt(20) == 0
                ? (char) random.nextInt(0x300)
                : meaningful.charAt(random.nextInt(meaningful.length())));
      }
      try {
        Units.check(text.toString());
      } catch (IllegalArgumentException refused) {
        assertThat(refused).hasMessageStartingWith("there is no unit '");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "temp_C, Cel",
    "temp_degC, Cel",
    "oil-temp_F, [degF]",
    "energy_kwh, kW.h",
    "energy_kWh, kW.h",
    "spindle_rpm, /min",
    "flow_m3h, m3/h",
    "pressure_bar, bar",
    "humidity_pct, %",
    "co2_ppm, [ppm]"
  })
  void theEndOfANameIsAUnit(String name, String unit) {
    assertThat(Units.atEndOf(name)).isEqualTo(unit);
    Units.check(unit);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"cycle_min", "part_count", "env_var", "pos_a", "bar", "_bar", "temp_", ""})
  void wordsAtTheEndOfANameAreNone(String name) {
    assertThat(Units.atEndOf(name)).isNull();
  }
}
