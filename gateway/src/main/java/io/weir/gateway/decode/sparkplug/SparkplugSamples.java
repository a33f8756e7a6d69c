package io.weir.gateway.decode.sparkplug;

import io.weir.gateway.decode.DecodeLimits;
import io.weir.gateway.decode.Decoder;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Excerpt;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Rejected;
import io.weir.gateway.model.Sample;
import io.weir.gateway.model.Value;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The output of one message: counts its parts, and gives them their place and time. */
final class SparkplugSamples {

  private final Decoder.Output out;
  private final int maxParts;
  private int parts;
  private Asset asset;
  private @Nullable Value time;
  private long timestamp;

  SparkplugSamples(Sessions.Key key, String device, DecodeLimits limits, Decoder.Output out) {
    this.out = out;
    this.maxParts = limits.maxParts();
    this.asset = asset(key, device);
  }

  /** The group is the site, the edge node the line, the device the machine. */
  static Asset asset(Sessions.Key key, String device) {
    return new Asset(key.group(), null, key.node(), device);
  }

  /**
   * Takes a value.
   *
   * @param timestampMs milliseconds since the epoch, unsigned; 0 where there is none
   */
  void add(String name, Value value, long timestampMs, Grade grade, @Nullable String unit) {
    if (!isFull()) {
      parts++;
      out.sample(
          new Sample(
              name,
              value,
              time(timestampMs),
              Sample.TimeUnit.MS,
              grade.quality(),
              grade.reason(),
              null,
              asset,
              Map.of(),
              unit,
              null));
    }
  }

  /** What follows is of this device. */
  void place(Asset next) {
    asset = next;
  }

  void reject(Rejected rejected) {
    if (!isFull()) {
      parts++;
      out.rejected(rejected);
    }
  }

  /** Leaves out one part, for a reason as {@link Decoder.Output#filtered} has it. */
  void filter(String name, String why) {
    if (!isFull()) {
      parts++;
      out.filtered(name, why);
    }
  }

  /** Whether the bound is reached; says so once. */
  boolean isFull() {
    if (parts == maxParts) {
      parts++;
      out.rejected(
          new Rejected(Reason.LIMIT, "more than " + maxParts + " values; the rest is left out"));
    }
    return parts > maxParts;
  }

  /** The same instance for the same time, which spares the next step reading it again. */
  private @Nullable Value time(long timestampMs) {
    if (timestampMs == 0) {
      return null;
    }
    if (time == null || timestamp != timestampMs) {
      timestamp = timestampMs;
      time =
          timestampMs > 0
              ? new Value.Whole(timestampMs)
              : new Value.Text(Long.toUnsignedString(timestampMs));
    }
    return time;
  }

  /** How far a value can be trusted, and why not further. */
  record Grade(Quality quality, @Nullable String reason) {

    static final Grade GOOD = new Grade(Quality.GOOD, null);
    static final Grade STALE = new Grade(Quality.BAD, "stale");
    private static final Grade GUESSED = new Grade(Quality.UNCERTAIN, "name of a later birth");

    private static final Pattern CODE = Pattern.compile("-?\\d{1,18}");

    /** The same of a value whose name is not sure. */
    Grade orGuessed() {
      return quality == Quality.GOOD ? GUESSED : this;
    }

    /** As some publishers write it: a code, or words of which the first counts. */
    static Grade of(String word) {
      if (CODE.matcher(word).matches()) {
        return of(Long.parseLong(word));
      }
      String shown = word.equals(STALE.reason) ? "'" + word + "'" : Excerpt.of(word);
      String first = word.toLowerCase(Locale.ROOT);
      if (first.isEmpty() || first.startsWith("good")) {
        return GOOD;
      }
      boolean isBad = first.startsWith("bad") || first.startsWith("stale");
      return new Grade(isBad ? Quality.BAD : Quality.UNCERTAIN, shown);
    }

    /**
     * Sparkplug's codes are 0, 192 and 500. Those that gateways pass on from OPC DA beside them
     * have their class in the two upper bits of the byte, Ignition's in those of 32 bits: 1 is
     * uncertain, 2 bad, and the rest says why.
     */
    static Grade of(long code) {
      int flag = (int) (code >>> 30) & 3;
      long why = flag == 0 ? code : code & 0xFFFF;
      if (flag == 0 && code >= 192 && code <= 255) {
        return GOOD;
      }
      boolean isUncertain = flag == 1 || (flag == 0 && code >= 64 && code <= 127);
      String shown = why == 0 ? "0 (bad)" : why == 500 ? "500 (stale)" : Long.toString(why);
      return new Grade(isUncertain ? Quality.UNCERTAIN : Quality.BAD, shown);
    }
  }
}
