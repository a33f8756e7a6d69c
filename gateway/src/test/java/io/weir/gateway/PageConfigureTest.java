package io.weir.gateway;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import io.weir.gateway.http.Role;
import io.weir.gateway.log.Soak;
import io.weir.gateway.peers.Axe;
import io.weir.gateway.peers.Chromium;
import io.weir.gateway.settings.ConfigFile;
import io.weir.peers.Mosquitto;
import io.weir.peers.Ports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.assertj.core.api.Assertions;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An engineer changes the configuration on the live page: one session in a browser. Leaves pictures
 * in target/page.
 */
@Tag("server")
class PageConfigureTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path home;

  private StartedPeople people;
  private Chromium chromium;
  private Page page;

  @BeforeEach
  void start() throws Exception {
    people = new StartedPeople(home);
    long now = System.currentTimeMillis();
    String line = "telemetry,site=s,area=a,line=l,machine=m state=\"RUNNING\" ";
    String[] ingest = {"authorization", "Bearer " + people.tokens.get(Role.INGEST)};
    people.ask("POST", "/write?precision=ms", line + (now - 1000) + "\n" + line + now, ingest);
    chromium = Chromium.ofProcess();
    page =
        chromium
            .browser()
            .newContext(
                new Browser.NewContextOptions()
                    .setViewportSize(1366, 768)
                    .setColorScheme(ColorScheme.LIGHT)
                    .setLocale("en-GB"))
            .newPage();
  }

  @AfterEach
  void stop() {
    chromium.close();
    people.close();
  }

  private void visit(String view) {
    page.navigate("about:blank");
    page.navigate("http://127.0.0.1:" + people.port + "/#" + view);
  }

  /** Takes seconds each time; before each change {@link PageEveryViewTest} asks it of the view. */
  private void isWhatAxeAsksFor(String what) {
    if (Soak.ON) {
      Assertions.assertThat(Axe.violations(page)).as(what).isEmpty();
    }
  }

  /** At each size nothing is wider than the screen. */
  private void fits(String name) {
    int[][] sizes = {{1920, 1080}, {390, 844}, {1366, 768}};
    for (int[] size : sizes) {
      page.setViewportSize(size[0], size[1]);
      Chromium.wholePicture(page, "configure-" + name + "-" + size[0]);
      Assertions.assertThat(
              (Boolean)
                  page.evaluate(
                      "document.documentElement.scrollWidth <= document.documentElement.clientWidth"))
          .as(name + " " + size[0])
          .isTrue();
    }
  }

  private Locator part(String title) {
    return page.locator(
        "details",
        new Page.LocatorOptions()
            .setHas(page.locator("summary", new Page.LocatorOptions().setHasText(title))));
  }

  private static Locator field(Locator within, String label) {
    return within.getByLabel(label, new Locator.GetByLabelOptions().setExact(true));
  }

  private void press(String button) {
    page.locator("main")
        .getByText(button, new Locator.GetByTextOptions().setExact(true))
        .first()
        .click();
  }

  @Test
  void namesTargetsAndTenPressesAreChangedSeenAppliedAndUndone() throws Exception {
    visit("/configure");
    page.locator("#users input").first().fill("engineer");
    page.locator("#users input[type=password]").fill(StartedPeople.PASSWORD);
    page.locator("#users form button").click();
    assertThat(page.locator("h1")).hasText("Configure");
    assertThat(part("Names of places")).hasAttribute("open", "");
    isWhatAxeAsksFor("what the main file says");

    // By the keyboard alone: a name, and a target that is too large.
    part("Names of places").getByText("Add a name").focus();
    page.keyboard().press("Enter");
    page.keyboard().type("s/a/l/m");
    page.keyboard().press("Tab");
    page.keyboard().type("Press 1");
    part("Targets").locator("summary").focus();
    page.keyboard().press("Enter");
    part("Targets").getByText("Change here").first().focus();
    page.keyboard().press("Enter");
    Locator oee = field(part("Targets"), "OEE, 0 to 1");
    oee.fill("7");
    press("Show changes");
    assertThat(oee).hasAttribute("aria-invalid", "true");
    assertThat(oee).isFocused();
    assertThat(part("Targets").locator(".config-problem").first())
        .containsText("must be a number from 0 to 1");
    isWhatAxeAsksFor("a problem beside its field");
    fits("problem");

    oee.fill("0.6");
    press("Show changes");
    assertThat(page.locator(".config-diff ins").first()).containsText("+efficiency:");
    assertThat(page.locator(".config-diff")).containsText("label: Press 1");
    assertThat(page.locator("main")).containsText("Figures are made in another way from now on.");
    isWhatAxeAsksFor("what would change");
    fits("review");
    press("Apply");
    assertThat(page.locator(".config-note")).containsText("Version 1 holds now.");

    // Ten presses like one.
    part("Machines and templates").locator("summary").click();
    part("Machines and templates").getByText("Add a machine").click();
    Locator path = field(part("Machines and templates"), "Path: site/area/line/machine");
    path.fill("s/a/l/press-01");
    field(part("Machines and templates"), "Micro-stop below").fill("30s");
    part("Machines and templates").getByText("More like this").click();
    assertThat(page.locator(".config-more p"))
        .hasText("9 machines: s/a/l/press-02, s/a/l/press-03, …");
    part("Machines and templates").getByText("Add these").click();
    assertThat(path).hasCount(10);

    // A tree of reasons and a shift.
    part("Reasons").locator("summary").click();
    part("Reasons").getByText("Change here").click();
    part("Reasons").getByText("Add a category").click();
    page.keyboard().type("Mechanical");
    part("Reasons").getByText("Add below").click();
    page.keyboard().type("Jam");
    field(part("Reasons"), "Codes of machines, with commas").last().fill("JAM, 12");
    part("Calendar").locator("summary").click();
    part("Calendar").getByText("Change here").first().click();
    part("Calendar").getByText("Add a shift").click();
    page.keyboard().type("early");
    field(part("Calendar"), "Start").fill("06:00");
    field(part("Calendar"), "End").fill("14:00");
    field(part("Calendar"), "Breaks: start and minutes, as 10:00 30").fill("10:00 30");
    isWhatAxeAsksFor("reasons and shifts");
    fits("rows");
    nameByLanguage();
    mapStatesAndCounts();
    fillInWhatElseAMachineHas();
    giveLinesACalendar();
    isWhatAxeAsksFor("names, maps and calendars");
    fits("folds");
    press("Show changes");
    page.getByLabel("Why (if you like)").fill("the new line");
    press("Apply");
    assertThat(page.locator(".config-note")).containsText("Version 2 holds now.");
    String file = Files.readString(home.resolve("data/site.yaml"));
    Assertions.assertThat(file)
        .contains("asset: s/a/l/press-10", "name: press", "comment: the new line")
        .contains("name: Jam", "- JAM", "\"12\"", "name: early", "minutes: 30")
        .contains("de: Presse 1", "de: Stau", "de: Frühschicht", "zh: 早班")
        .contains("metric: state", "- RUNNING", "- \"6\"", "total: made", "kind: delta")
        .contains("asset: s/a/*", "name: saturday", "production-day: 05:00", "holidays: []")
        .contains("product: recipe", "seconds: 0.8", "machine: press-0*", "preset: sparkplug")
        .contains("loss: performance", "reason-before: 90s", "kind: power", "id: order_id");
    Assertions.assertThat(Pattern.compile("like: press").matcher(file).results()).hasSize(10);

    // As text, then back to the first version.
    press("As text");
    assertThat(page.locator(".config-text")).hasValue(Pattern.compile("s/a/l/press-05"));
    press("As text");
    assertThat(path).hasCount(10);
    assertThat(page.locator(".config-versions li")).hasCount(3);
    page.getByLabel("Show version 1").click();
    assertThat(page.locator(".config-versions del").first()).isVisible();
    isWhatAxeAsksFor("the history");
    fits("history");
    page.getByLabel("Back to version 1").focus();
    page.keyboard().press("Enter");
    assertThat(page.locator(".config-note")).containsText("Version 3 holds now.");
    assertThat(path).hasCount(0);

    whatAnotherOneChangesMeanwhileStaysAndSoDoesTheDraft();

    // In the other languages with all parts open; the plant has the new name.
    Map<String, String> wrong =
        Map.of("de", "muss eine Zahl von 0 bis 1 sein, nicht '7'", "zh", "必须是0 到 1 的数，而不是'7'");
    for (String language : Soak.ON ? List.of("de", "zh") : List.of("zh")) {
      page.evaluate("language => localStorage.setItem('weir-language', language)", language);
      page.reload();
      assertThat(page.locator(".config-versions li")).hasCount(7);
      page.evaluate(
          "document.querySelectorAll('details').forEach((each) => { each.open = true; })");
      page.locator(".config-own input").first().fill("7");
      page.locator(".config > .toolbar button").first().click();
      assertThat(page.locator(".config-problem:visible")).hasText(wrong.get(language));
      fits(language);
      isWhatAxeAsksFor(language);
    }
    visit("/");
    assertThat(page.locator("main")).containsText("Press 1");
    visit("/configure");
    assertThat(page.locator(".config-note")).hasText("您之前的更改仍在，尚未应用。");
    part("目标").locator("summary").click();
    assertThat(page.locator(".config-own input").first()).hasValue("7");
    page.locator(".config > .toolbar button").nth(2).click();
    assertThat(page.locator(".config-own input").first()).hasValue("0.6");
  }

  /** Two engineers at once: the second one's draft goes on top of what the first has applied. */
  private void whatAnotherOneChangesMeanwhileStaysAndSoDoesTheDraft() throws Exception {
    Locator oee = field(part("Targets"), "OEE, 0 to 1");
    if (!oee.isVisible()) {
      part("Targets").locator("summary").click();
    }
    oee.fill("0.7");
    String[] admin = {"authorization", "Bearer " + people.tokens.get(Role.ADMIN)};
    JsonNode now = JSON.readTree(people.get("/api/v1/config/site", admin).body());
    ObjectNode site = (ObjectNode) now.path("site");
    ((ObjectNode) site.withObject("/efficiency")).put("production-day", "05:00");
    ObjectNode change = JSON.createObjectNode().put("who", "bert");
    change.put("version", now.path("version").asText()).set("site", site);
    Assertions.assertThat(
            people.ask("POST", "/api/v1/config/site", change.toString(), admin).statusCode())
        .isEqualTo(200);

    press("Show changes");
    press("Apply");
    Locator meanwhile =
        page.locator("section.panel", new Page.LocatorOptions().setHasText("Changed meanwhile"));
    assertThat(meanwhile).containsText("bert has changed it meanwhile");
    assertThat(meanwhile.locator("ins")).containsText("production-day: 05:00");
    assertThat(meanwhile).isFocused();
    assertThat(oee).hasValue("0.7");
    isWhatAxeAsksFor("what another one has changed");
    fits("meanwhile");
    press("Apply");
    assertThat(page.locator(".config-note")).containsText("Version 5 holds now.");
    assertThat(meanwhile).isHidden();
    assertThat(page.getByText("Figures are made in another way from now on.")).hasCount(1);
    Assertions.assertThat(Files.readString(home.resolve("data/site.yaml")))
        .contains("oee: 0.7", "production-day: 05:00");
    oee.fill("0.6");
    press("Show changes");
    press("Apply");
    assertThat(page.locator(".config-note")).containsText("Version 6 holds now.");
  }

  private void nameByLanguage() {
    part("Names of places").getByText("A name for each language").click();
    field(part("Names of places"), "Name in German").fill("Presse 1");
    fold("Reasons", "Names by language", 1);
    field(part("Reasons"), "Name in German").fill("Stau");
    fold("Calendar", "Names by language", 0);
    field(part("Calendar"), "Name in German").fill("Frühschicht");
    field(part("Calendar"), "Name in Chinese").fill("早班");
  }

  /** A signal without its metric is found fault with inside the fold, which opens. */
  private void mapStatesAndCounts() {
    fold("Machines and templates", "State", 0);
    part("Machines and templates").getByText("Add a signal of the state").first().click();
    field(part("Machines and templates"), "Values for running, with commas").fill("RUNNING, 6");
    fold("Machines and templates", "State", 0);
    press("Show changes");
    Locator metric = field(part("Machines and templates"), "Metric");
    assertThat(metric).isFocused();
    assertThat(metric).hasAttribute("aria-invalid", "true");
    metric.fill("state");
    fold("Machines and templates", "Counts", 0);
    field(part("Machines and templates"), "Metric of all pieces").first().fill("made");
    part("Machines and templates").getByLabel("Counter").first().selectOption("delta");
  }

  private void fillInWhatElseAMachineHas() {
    Locator machines = part("Machines and templates");
    fold("Machines and templates", "Ideal cycle", 0);
    machines.getByLabel("The cycle comes from").selectOption("product");
    field(machines, "Metric of the product").fill("recipe");
    field(machines, "Product").fill("lid");
    field(machines, "Seconds for one piece").fill("slow");
    press("Show changes");
    Locator seconds = field(machines, "Seconds for one piece");
    assertThat(seconds).isFocused();
    assertThat(machines.locator(".config-problem:visible")).hasCount(1);
    seconds.fill("0,8");
    field(machines, "Only on the machine, else all").fill("press-0*");
    fold("Machines and templates", "Stops", 0);
    machines.getByLabel("A micro-stop is a loss of").selectOption("performance");
    field(machines, "A reason may come before by").fill("90s");
    fold("Machines and templates", "Sign of life", 0);
    machines.getByLabel("By a standard").selectOption("sparkplug");
    fold("Machines and templates", "Energy", 0);
    field(machines, "Metric").last().fill("power_kw");
    machines.getByLabel("The metric is").selectOption("power");
    fold("Machines and templates", "Orders", 0);
    field(machines, "Metric of the order").last().fill("order_id");
  }

  private void giveLinesACalendar() {
    part("Calendar").getByLabel("Calendars of lines: Change here").click();
    part("Calendar").getByText("Add a calendar").click();
    page.keyboard().type("s/a/*");
    field(part("Calendar"), "Begin of the production day").last().fill("05:00");
    fold("Calendar", "Holidays", 0);
    part("Calendar").getByLabel("Holidays: Of its own").click();
    assertThat(part("Calendar")).containsText("without any, none, whatever the plant has.");
    fold("Calendar", "Shifts", 0);
    part("Calendar").getByLabel("Shifts: Of its own").click();
    part("Calendar").locator(".config-fold[open]").getByText("Add a shift").last().click();
    page.keyboard().type("saturday");
    field(part("Calendar"), "Start").last().fill("06:00");
    field(part("Calendar"), "End").last().fill("12:00");
  }

  /** Opens or closes one; what is in it is made a moment after it opens. */
  private void fold(String part, String title, int which) {
    Locator summary =
        part(part)
            .locator(".config-fold > summary", new Locator.LocatorOptions().setHasText(title))
            .nth(which);
    summary.click();
    Locator fold = summary.locator("..");
    if (fold.getAttribute("open") != null) {
      assertThat(fold.locator("input, select, button").first()).isVisible();
    }
  }

  @Test
  @Tag("soak")
  void whatABrokerCarriesAndNoRouteTakesIsRoutedByOneButtonAndTakenBackByOne() throws Exception {
    int port = Ports.free();
    Path folder = Files.createDirectory(home.resolve("listening"));
    Path file = folder.resolve("weir.yaml");
    try (Mosquitto broker = Mosquitto.started(Files.createDirectory(home.resolve("broker")));
        Told told = Told.at(broker)) {
      Files.writeString(
          file,
          """
          gateway: { id: listening, data-dir: data }
          http: { port: %d }
          sources: [ { name: plant, type: mqtt, url: "%s" } ]
          routes: [ { topic: "known/{machine}", format: json } ]
          sinks: [ { name: away, type: influxdb, version: 1, url: "http://127.0.0.1:1", database: d } ]
          """
              .formatted(port, broker.url()));
      told.keep("fresh/m1", "{\"temperature\":1}");
      told.keep("other/deep/m9", "{\"pressure\":2}");
      Gateway gateway = StartedGateway.of(new ConfigFile(file, Map.of(), List.of()));
      try {
        page.navigate("http://127.0.0.1:" + port + "/#/configure");
        page.getByLabel("Your name").fill("anna");
        page.locator("summary", new Page.LocatorOptions().setHasText("New at the broker")).click();
        page.getByText("Listen for 30").click();
        assertThat(page.locator(".config-found li")).hasCount(2);
        assertThat(page.locator(".config-found")).containsText("fresh/m1");
        fits("discover");
        isWhatAxeAsksFor("what was heard");
        page.getByLabel("Add a route for fresh/m1").click();
        assertThat(page.getByLabel("Undo the route for fresh/m1")).isVisible();
        assertThat(page.locator(".config-found")).containsText("has a route");
        Path site = folder.resolve("data/site.yaml");
        Assertions.assertThat(Files.readString(site)).contains("topic: fresh/m1", "who: anna");
        page.getByLabel("Add a route for other/deep/m9").click();
        assertThat(page.getByLabel("Undo the route for other/deep/m9")).isVisible();
        page.getByLabel("Undo the route for fresh/m1").click();
        assertThat(page.getByLabel("Add a route for fresh/m1")).isVisible();
        Assertions.assertThat(Files.readString(site))
            .as("what was added after it stays")
            .doesNotContain("topic: fresh/m1")
            .contains("topic: other/deep/m9");
      } finally {
        gateway.close();
      }
    }
  }

  /** A device of which the broker keeps what it told last. */
  private record Told(MqttClient client) implements AutoCloseable {

    static Told at(Mosquitto broker) throws MqttException {
      MqttClient client = new MqttClient(broker.url(), "device", new MemoryPersistence());
      client.connect();
      return new Told(client);
    }

    void keep(String topic, String payload) throws MqttException {
      client.publish(topic, payload.getBytes(UTF_8), 1, true);
    }

    @Override
    public void close() throws MqttException {
      client.disconnect();
      client.close();
    }
  }
}
