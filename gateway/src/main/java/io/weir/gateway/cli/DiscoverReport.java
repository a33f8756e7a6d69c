package io.weir.gateway.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.gateway.config.ConfigException;
import io.weir.gateway.discover.Finding;
import io.weir.gateway.discover.Findings;
import io.weir.gateway.intake.Explain;
import io.weir.gateway.log.Time;
import io.weir.gateway.model.Excerpt;
import io.weir.gateway.normalize.Types;
import io.weir.gateway.settings.TriedRoutes;
import io.weir.gateway.source.mqtt.MqttConfig;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What was found, as readable text, and the routes for it. */
final class DiscoverReport {

  private static final int MOST_SAMPLE_LINES = 16;

  private final Terminal terminal;
  private final Time time;
  private final MqttConfig broker;
  private final boolean isOneOfSeveral;
  private final Findings findings;
  private final double seconds;

  /**
   * @param isOneOfSeveral whether other sources are asked too, so that routes name theirs
   */
  DiscoverReport(
      Terminal terminal,
      Time time,
      MqttConfig broker,
      boolean isOneOfSeveral,
      Findings findings,
      Duration heard) {
    this.terminal = terminal;
    this.time = time;
    this.broker = broker;
    this.isOneOfSeveral = isOneOfSeveral;
    this.findings = findings;
    this.seconds = Math.max(0.001, heard.toNanos() / 1e9);
  }

  void print() throws IOException {
    PrintStream out = terminal.out();
    List<Finding> all = new ArrayList<>(findings.proposed(TriedRoutes::parse, time.wallNs()));
    if (isOneOfSeveral) {
      all.replaceAll(each -> each.of(broker.name()));
    }
    out.printf(
        "%n%s on %s in %.0f s%n",
        count(findings.messages(), "message"), count(findings.topics(), "topic"), seconds);
    if (findings.kept() < findings.messages()) {
      out.printf(
          "Routes were tried with %,d of them; the others are only counted.%n", findings.kept());
    }
    if (findings.cut()) {
      out.println("There were too many topics to remember all; listen to fewer with --topic.");
    }
    if (all.isEmpty()) {
      out.println("No message arrived. Is --topic right, and may this user read it?");
      return;
    }
    String routes = routes(all);
    @Nullable Explain explain = all.stream().anyMatch(Finding::isRoutable) ? explain(routes) : null;
    for (Finding finding : all) {
      describe(finding);
      if (explain == null || !finding.isRoutable()) {
        out.println("    " + excerpt(finding.sample()));
        warn(finding);
        continue;
      }
      List<String> lines =
          explain
              .text(broker.name(), finding.topic(), finding.sample(), false, time.wallNs())
              .lines()
              .toList();
      lines.stream().limit(MOST_SAMPLE_LINES).forEach(line -> out.println("    " + line));
      if (lines.size() > MOST_SAMPLE_LINES) {
        out.println("    ...");
      }
      warn(finding);
    }
    out.println();
    out.print(routes);
    out.flush();
  }

  private void warn(Finding finding) {
    finding.remarks().forEach(each -> terminal.out().println("    warning: " + plain(each)));
    finding.rivals().forEach(each -> terminal.out().println("    instead: " + plain(each)));
  }

  private static String plain(String text) {
    return text.replaceAll("\\p{Cntrl}", "?");
  }

  /** Reads the block as the gateway will, so that it can be pasted. */
  private Explain explain(String routes) throws IOException {
    try (ScratchConfig scratch = ScratchConfig.of(broker.name(), broker.url().toString(), routes)) {
      return new Explain(scratch.file().load().routes(), Types.load(new DiscardingLineStore(null)));
    } catch (ConfigException e) {
      throw new IllegalStateException("the routes found are not good: " + e.getMessage(), e);
    }
  }

  private void describe(Finding finding) {
    String format = finding.format();
    terminal
        .out()
        .printf(
            "%n%s%n  %s; %s, %,.1f messages a second%s%n  such as %s%n",
            finding.pattern(),
            format == null ? "format not recognised" : "format " + format,
            count(finding.topics(), "topic"),
            finding.messages() / seconds,
            finding.retained() == 0 ? "" : ", %,d retained".formatted(finding.retained()),
            finding.topic());
  }

  /** A number with its noun, which is given in the singular. */
  static String count(long number, String what) {
    return "%,d %s%s".formatted(number, what, number == 1 ? "" : "s");
  }

  private static String excerpt(byte[] payload) {
    boolean text = true;
    for (byte b : payload) {
      text &= b >= ' ' || b == '\n' || b == '\r' || b == '\t' || b < 0;
    }
    if (text) {
      return payload.length == 0
          ? "an empty or large payload"
          : Excerpt.of(new String(payload, UTF_8));
    }
    StringBuilder hex = new StringBuilder(payload.length + " bytes:");
    for (int i = 0; i < Math.min(16, payload.length); i++) {
      hex.append(" %02x".formatted(payload[i]));
    }
    return hex.toString();
  }

  private static String routes(List<Finding> all) {
    boolean any = all.stream().anyMatch(Finding::isRoutable);
    StringBuilder yaml = new StringBuilder(any ? "routes:\n" : "routes: []\n");
    for (Finding finding : all) {
      String remarks = plain(String.join("; ", finding.remarks()));
      String text = finding.text();
      if (text != null) {
        if (!remarks.isEmpty()) {
          yaml.append("  # ").append(remarks).append('\n');
        }
        yaml.append("  - ").append(text).append('\n');
      } else {
        String topic = "'" + finding.pattern().replace("'", "''") + "'";
        yaml.append("  # topic: %s  not recognised: %s\n".formatted(plain(topic), remarks));
      }
    }
    return yaml.toString();
  }
}
