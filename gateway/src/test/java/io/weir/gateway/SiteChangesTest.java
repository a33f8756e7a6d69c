package io.weir.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an engineer changes of the configuration over HTTP, at a gateway that runs. */
@Tag("slow")
class SiteChangesTest {

  private static final String PATH = "/api/v1/config/site";
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path home;

  private StartedPeople people;
  private StartedPeople.Browser engineer;
  private String before;

  @BeforeEach
  void start() throws Exception {
    people = new StartedPeople(home);
    engineer = people.login("engineer");
    before = Files.readString(home.resolve("weir.yaml"));
  }

  @AfterEach
  void stop() throws Exception {
    people.close();
    assertThat(home.resolve("weir.yaml")).hasContent(before);
  }

  private JsonNode get(String path) throws Exception {
    HttpResponse<String> answer = people.get(path, engineer.headers());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return StartedPeople.json(answer);
  }

  private HttpResponse<String> post(String path, ObjectNode body) throws Exception {
    return people.ask("POST", path, body.toString(), engineer.headers());
  }

  private JsonNode posted(String path, ObjectNode body) throws Exception {
    HttpResponse<String> answer = post(path, body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return StartedPeople.json(answer);
  }

  private static ObjectNode following(JsonNode version) {
    return JSON.createObjectNode().put("version", version.path("version").asText());
  }

  private double target() throws Exception {
    return get("/api/v1/efficiency").path("targetOee").asDouble();
  }

  private Path file() {
    return home.resolve("data/site.yaml");
  }

  private static ObjectNode target(JsonNode version, double oee) {
    ObjectNode body = following(version);
    body.putObject("site").putObject("efficiency").putObject("target").put("oee", oee);
    return body;
  }

  @Test
  void aChangeHoldsAtOnceAndAfterARestartAndIsUndone() throws Exception {
    JsonNode nothing = get(PATH);
    assertThat(nothing.path("number").asInt()).isZero();
    assertThat(nothing.at("/main/efficiency").isMissingNode()).isFalse();

    JsonNode first = posted(PATH, target(nothing, 0.6).put("comment", "as agreed"));
    assertThat(first.at("/does/efficiency").asBoolean()).isTrue();
    assertThat(target()).isEqualTo(0.6);
    assertThat(Files.readString(file()))
        .contains("who: engineer", "comment: as agreed", "oee: 0.6");

    posted(PATH, target(first, 0.65));
    people.close();
    people.start();
    engineer = people.login("engineer");
    assertThat(target()).isEqualTo(0.65);

    JsonNode versions = get(PATH + "/versions").path("versions");
    assertThat(versions.findValuesAsText("number")).containsExactly("2", "1", "0");
    assertThat(get(PATH + "/versions/1").path("diff").toString())
        .contains("-    oee: 0.65", "+    oee: 0.6");
    posted(PATH + "/versions/1/restore", following(get(PATH)));
    assertThat(target()).isEqualTo(0.6);
    posted(PATH + "/versions/0/restore", following(get(PATH)));
    assertThat(target()).isEqualTo(0.75);
    assertThat(get(PATH).path("number").asInt()).isEqualTo(4);
    assertThat(people.get("/api/v1/audit", people.login("admin").headers()).body())
        .contains("\"who\":\"engineer\"", "POST " + PATH + "/versions/1/restore");
  }

  @Test
  void whatIsWrongIsSaidBesideItsFieldAndNothingChanges() throws Exception {
    JsonNode now = get(PATH);
    HttpResponse<String> refused = post(PATH, target(now, 7));
    assertThat(refused.statusCode()).isEqualTo(422);
    JsonNode error = StartedPeople.json(refused).at("/errors/0");
    assertThat(error.path("path").toString()).isEqualTo("[\"efficiency\",\"target\",\"oee\"]");
    assertThat(error.path("line").asInt()).isEqualTo(3);
    assertThat(error.path("isHere").asBoolean()).isTrue();
    assertThat(Files.exists(file())).isFalse();
    assertThat(target()).isEqualTo(0.75);

    JsonNode checked = posted(PATH + "/check", target(now, 7));
    assertThat(checked.path("errors")).hasSize(1);
    assertThat(checked.path("does").isNull()).isTrue();
    JsonNode good = posted(PATH + "/check", target(now, 0.5));
    assertThat(good.at("/does/efficiency").asBoolean()).isTrue();
    assertThat(good.path("diff").toString()).contains("+    oee: 0.5");
    assertThat(target()).isEqualTo(0.75);
  }

  @Test
  void aFormThatWritesTheTextInItsOwnWayShowsWhichValuesDiffer() throws Exception {
    String byHand = "# as agreed with Anna\nefficiency: { target: { oee: 0.60 }, holidays: [] }\n";
    posted(PATH, following(get(PATH)).put("text", byHand));
    ObjectNode body = JSON.createObjectNode();
    ObjectNode site = (ObjectNode) get(PATH).path("site");
    assertThat(posted(PATH + "/check", body.set("site", site)).path("diff")).isEmpty();

    ((ObjectNode) site.at("/efficiency/target")).put("oee", 0.5);
    JsonNode checked = posted(PATH + "/check", body);
    assertThat(checked.path("isRewritten").asBoolean()).isTrue();
    assertThat(checked.path("diff").toString())
        .contains("-    oee: 0.6\"", "+    oee: 0.5\"")
        .doesNotContain("Anna", "-  holidays");

    posted(PATH, following(get(PATH)).set("site", site));
    assertThat(posted(PATH + "/check", body).path("isRewritten").asBoolean()).isFalse();
  }

  @Test
  void whoWasSlowerIsToldAndUndoesNothing() throws Exception {
    JsonNode now = get(PATH);
    JsonNode first = posted(PATH, target(now, 0.6));
    HttpResponse<String> slower = post(PATH, target(now, 0.5));
    assertThat(slower.statusCode()).isEqualTo(409);
    assertThat(StartedPeople.json(slower).at("/present/who").asText()).isEqualTo("engineer");
    assertThat(target()).isEqualTo(0.6);

    Files.writeString(file(), Files.readString(file()).replace("0.6", "0.61"));
    assertThat(post(PATH, target(first, 0.5)).statusCode()).isEqualTo(409);
    assertThat(get(PATH).path("isEdited").asBoolean()).isTrue();
  }

  @Test
  void aRouteIsAddedAndTakenBackWhileAllRuns() throws Exception {
    ObjectNode body = following(get(PATH)).put("text", "routes: [ { topic: n/m, format: json } ]");
    assertThat(posted(PATH, body).at("/does/added").toString()).isEqualTo("[\"n/m\"]");
    JsonNode undone = posted(PATH + "/versions/0/restore", following(get(PATH)));
    assertThat(undone.at("/does/removed").toString()).isEqualTo("[\"n/m\"]");
  }

  @Test
  void aNameOfAMachineIsThereAtOnceAndMakesNoFiguresAnew() throws Exception {
    ObjectNode body = following(get(PATH));
    body.put("text", "efficiency: { labels: [ { asset: s/a/l/m, label: Press 1 } ] }");
    assertThat(posted(PATH, body).at("/does/efficiency").asBoolean()).isFalse();
    assertThat(get("/api/v1/efficiency").path("assetLabels").toString())
        .isEqualTo("{\"s/a/l/m\":{\"\":\"Press 1\"}}");
  }

  @Test
  void aMainFileThatIsBrokenMeanwhileChangesNothing() throws Exception {
    JsonNode now = get(PATH);
    Files.writeString(home.resolve("weir.yaml"), before + "nonsense: 1\n");
    HttpResponse<String> refused = post(PATH, target(now, 0.6));
    assertThat(refused.statusCode()).isEqualTo(422);
    assertThat(StartedPeople.json(refused).at("/errors/0/isHere").asBoolean()).isFalse();
    Files.writeString(home.resolve("weir.yaml"), before);
    assertThat(Files.exists(file())).isFalse();
    assertThat(target()).isEqualTo(0.75);
  }
}
