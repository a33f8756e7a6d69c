package io.weir.gateway.sink.weir;

import io.weir.gateway.config.Section;
import io.weir.gateway.config.TlsFiles;
import io.weir.gateway.config.Urls;
import io.weir.gateway.model.AssetFilter;
import io.weir.gateway.plugin.ReadContext;
import io.weir.gateway.sink.SinkCommon;
import java.net.URI;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the keys of a sink that is another gateway. */
final class WeirSinkReader {

  private static final Pattern RATE = Pattern.compile("([0-9]{1,9})([kM]?)bit/s");
  private static final double BITS = 8;

  /** Slower than this nothing of use arrives. */
  private static final double LEAST_RATE = 1000 / BITS;

  private WeirSinkReader() {}

  static WeirSinkConfig read(Section section, ReadContext context) {
    SinkCommon common = SinkCommon.read(section, false);
    if (section.hasSection("batch") && section.section("batch").has("gzip")) {
      section.section("batch").problem("gzip", "does not belong here: batches are compressed");
    }
    TlsFiles tls = TlsFiles.read(section);
    if (tls == null || tls.cert() == null) {
      section.problem("tls", "must have cert and key, by which the other gateway knows this one");
    }
    URI url = Urls.read(section, "url", Map.of("https", 443));
    return new WeirSinkConfig(
        common,
        context.gatewayId(),
        url == null ? URI.create("https://localhost") : url,
        tls == null ? new TlsFiles(null, null, null) : tls,
        proxy(section),
        section.duration(
            "timeout", Duration.ofSeconds(30), Duration.ofSeconds(1), Duration.ofMinutes(10)),
        selection(section),
        rates(section));
  }

  private static WeirSinkConfig.@Nullable Proxy proxy(Section section) {
    for (String key : List.of("proxy-username", "proxy-password")) {
      if (section.has(key) && !section.has("proxy")) {
        section.problem(key, "needs proxy");
      }
    }
    URI url = Urls.read(section, "proxy", Map.of("http", 3128));
    return url == null
        ? null
        : new WeirSinkConfig.Proxy(
            url, section.text("proxy-username"), section.secret("proxy-password"));
  }

  private static Selection selection(Section section) {
    Set<Selection.What> what = EnumSet.noneOf(Selection.What.class);
    for (String each : section.texts("what")) {
      for (Selection.What kind : Selection.What.values()) {
        if (kind.name().toLowerCase(Locale.ROOT).equals(each)) {
          what.add(kind);
        }
      }
    }
    return new Selection(
        what.isEmpty() ? Selection.ALL.what() : what,
        patterns(section, "include"),
        patterns(section, "exclude"));
  }

  private static List<String> patterns(Section section, String key) {
    List<String> patterns = section.texts(key);
    for (String each : patterns) {
      String fault = AssetFilter.fault(each);
      if (fault != null) {
        section.problem(key, fault);
      }
    }
    return patterns;
  }

  private static Rates rates(Section section) {
    List<Rates.Span> spans = new ArrayList<>();
    for (Section each : section.sections("limit")) {
      LocalTime from = time(each, "from");
      LocalTime to = time(each, "to");
      spans.add(new Rates.Span(from, to, rate(each)));
    }
    ZoneId zone = section.zone("zone");
    return new Rates(Objects.requireNonNullElse(zone, ZoneId.systemDefault()), spans);
  }

  private static LocalTime time(Section section, String key) {
    String text = section.text(key, "00:00");
    try {
      return text.equals("24:00") ? LocalTime.MIDNIGHT : LocalTime.parse(text);
    } catch (DateTimeParseException e) {
      section.problem(key, "must be a time such as 06:00, not '" + text + "'");
      return LocalTime.MIDNIGHT;
    }
  }

  private static double rate(Section section) {
    String text = section.text("rate", "");
    Matcher rate = RATE.matcher(text);
    if (!rate.matches()) {
      return Rates.NONE; // refused by the schema
    }
    double unit = rate.group(2).equals("M") ? 1e6 : rate.group(2).equals("k") ? 1e3 : 1;
    double bytes = Long.parseLong(rate.group(1)) * unit / BITS;
    if (bytes < LEAST_RATE) {
      section.problem("rate", "must be at least 1kbit/s");
    }
    return bytes;
  }
}
