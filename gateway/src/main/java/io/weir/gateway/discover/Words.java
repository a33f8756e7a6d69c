package io.weir.gateway.discover;

import io.weir.gateway.decode.LongFormWords;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What words of plants usually mean. Hints only: what is seen of the messages counts first. */
final class Words {

  /** What a message is about, as the last levels of topics say it. */
  private static final Set<String> KINDS =
      Set.copyOf(
          List.of(
              ("telemetry state status data alarm alarms event events measurement measurements info"
                      + " config configuration diagnostics diagnostic diag health energy process"
                      + " production counters quality maintenance heartbeat values metrics report"
                      + " reports log logs oee kpi kpis cycle cycles job batch order orders recipe sensors"
                      + " tags batches waste analysis"
                      + " signals readings environment parameters settings result results raw meta"
                      + " metadata messages notification notifications availability birth death lwt"
                      + " up join ack uplink rows export messwerte zustand status stoerung meldung"
                      + " meldungen daten mesures etat online connection lifecycle hourly daily live"
                      + " history trend snapshot shift downtime stop stops fault faults error errors"
                      + " warning warnings")
                  .split(" +")));

  private static final Set<String> METRICS =
      Set.copyOf(
          List.of(
              ("temperature temp pressure speed flow level humidity power voltage current frequency"
                      + " torque force weight mass position rpm vibration count counter total good bad"
                      + " scrap rejects parts pieces state status mode running value setpoint"
                      + " actual co2 voc ph conductivity density energy kwh runtime uptime hours"
                      + " battery rssi snr distance height width length angle load rate feed"
                      + " concentration turbidity oxygen temperatur druck drehzahl strom spannung"
                      + " leistung fuellstand feuchte durchfluss zaehler kraft geschwindigkeit"
                      + " pression vitesse debit niveau temperatura presion velocidad humidite brightness"
                      + " illuminance lux noise opacity consumption cycletime pieces reject thickness"
                      + " viscosity current amps volts watts soc soh setpoints")
                  .split(" +")));

  private static final Set<String> COMMANDS =
      Set.copyOf(
          List.of(
              "cmd", "cmnd", "command", "commands", "set", "get", "request", "control", "write"));

  private static final Set<String> PROTOCOL =
      Set.copyOf(
          List.of("join", "ack", "txack", "connect", "disconnect", "subscribe", "unsubscribe"));

  /** A last level that says only that the value stands here. */
  private static final Set<String> PLAIN_VALUES =
      Set.copyOf(List.of("value", "val", "v", "pv", "wert", "actual", "present", "current_value"));

  private static final List<Set<String>> PLACES =
      List.of(
          Set.of("site", "plant", "werk", "factory", "standort", "campus", "fab", "usine"),
          Set.of(
              "area",
              "bereich",
              "hall",
              "halle",
              "shop",
              "workshop",
              "department",
              "building",
              "floor",
              "bay",
              "zone",
              "dept",
              "gebaeude"),
          Set.of("line", "linie", "ligne", "linea", "ln", "prodline", "strasse", "workcenter"));

  private static final List<String> PLACE_NAMES = List.of("site", "area", "line");

  private static final Set<String> GATEWAYS =
      Set.copyOf(
          List.of("gateway", "gw", "edge", "collector", "bridge", "hub", "concentrator", "node"));

  private static final Set<String> MACHINES =
      Set.copyOf(
          List.of(
              ("machine press robot oven pump mixer filler labeler labeller conveyor compressor chiller"
                      + " agv extruder welder furnace boiler meter sensor plc cnc mill lathe capper"
                      + " packer palletizer palletiser washer dryer cutter saw printer drill grinder"
                      + " crane tank reactor fan motor turbine generator inverter hmi station cell"
                      + " maschine presse ofen pumpe fuellung fraese drehbank saege mischer kessel"
                      + " roboter anlage device machining centrifuge autoclave kiln scale camera"
                      + " scanner molder imm injection blower valve unit dosing silo")
                  .split(" +")));

  private static final Pattern PART =
      Pattern.compile("\\p{Lu}?\\p{Ll}+|\\p{Lu}+(?!\\p{Ll})|\\p{Lo}+");
  private static final Pattern ID =
      Pattern.compile(".*[A-Za-z\\p{Lo}].*\\d+[A-Za-z]?|\\d+|[0-9A-Fa-f:-]{6,}");
  private static final Pattern DIGITS = Pattern.compile("\\d+");

  /** Longer ones are no names that people give. */
  private static final int LONGEST = 128;

  private Words() {}

  /** The words of a name, in lower case. */
  static List<String> parts(String name) {
    if (name.length() > LONGEST) {
      return List.of();
    }
    List<String> parts = new ArrayList<>();
    Matcher matcher = PART.matcher(name);
    while (matcher.find()) {
      parts.add(matcher.group().toLowerCase(Locale.ROOT));
    }
    return parts;
  }

  /** Letters and digits alone, in lower case. */
  static String bare(String name) {
    return LongFormWords.bare(name);
  }

  static boolean isKind(String level) {
    List<String> parts = parts(level);
    return KINDS.contains(level.toLowerCase(Locale.ROOT))
        || (!parts.isEmpty()
            && !DIGITS.matcher(level).find()
            && KINDS.contains(parts.get(parts.size() - 1)));
  }

  static boolean isMetric(String level) {
    return parts(level).stream().anyMatch(METRICS::contains);
  }

  static boolean isCommand(String level) {
    return COMMANDS.contains(level.toLowerCase(Locale.ROOT));
  }

  static boolean isPlainValue(String level) {
    return PLAIN_VALUES.contains(level.toLowerCase(Locale.ROOT));
  }

  /** Whether it looks like the name of one of many things: it has a number, or is an id. */
  static boolean isId(String level) {
    return level.length() <= LONGEST && ID.matcher(level).matches() && !isMetric(level);
  }

  /** Its letters where it has digits; "" where it has none. */
  static String stem(String level) {
    if (level.length() > LONGEST) {
      return "";
    }
    String stem = DIGITS.matcher(level).replaceAll("#");
    return stem.indexOf('#') < 0 || stem.equals(level) ? "" : stem;
  }

  /**
   * The level of an asset that a value is named after, {@code site}, {@code area} or {@code line}.
   */
  static @Nullable String place(String level) {
    List<String> parts = parts(level);
    for (int i = 0; i < PLACES.size(); i++) {
      if (parts.stream().anyMatch(PLACES.get(i)::contains)
          && parts.stream().noneMatch(MACHINES::contains)) {
        return PLACE_NAMES.get(i);
      }
    }
    return level.matches("[Ll]\\d{1,2}") ? "line" : null;
  }

  /**
   * Whether it is what people call one of several machines: a word for one, or a word with a
   * number.
   */
  static boolean isMachineName(String level) {
    return isMachine(level)
        || (isId(level)
            && place(level) == null
            && !stem(level).replaceAll("[^\\p{L}]", "").matches(".?"));
  }

  /** Whether a message is of the protocol between devices and their platform. */
  static boolean isProtocol(String level) {
    return PROTOCOL.contains(level.toLowerCase(Locale.ROOT));
  }

  static boolean isGateway(String level) {
    return parts(level).stream().anyMatch(GATEWAYS::contains);
  }

  static boolean isMachine(String level) {
    return parts(level).stream().anyMatch(MACHINES::contains);
  }
}
