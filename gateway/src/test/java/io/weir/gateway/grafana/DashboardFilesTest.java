package io.weir.gateway.grafana;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.weir.gateway.alarm.AlarmKind;
import io.weir.gateway.model.MachineState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What every dashboard, variable and alert rule keeps to, read from the files. */
class DashboardFilesTest {

  private static final List<Dashboard> ALL = Dashboard.all();
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{(\\w+):\\w+}|\"\\$(\\w+)\"");
  private static final Pattern LINK = Pattern.compile("/d/([\\w-]+)\\?(.*)");

  /** The first thing that is asked of the rows of figures; each alternative begins with it. */
  private static final String BUCKET =
      "FROM \"?efficiency\"?(?: WITH KEY = \"\\w+\")? WHERE \\(?(( OR )?\\(?\"?bucket\"? = '(minute|hour|shift|day)'"
          + "(?=[ )])[^()]*(\\(\\$\\{shift:sqlstring}\\))?\\)?)+";

  private static JsonNode yaml(String path) {
    try {
      return new YAMLMapper().readTree(Dashboard.GRAFANA.resolve(path).toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(path, e);
    }
  }

  private static List<JsonNode> rules() {
    return Dashboard.list(yaml("provisioning/alerting/weir.yaml").path("groups")).stream()
        .flatMap(group -> Dashboard.list(group.path("rules")).stream())
        .toList();
  }

  /** The text of every query: of panels, variables, alert rules. */
  private static List<String> queries() {
    Stream<String> ofPanels =
        ALL.stream()
            .flatMap(dashboard -> dashboard.panels().stream())
            .flatMap(panel -> Dashboard.list(panel.path("targets")).stream())
            .map(Dashboard::text);
    Stream<String> ofVariables =
        ALL.stream().flatMap(dashboard -> dashboard.variables().stream()).map(Dashboard::query);
    Stream<String> ofRules =
        rules().stream()
            .flatMap(rule -> Dashboard.list(rule.path("data")).stream())
            .filter(query -> !query.path("datasourceUid").asText().equals("__expr__"))
            .map(query -> Dashboard.text(query.path("model")));
    return Stream.of(ofPanels, ofVariables, ofRules).flatMap(queries -> queries).toList();
  }

  private static long count(String regex, String text) {
    return Pattern.compile(regex).matcher(text).results().count();
  }

  @Test
  void everyQueryOfEfficiencyFiltersBucketAndLevel() {
    List<String> efficiency =
        queries().stream().filter(query -> query.matches(".*FROM \"?efficiency\\b.*")).toList();
    assertThat(efficiency).hasSizeGreaterThan(60);
    assertThat(efficiency)
        .allSatisfy(
            query -> {
              long asked = count("FROM \"?efficiency\\b", query);
              assertThat(count(BUCKET, query)).as(query).isEqualTo(asked);
              assertThat(count("\\blevel\"? = '(machine|line|area|site)'", query)).isEqualTo(asked);
            });
  }

  @Test
  void ratiosAreSumsDividedBySumsAndNeverMeansOfRatios() {
    List<String> stored =
        List.of(
            "oee",
            "nee",
            "teep",
            "quality_ratio",
            "scrap_ratio",
            "coverage",
            "mtbf_s",
            "mttr_s",
            "mttf_s",
            "allocation_efficiency",
            "utilization_efficiency",
            "technical_efficiency",
            "setup_ratio",
            "equipment_load",
            "rework_ratio",
            "production_loss_ratio",
            "target_oee",
            "kwh_per_unit");
    assertThat(queries())
        .allSatisfy(
            query -> {
              stored.forEach(
                  ratio -> assertThat(query).doesNotContainPattern("\\b" + ratio + "\\b"));
              if (query.matches(".*\\b(availability|effectiveness)\\b.*")) {
                assertThat(query)
                    .as("only of one row")
                    .containsPattern("last\\(|LATEST ON|row_number");
              }
              if (query.matches(".*_over_time\\(efficiency_(product_)?ideal_good_s.*")) {
                assertThat(query).as("no division by 0").contains(" and (");
              } else if (query.contains("known_s") && query.contains("ideal_good_s")) {
                assertThat(query)
                    .as("no division by 0")
                    .containsPattern("\"?\\bk\"? >=? ?(0|3600)\\b");
                assertThat(query).as("a dash below half").containsPattern("k\"? >= 0\\.5 \\* \"?p");
              }
            });
  }

  @Test
  void everyCodeOfAStateHasItsWordAndAColour() {
    List<JsonNode> mappings =
        ALL.stream()
            .flatMap(dashboard -> dashboard.json().findValues("mappings").stream())
            .map(mapping -> mapping.at("/0/options"))
            .filter(options -> options.at("/3/text").asText().equals("down"))
            .toList();
    assertThat(mappings).hasSizeGreaterThanOrEqualTo(12);
    for (JsonNode words : mappings) {
      for (MachineState state : MachineState.values()) {
        JsonNode word = words.path(String.valueOf(state.code()));
        assertThat(word.path("text").asText()).isEqualTo(state.word().replace('_', ' '));
        assertThat(word.path("color").asText()).startsWith("#");
      }
    }
  }

  @Test
  void aStateHasOneColourInEveryPanel() {
    JsonNode words =
        ALL.stream()
            .flatMap(dashboard -> dashboard.json().findValues("mappings").stream())
            .map(mapping -> mapping.at("/0/options"))
            .filter(options -> options.at("/3/text").asText().equals("down"))
            .findFirst()
            .orElseThrow();
    Map<String, String> colours = new HashMap<>();
    words.forEach(word -> colours.put(word.path("text").asText(), word.path("color").asText()));
    List<JsonNode> stopped =
        panels().stream()
            .filter(
                panel ->
                    panel
                        .path("title")
                        .asText()
                        .matches("Time (stopped|lost).*|Share of each state.*"))
            .toList();
    assertThat(stopped).hasSizeGreaterThanOrEqualTo(14);
    for (JsonNode panel : stopped) {
      JsonNode overrides = panel.at("/fieldConfig/overrides");
      assertThat(overrides).hasSizeBetween(6, 8);
      for (JsonNode each : overrides) {
        String word = each.at("/matcher/options").asText().toLowerCase(Locale.ROOT);
        assertThat(each.at("/properties/0/value/fixedColor").asText())
            .isEqualTo(colours.get(word.replaceFirst("stops$", "stop")));
      }
    }
  }

  /** Without a colour of its own, a threshold takes nothing for the lowest value. */
  @Test
  void nothingIsGrey() {
    List<JsonNode> dashes =
        ALL.stream()
            .flatMap(dashboard -> dashboard.json().findParents("text").stream())
            .filter(word -> word.path("text").asText().equals("–"))
            .toList();
    assertThat(dashes)
        .isNotEmpty()
        .allSatisfy(dash -> assertThat(dash.path("color").asText()).isEqualTo("#8e8e8e"));
  }

  private static List<JsonNode> panels() {
    return Dashboard.ofStoresWithRows().stream()
        .flatMap(dashboard -> dashboard.panels().stream())
        .toList();
  }

  /** Grafana merges numbers by threshold where colours go by threshold, and then shows no words. */
  @Test
  void statesOverTimeAreColouredByTheirWordsAndDoNotGoOnWhereNothingWasWritten() {
    List<JsonNode> timelines =
        panels().stream()
            .filter(panel -> panel.path("type").asText().equals("state-timeline"))
            .toList();
    assertThat(timelines).hasSize(4);
    for (JsonNode timeline : timelines) {
      JsonNode defaults = timeline.at("/fieldConfig/defaults");
      assertThat(defaults.at("/color/mode").asText()).isEqualTo("fixed");
      assertThat(defaults.at("/custom/insertNulls").asInt()).isEqualTo(150_000);
      assertThat(defaults.at("/custom/spanNulls").asInt()).isEqualTo(150_000);
    }
  }

  @Test
  void whereShiftsBeginAndWhatPeopleNotedIsMarkedWhereverThereIsAChartOverTime() {
    List<Dashboard> ofStores =
        ALL.stream().filter(each -> !each.uid().equals("weir-gateway")).toList();
    for (Dashboard dashboard : ofStores) {
      boolean hasChart =
          dashboard.panels().stream()
              .anyMatch(panel -> panel.path("type").asText().equals("timeseries"));
      List<String> marks =
          Dashboard.list(dashboard.json().at("/annotations/list")).stream()
              .map(mark -> mark.path("name").asText())
              .toList();
      assertThat(marks.containsAll(List.of("Shifts", "Notes")))
          .as("%s", dashboard)
          .isEqualTo(hasChart);
    }
  }

  @Test
  void whatIsShownAsOfNowDoesNotGoWithTheChosenRange() {
    List<JsonNode> now =
        panels().stream()
            .filter(
                panel -> panel.path("title").asText().matches("(?i).*(current shift| now\\b).*"))
            .toList();
    assertThat(now).hasSize(30);
    for (JsonNode panel : now) {
      // with a range of its own, a panel would lead to others without any
      assertThat(panel.has("timeFrom")).as(panel.path("title").asText()).isFalse();
      for (JsonNode target : panel.path("targets")) {
        assertThat(Dashboard.text(target)).contains("now()").doesNotContain("imeFilter");
      }
    }
  }

  @Test
  void whatIsCountedWholeIsNotShortenedToThousands() {
    for (JsonNode panel : panels()) {
      JsonNode defaults = panel.at("/fieldConfig/defaults");
      if (defaults.path("decimals").asInt(1) == 0) {
        assertThat(defaults.path("unit").asText())
            .as(panel.path("title").asText())
            .isNotEqualTo("short");
      }
      for (JsonNode override : panel.at("/fieldConfig/overrides")) {
        Map<String, String> set = new HashMap<>();
        override
            .path("properties")
            .forEach(p -> set.put(p.path("id").asText(), p.path("value").asText()));
        if ("0".equals(set.get("decimals"))) {
          assertThat(set).as(panel.path("title").asText()).doesNotContainEntry("unit", "short");
        }
      }
    }
  }

  @Test
  void theAlertOfTheOeeSeesShiftsOfAWholeDayWhileTheyGoOn() {
    assertThat(rules())
        .filteredOn(rule -> rule.path("uid").asText().equals("weir-oee-under-target"))
        .singleElement()
        .satisfies(
            rule -> {
              assertThat(rule.at("/data/0/relativeTimeRange/from").asInt()).isGreaterThan(86_400);
              assertThat(Dashboard.text(rule.at("/data/0/model"))).contains("\"f\" = false");
            });
  }

  /** A report stands still. */
  @Test
  void aDashboardAsksAgainByTheLengthOfItsRange() {
    for (Dashboard dashboard : ALL) {
      assertThat(dashboard.json().path("refresh").asText())
          .as("%s", dashboard)
          .isEqualTo(dashboard.uid().endsWith("report") ? "" : "auto");
    }
  }

  @Test
  void idsAreUniqueAndPanelsHaveTitlesAndUnitsAndDoNotOverlap() {
    assertThat(ALL).extracting(Dashboard::uid).doesNotHaveDuplicates().hasSize(53);
    for (Dashboard dashboard : ALL) {
      assertThat(dashboard.panels())
          .as(dashboard.toString())
          .extracting(panel -> panel.path("id").asInt())
          .doesNotHaveDuplicates();
      Set<String> cells = new HashSet<>();
      for (JsonNode panel : dashboard.panels()) {
        String name = dashboard + ", " + panel.path("title").asText();
        assertThat(panel.path("title").asText()).as(name).isNotBlank();
        assertThat(
                (panel.path("targets").isEmpty() ? 1 : 0)
                    + panel.findValues("unit").size()
                    + panel.findValues("mappings").size()
                    + panel.findValuesAsText("id").stream().filter("unit"::equals).count())
            .as("unit or words of %s", name)
            .isPositive();
        JsonNode place = panel.path("gridPos");
        assertThat(place.path("x").asInt() + place.path("w").asInt()).as(name).isBetween(1, 24);
        for (int x = 0; x < place.path("w").asInt(); x++) {
          for (int y = 0; y < place.path("h").asInt(); y++) {
            assertThat(
                    cells.add((place.path("x").asInt() + x) + "/" + (place.path("y").asInt() + y)))
                .as("place of %s", name)
                .isTrue();
          }
        }
      }
    }
  }

  @Test
  void queriesUseVariablesThatTheirDashboardHasEachNarrowedOnlyByThoseBefore() {
    for (Dashboard dashboard : ALL) {
      Set<String> known = new HashSet<>();
      for (JsonNode variable : dashboard.variables()) {
        assertThat(known).as(dashboard.toString()).containsAll(named(Dashboard.query(variable)));
        known.add(variable.path("name").asText());
      }
      for (JsonNode panel : dashboard.panels()) {
        panel
            .path("targets")
            .forEach(
                target ->
                    assertThat(known)
                        .as(dashboard.toString())
                        .containsAll(named(Dashboard.text(target))));
      }
    }
  }

  private static Set<String> named(String query) {
    return VARIABLE
        .matcher(query)
        .results()
        .map(match -> match.group(1) == null ? match.group(2) : match.group(1))
        .collect(Collectors.toSet());
  }

  @Test
  void linksLeadFromOverviewToLineToMachineWithTimeAndVariables() {
    Map<String, Dashboard> byUid = new HashMap<>();
    ALL.forEach(dashboard -> byUid.put(dashboard.uid(), dashboard));
    for (String prefix :
        List.of("weir-", "weir-influxdb3-", "weir-questdb-", "weir-victoriametrics-")) {
      assertThat(targets(byUid.get(prefix + "overview"), byUid))
          .contains(prefix + "line", prefix + "machine");
      assertThat(targets(byUid.get(prefix + "line"), byUid)).contains(prefix + "machine");
    }
  }

  /** "All" is no value for a dashboard of one line or machine: its tiles would show any of them. */
  @Test
  void theMenuLeadsToEveryDashboardOfTheStoreWithWhatCanBeChosenThere() {
    Map<String, Dashboard> byUid = new HashMap<>();
    ALL.forEach(dashboard -> byUid.put(dashboard.uid(), dashboard));
    for (Dashboard dashboard : ALL) {
      String store = dashboard.json().at("/tags/0").asText();
      List<String> led = new ArrayList<>();
      for (JsonNode link : dashboard.json().path("links")) {
        assertThat(link.path("keepTime").asBoolean()).isTrue();
        assertThat(link.path("includeVars").asBoolean()).isFalse();
        Matcher to = LINK.matcher(link.path("url").asText() + "?");
        if (link.path("type").asText().equals("link") && to.find()) {
          led.add(to.group(1));
          passesWhatCanBeChosen(dashboard, byUid.get(to.group(1)), to.group(2));
        }
      }
      assertThat(led)
          .as("%s", dashboard)
          .containsExactlyInAnyOrderElementsOf(
              dashboard.uid().equals("weir-gateway")
                  ? List.of()
                  : ALL.stream().filter(each -> each.hasTag(store)).map(Dashboard::uid).toList());
    }
  }

  private static void passesWhatCanBeChosen(Dashboard from, Dashboard to, String query) {
    assertThat(to).as(query).isNotNull();
    for (JsonNode variable : from.variables()) {
      String name = variable.path("name").asText();
      boolean canBe =
          to.variables().stream()
              .filter(each -> each.path("name").asText().equals(name))
              .anyMatch(
                  each -> each.path("multi").asBoolean() || !variable.path("multi").asBoolean());
      assertThat(query.contains("${" + name + ":queryparam}"))
          .as("%s to %s: %s", from, to, name)
          .isEqualTo(canBe);
    }
  }

  /**
   * Where the links of a dashboard's panels lead, each checked to set the variables that are chosen
   * there.
   */
  private static List<String> targets(Dashboard dashboard, Map<String, Dashboard> byUid) {
    return dashboard.json().path("panels").findValuesAsText("url").stream()
        .map(
            url -> {
              MatchResult link = LINK.matcher(url).results().findFirst().orElseThrow();
              assertThat(byUid).as(url).containsKey(link.group(1));
              assertThat(link.group(2))
                  .contains(
                      "${__url_time_range}", "${datasource:queryparam}", "${shift:queryparam}");
              for (JsonNode variable : byUid.get(link.group(1)).variables()) {
                String name = variable.path("name").asText();
                assertThat(link.group(2))
                    .containsPattern("var-" + name + "=|\\$\\{" + name + ":queryparam}");
              }
              return link.group(1);
            })
        .toList();
  }

  @Test
  void everyDataSourceAndFolderThatIsNamedIsProvisioned() {
    Map<String, String> provisioned = new HashMap<>();
    yaml("provisioning/datasources/weir.yaml")
        .path("datasources")
        .forEach(
            source -> provisioned.put(source.path("uid").asText(), source.path("type").asText()));
    for (Dashboard dashboard : ALL) {
      for (JsonNode source : dashboard.json().findValues("datasource")) {
        JsonNode variable =
            dashboard.sources().stream()
                .filter(
                    each ->
                        source.path("uid").asText().equals("${" + each.path("name").asText() + "}"))
                .findFirst()
                .orElseThrow();
        assertThat(variable.path("query")).isEqualTo(source.path("type"));
        assertThat(provisioned)
            .containsEntry(variable.at("/current/value").asText(), variable.path("query").asText());
      }
    }
    List<String> folders =
        yaml("provisioning/dashboards/weir.yaml").findValuesAsText("path").stream()
            .map(path -> path.replaceFirst("^/etc/weir/dashboards/", ""))
            .toList();
    assertThat(folders)
        .containsExactlyInAnyOrderElementsOf(
            ALL.stream()
                .map(dashboard -> dashboard.file().getParent().getFileName().toString())
                .collect(Collectors.toSet()));
  }

  @Test
  void alertRulesAndDashboardsShareNoFolderSinceGrafanaMayMakeItTwice() {
    List<String> ofDashboards =
        yaml("provisioning/dashboards/weir.yaml").findValuesAsText("folder");
    List<String> ofRules = yaml("provisioning/alerting/weir.yaml").findValuesAsText("folder");
    assertThat(ofRules).isNotEmpty().doesNotContainAnyElementsOf(ofDashboards);
  }

  @Test
  void everyAlertRuleDecidesByItsOwnQueriesAndShowsAPanelThatIsThere() {
    Map<String, Dashboard> byUid = new HashMap<>();
    ALL.forEach(dashboard -> byUid.put(dashboard.uid(), dashboard));
    assertThat(rules()).hasSize(8 + AlarmKind.values().length);
    for (JsonNode rule : rules()) {
      Set<String> known = new HashSet<>();
      for (JsonNode step : rule.path("data")) {
        String expression = step.at("/model/expression").asText();
        Pattern.compile("\\$?([a-z]+)")
            .matcher(expression)
            .results()
            .forEach(used -> assertThat(known).contains(used.group(1)));
        assertThat(step.at("/model/refId").asText()).isEqualTo(step.path("refId").asText());
        known.add(step.path("refId").asText());
      }
      assertThat(known).contains(rule.path("condition").asText());
      Dashboard shown = byUid.get(rule.at("/annotations/__dashboardUid__").asText());
      assertThat(shown.panels())
          .extracting(panel -> panel.path("id").asText())
          .contains(rule.at("/annotations/__panelId__").asText());
      leadsToTheAsset(rule, shown, byUid);
    }
  }

  /** A rule of the plant has a link that chooses what it is about. */
  private static void leadsToTheAsset(
      JsonNode rule, Dashboard shown, Map<String, Dashboard> byUid) {
    String link = rule.at("/annotations/link").asText();
    if (shown.uid().equals("weir-gateway")) {
      return;
    }
    Matcher to = LINK.matcher(link.replace("{{ externalURL }}", "/"));
    assertThat(to.find()).as(link).isTrue();
    assertThat(byUid).containsKey(to.group(1));
    String query = Dashboard.text(rule.at("/data/0/model"));
    for (String tag : List.of("site", "area", "line", "machine")) {
      assertThat(to.group(2).contains("var-" + tag + "={{ urlquery $labels." + tag + " }}"))
          .as("%s in %s", tag, link)
          .isEqualTo(query.contains('"' + tag + '"'));
    }
  }

  @Test
  void theTargetOfTheAlertIsWhereTheColourTurnsGreen() {
    Dashboard overview =
        ALL.stream().filter(each -> each.uid().equals("weir-overview")).findFirst().orElseThrow();
    JsonNode green = overview.panels().get(1).at("/fieldConfig/defaults/thresholds/steps/2");
    assertThat(green.path("color").asText()).isEqualTo("green");
    assertThat(rules())
        .filteredOn(rule -> rule.path("uid").asText().equals("weir-oee-under-target"))
        .singleElement()
        .satisfies(
            rule ->
                assertThat(rule.at("/data/2/model/expression").asText())
                    .endsWith("< " + green.path("value").asText()));
  }
}
