package io.weir.gateway.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.gateway.alarm.Trouble;
import io.weir.gateway.fleet.Site.Level;
import io.weir.gateway.log.ManualTime;
import io.weir.gateway.model.Value;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The list of the gateways that report. */
class SitesTest {

  private static final Duration FORGET = Duration.ofDays(30);

  private final ManualTime time = new ManualTime();
  private Sites sites = new Sites(FORGET, time);

  static GatewayReport report(String gateway, long timeNs) {
    return new GatewayReport(
        gateway,
        timeNs,
        "0.1.0",
        "0123456789ab",
        0,
        "",
        true,
        "",
        "",
        0,
        0,
        0.5,
        10,
        20,
        30,
        40,
        0,
        Double.NaN,
        30,
        100,
        "https://" + gateway + ".example");
  }

  private Map<String, Value> fields() {
    return new LinkedHashMap<>(report("any", 0).fields());
  }

  private void report(String gateway, Map<String, Value> fields) {
    sites.take(gateway, time.wallNs(), fields, time.wallNs());
  }

  private void pass(Duration length) {
    time.advance(length);
    sites.look();
  }

  private Site site(String gateway) {
    return Objects.requireNonNull(sites.site(gateway));
  }

  private List<String> names() {
    return sites.list().stream().map(site -> site.newest().gateway()).toList();
  }

  @Test
  void aReportComesBackAsItWasMade() {
    GatewayReport made = report("a", time.wallNs());
    sites.take("a", made.timeNs(), made.fields(), time.wallNs());

    assertThat(site("a").newest()).isEqualTo(made);
    assertThat(site("a").level()).isEqualTo(Level.WELL);
  }

  @Test
  void theWorstComeFirst() {
    report("well", fields());
    Map<String, Value> warning = fields();
    warning.put("alarms_warning", new Value.Whole(1));
    report("warning", warning);
    Map<String, Value> critical = fields();
    critical.put("alarms_critical", new Value.Real(1)); // as a store may give it back
    report("critical", critical);
    Map<String, Value> unready = fields();
    unready.put("ready", new Value.Flag(false));
    report("unready", unready);

    assertThat(names()).containsExactly("critical", "unready", "warning", "well");
  }

  @Test
  void whoMissesThreeReportsIsSilentAndUnknown() {
    report("a", fields());
    report("b", fields());
    pass(Duration.ofSeconds(90));
    assertThat(sites.troubles()).isEmpty();
    report("b", fields());
    pass(Duration.ofSeconds(1));

    assertThat(site("a").level()).isEqualTo(Level.SILENT);
    assertThat(site("b").level()).isEqualTo(Level.WELL);
    assertThat(sites.troubles()).extracting(Trouble::subject).containsExactly("a");
    assertThat(names()).containsExactly("a", "b");

    report("a", fields());
    assertThat(site("a").level()).isEqualTo(Level.WELL);
    assertThat(sites.troubles()).isEmpty();
    assertThat(site("a").changes())
        .extracting(Site.Change::level)
        .containsExactly(Level.WELL, Level.SILENT, Level.WELL);
  }

  @Test
  void afterARestartWhoWasSilentStaysSoAndOthersHaveTheirTimeAnew() {
    report("silent", fields());
    pass(Duration.ofSeconds(60));
    report("heard", fields());
    pass(Duration.ofSeconds(40));
    byte[] kept = sites.encode();
    time.advance(Duration.ofHours(2));
    sites = new Sites(FORGET, time);
    sites.decode(kept);
    sites.look();

    assertThat(site("silent").level()).isEqualTo(Level.SILENT);
    assertThat(site("heard").level()).isEqualTo(Level.WELL);
    pass(Duration.ofSeconds(91));
    assertThat(site("heard").level()).isEqualTo(Level.SILENT);
  }

  @Test
  void whatWasKeptIsTheSame() {
    report("a", fields());
    Map<String, Value> warning = fields();
    warning.put("alarms_warning", new Value.Whole(1));
    warning.put("alarms", new Value.Text("clock-rebased"));
    report("b", warning);
    byte[] kept = sites.encode();
    Sites others = new Sites(FORGET, time);
    others.decode(kept);

    assertThat(others.encode()).isEqualTo(kept);
    assertThat(others.site("b")).extracting(Site::newest).isEqualTo(site("b").newest());
  }

  @Test
  void damagedBytesAreRefusedWhole() {
    report("a", fields());
    byte[] kept = sites.encode();
    for (int length = 0; length < kept.length; length++) {
      byte[] cut = Arrays.copyOf(kept, length);
      Sites others = new Sites(FORGET, time);
      assertThatThrownBy(() -> others.decode(cut)).isInstanceOf(IllegalArgumentException.class);
      assertThat(others.list()).isEmpty();
    }
  }

  @Test
  void aRepeatIsNoSignOfLifeAndAClockThatWasSetBackIs() {
    long first = time.wallNs();
    sites.take("a", first, fields(), time.wallNs());
    pass(Duration.ofSeconds(80));
    sites.take("a", first, fields(), time.wallNs());
    pass(Duration.ofSeconds(11));
    assertThat(site("a").level()).isEqualTo(Level.SILENT);

    sites.take("a", time.wallNs() + Duration.ofHours(5).toNanos(), fields(), time.wallNs());
    assertThat(site("a").aheadS()).isEqualTo(5 * 3600.0);
    pass(Duration.ofSeconds(30));
    sites.take("a", time.wallNs(), fields(), time.wallNs());
    assertThat(site("a").newest().timeNs()).isEqualTo(time.wallNs());
  }

  @Test
  void theNumberOfGatewaysIsBoundedAndSilentOnesAreForgotten() {
    for (int i = 0; i <= Sites.MOST; i++) {
      report("g" + i, fields());
    }
    assertThat(sites.list()).hasSize(Sites.MOST);
    assertThat(sites.leftOut()).isEqualTo(1);
    pass(Duration.ofSeconds(91));
    assertThat(sites.troubles()).hasSize(51);
    assertThat(sites.troubles().get(50).reason()).isEqualTo("950 more are silent");
    pass(FORGET.plusSeconds(1));
    assertThat(sites.list()).isEmpty();
    report("new", fields());
    assertThat(names()).containsExactly("new");
  }

  @Test
  void hostileNamesAreLeftOutAndHostileTextsAreBounded() {
    for (String id : List.of("", "<script>", "a/b", "x".repeat(65), "ü", "a\nb")) {
      report(id, fields());
    }
    assertThat(sites.list()).isEmpty();
    assertThat(sites.leftOut()).isEqualTo(6);

    Map<String, Value> hostile = fields();
    hostile.put("reason", new Value.Text("x".repeat(1 << 20)));
    hostile.put("url", new Value.Text("javascript:alert(1)"));
    hostile.put("every_s", new Value.Real(-1));
    for (int i = 0; i < 10_000; i++) {
      hostile.put("field" + i, new Value.Text("x"));
    }
    report("a", hostile);
    assertThat(site("a").newest().reason()).hasSize(500);
    assertThat(site("a").newest().url()).isEmpty();
    assertThat(site("a").newest().everyS()).isEqualTo(1);
    assertThat(sites.encode().length).isLessThan(5_000);
  }

  @Test
  void theHistoryOfASiteIsBounded() {
    Map<String, Value> warning = fields();
    warning.put("alarms_warning", new Value.Whole(1));
    for (int i = 0; i < 200; i++) {
      time.advance(Duration.ofSeconds(1));
      report("a", i % 2 == 0 ? warning : fields());
    }
    assertThat(site("a").changes()).hasSize(50);
  }

  @Test
  void ofTheReportsTheOneThatCameFastestTellsTheClock() {
    for (int late : new int[] {20, 3, 45}) {
      time.advance(Duration.ofSeconds(60));
      sites.take("a", time.wallNs() - Duration.ofSeconds(late).toNanos(), fields(), time.wallNs());
    }
    assertThat(site("a").aheadS()).isEqualTo(-3.0);
  }

  /** A report of a gateway that began so many seconds ago. */
  private void reportSince(String gateway, double uptimeS) {
    Map<String, Value> fields = fields();
    fields.put("uptime_s", new Value.Real(uptimeS));
    report(gateway, fields);
    pass(Duration.ofSeconds(15));
  }

  @Test
  void twoGatewaysOfOneIdAreATroubleForAsLongAsTheyAreTwo() {
    for (int i = 0; i < 3; i++) {
      reportSince("twin", 100_000 + 30 * i);
      reportSince("twin", 500 + 30 * i);
    }

    assertThat(site("twin").level()).isEqualTo(Level.WARNING);
    assertThat(site("twin").newest().reason()).contains("gateway.id");
    assertThat(site("twin").changes())
        .last()
        .satisfies(change -> assertThat(change.reason()).contains("gateway.id"));

    for (int i = 0; i < 12; i++) {
      reportSince("twin", 600 + 15 * i);
    }

    assertThat(site("twin").level()).isEqualTo(Level.WELL);
    assertThat(site("twin").newest().reason()).isEmpty();
  }

  @Test
  void aGatewayThatRestartsOftenOrWhoseClockIsSetBackOnceIsOne() {
    for (int i = 0; i < 20; i++) {
      reportSince("restarts", 5);
      pass(Duration.ofSeconds(70));
    }
    assertThat(site("restarts").level()).isEqualTo(Level.WELL);
    reportSince("set-back", 100);
    reportSince("set-back", 4000); // its clock had been behind by an hour
    for (int i = 0; i < 20; i++) {
      reportSince("set-back", 4015 + 15 * i);
    }

    assertThat(site("set-back").level()).isEqualTo(Level.WELL);
  }
}
