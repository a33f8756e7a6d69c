package io.weir.gateway.decode;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What fields of payloads in long form are called, as {@link #bare} words. A look at several
 * messages may take them all; a look at one alone takes those that say little else.
 */
public final class LongFormWords {

  /** Of fields that name a value, the surest first. */
  public static final List<String> NAMES =
      List.of(
          "varname",
          "tagname",
          "tag",
          "metric",
          "metricname",
          "signal",
          "signalname",
          "variable",
          "variablename",
          "var",
          "parameter",
          "parametername",
          "channel",
          "channelname",
          "point",
          "pointname",
          "pointid",
          "item",
          "itemname",
          "measurement",
          "displayname",
          "browsename",
          "series",
          "datapoint",
          "attribute",
          "property",
          "register",
          "quantity",
          "kind",
          "field",
          "messwert",
          "name",
          "key",
          "sensor",
          "type",
          "n",
          "tagid",
          "nodeid",
          "id",
          "tagindex",
          "测点",
          "变量");

  /** Of fields that are the value, the surest first. */
  public static final List<String> VALUES =
      List.of(
          "varvalue",
          "tagvalue",
          "value",
          "val",
          "v",
          "numericvalue",
          "reading",
          "rawvalue",
          "wert",
          "pv",
          "data",
          "值");

  /** They say something else as often. */
  private static final Set<String> VAGUE =
      Set.of(
          "attribute",
          "data",
          "field",
          "id",
          "kind",
          "property",
          "pv",
          "quantity",
          "register",
          "type");

  private LongFormWords() {}

  /** Letters and digits alone, in lower case. */
  public static String bare(String key) {
    return key.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]", "");
  }

  /** Whether a field by its own names a value. */
  static boolean isName(String key) {
    return NAMES.contains(bare(key)) && !VAGUE.contains(bare(key));
  }

  /** Whether a field by its own is the value. */
  static boolean isValue(String key) {
    return VALUES.contains(bare(key)) && !VAGUE.contains(bare(key));
  }
}
