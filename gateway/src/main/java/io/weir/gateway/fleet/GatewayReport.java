package io.weir.gateway.fleet;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Derived;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * How a gateway was at an instant: one row of the measurement {@code gateway_report}. {@code
 * docs/guide/fleet.md} lists the fields. What comes from another gateway is bounded here, and may
 * lack any field.
 *
 * @param gateway its id
 * @param timeNs by the gateway's own clock, nanoseconds since the epoch
 * @param version of the program
 * @param config the hash of the configuration that it runs, with all files that belong to it
 * @param bundle the version of the bundle that it runs, 0 for its own main file
 * @param bundleState as {@link Following.Status} has it; "" where it follows none
 * @param ready whether it receives and keeps readings
 * @param reason what is not ready, or ""
 * @param alarms ids of the alarms that are raised, with their subjects, critical ones first
 * @param critical how many of them are critical
 * @param warnings how many are not
 * @param lagS age of the oldest record that a store has not got, seconds
 * @param lagBytes bytes of the logs that a store has not got, the most of any
 * @param logBytes bytes of the log of readings
 * @param logMaxBytes their bound
 * @param received readings ever received
 * @param unexplained readings that the ledger cannot explain
 * @param certificateS until the first certificate ends, seconds; NaN where it shows none
 * @param everyS how often it reports
 * @param uptimeS since it was started
 * @param url where its own page is, or ""
 */
public record GatewayReport(
    String gateway,
    long timeNs,
    String version,
    String config,
    long bundle,
    String bundleState,
    boolean ready,
    String reason,
    String alarms,
    long critical,
    long warnings,
    double lagS,
    long lagBytes,
    long logBytes,
    long logMaxBytes,
    long received,
    long unexplained,
    double certificateS,
    double everyS,
    double uptimeS,
    String url) {

  /** The measurement of the rows. */
  public static final String MEASUREMENT = Derived.REPORT;

  /** The tag that names the gateway. */
  public static final String TAG = "gateway";

  private static final int LONGEST_TEXT = 500;

  /** As the schema has it. */
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  private static final double USUAL_EVERY_S = 30;
  private static final double LONGEST_EVERY_S = 86_400;

  /** The fields by name. */
  Map<String, Value> fields() {
    Map<String, Value> fields = new LinkedHashMap<>();
    fields.put("version", new Value.Text(version));
    fields.put("config", new Value.Text(config));
    fields.put("bundle", new Value.Whole(bundle));
    fields.put("bundle_state", new Value.Text(bundleState));
    fields.put("ready", new Value.Flag(ready));
    fields.put("reason", new Value.Text(reason));
    fields.put("alarms", new Value.Text(alarms));
    fields.put("alarms_critical", new Value.Whole(critical));
    fields.put("alarms_warning", new Value.Whole(warnings));
    fields.put("lag_s", new Value.Real(lagS));
    fields.put("lag_bytes", new Value.Whole(lagBytes));
    fields.put("log_bytes", new Value.Whole(logBytes));
    fields.put("log_max_bytes", new Value.Whole(logMaxBytes));
    fields.put("received", new Value.Whole(received));
    fields.put("unexplained", new Value.Whole(unexplained));
    if (!Double.isNaN(certificateS)) {
      fields.put("certificate_s", new Value.Real(certificateS));
    }
    fields.put("every_s", new Value.Real(everyS));
    fields.put("uptime_s", new Value.Real(uptimeS));
    fields.put("url", new Value.Text(url));
    return fields;
  }

  /** The row. */
  public List<Reading> row() {
    Series series = new Series(MEASUREMENT, Asset.NONE, Map.of(TAG, gateway));
    List<Reading> row = new ArrayList<>();
    fields()
        .forEach(
            (name, value) -> row.add(new Reading(series, name, value, timeNs, Quality.GOOD, null)));
    return row;
  }

  /** The report of a row, whoever wrote it. */
  static GatewayReport of(String gateway, long timeNs, Map<String, Value> fields) {
    double every = real(fields, "every_s", USUAL_EVERY_S);
    return new GatewayReport(
        gateway,
        timeNs,
        text(fields, "version"),
        text(fields, "config"),
        whole(fields, "bundle"),
        text(fields, "bundle_state"),
        fields.get("ready") instanceof Value.Flag flag && flag.value(),
        text(fields, "reason"),
        text(fields, "alarms"),
        whole(fields, "alarms_critical"),
        whole(fields, "alarms_warning"),
        real(fields, "lag_s", 0),
        whole(fields, "lag_bytes"),
        whole(fields, "log_bytes"),
        whole(fields, "log_max_bytes"),
        whole(fields, "received"),
        whole(fields, "unexplained"),
        real(fields, "certificate_s", Double.NaN),
        Math.max(1, Math.min(every, LONGEST_EVERY_S)),
        real(fields, "uptime_s", 0),
        url(text(fields, "url")));
  }

  /** Whether a gateway may have this id; others are left out. */
  static boolean isId(String id) {
    return ID.matcher(id).matches();
  }

  private static String text(Map<String, Value> fields, String name) {
    String text = fields.get(name) instanceof Value.Text value ? value.value() : "";
    return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT);
  }

  /** A page of the web, and nothing that a browser would run. */
  private static String url(String text) {
    return text.startsWith("https://") || text.startsWith("http://") ? text : "";
  }

  /** A store or a format may have made a float of an integer. */
  private static long whole(Map<String, Value> fields, String name) {
    Value value = fields.get(name);
    if (value instanceof Value.Whole whole) {
      return whole.value();
    }
    return value instanceof Value.Real real ? (long) real.value() : 0;
  }

  private static double real(Map<String, Value> fields, String name, double otherwise) {
    Value value = fields.get(name);
    if (value instanceof Value.Real real) {
      return real.value();
    }
    return value instanceof Value.Whole whole ? whole.value() : otherwise;
  }
}
