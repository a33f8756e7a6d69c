package io.weir.gateway.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.gateway.config.ConfigException;
import io.weir.gateway.datadir.SiteFile;
import io.weir.gateway.datadir.SiteVersion;
import io.weir.gateway.http.Answers;
import io.weir.gateway.http.HttpRoute;
import io.weir.gateway.http.Json;
import io.weir.gateway.http.ProblemDocument;
import io.weir.gateway.http.Query;
import io.weir.gateway.http.Right;
import io.weir.gateway.log.Time;
import io.weir.gateway.settings.Config;
import io.weir.gateway.settings.ConfigFile;
import io.weir.gateway.settings.Site;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/**
 * Shows, checks and replaces {@code site.yaml}, the part of the configuration that people change on
 * the page. A change is read and checked as a whole with the main file, then kept on stable
 * storage, then applied as a reload applies it; if it cannot be applied, what was there before is
 * put back. Who changes it says which version that is to follow, so that nobody undoes unseen what
 * another has changed meanwhile.
 *
 * <p>Works on the thread {@code reload}.
 */
public final class SiteRequests {

  private static final Logger LOG = LoggerFactory.getLogger(SiteRequests.class);

  private static final String PATH = "/api/v1/config/site";
  private static final String VERSIONS = PATH + "/versions";
  private static final int MOST_BYTES = 1 << 20;

  /** What stands before a text in the file is shorter. */
  private static final int HEAD_BYTES = 8 << 10;

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final JsonBody BODY =
      new JsonBody(
          "Bad change",
          "site or text, version, who and comment",
          "a configuration is shorter",
          SiteRequests::misfit,
          MOST_BYTES);

  private static final BodyMembers MEMBERS = new BodyMembers(BODY);

  private record Body(
      @Nullable JsonNode site,
      @Nullable String text,
      @Nullable String version,
      @Nullable String who,
      @Nullable String comment) {}

  private final ConfigFile main;
  private final SiteFile file;
  private final Reload reload;
  private final Time time;

  /**
   * @param main the configuration that the file goes over
   */
  public SiteRequests(ConfigFile main, SiteFile file, Reload reload, Time time) {
    this.main = main;
    this.file = file;
    this.reload = reload;
    this.time = time;
  }

  private static String misfit(String member) {
    return member + (member.equals("site") ? " takes an object" : " takes one text");
  }

  public List<HttpRoute> routes() {
    return List.of(
        HttpRoute.of(Right.ENGINEER, "GET", PATH, this::show),
        HttpRoute.of(Right.ENGINEER, "POST", PATH, this::replace),
        HttpRoute.of(Right.ENGINEER, "POST", PATH + "/check", this::check),
        HttpRoute.of(Right.ENGINEER, "GET", VERSIONS, this::list),
        HttpRoute.of(Right.ENGINEER, "GET", VERSIONS + "/{id}", this::showVersion),
        HttpRoute.of(Right.ENGINEER, "POST", VERSIONS + "/{id}/restore", this::restore));
  }

  // ---- Show

  private Publisher<Void> show(HttpServerRequest request, HttpServerResponse response) {
    Query.none(request);
    return answer(request, response, this::present);
  }

  private ObjectNode present() throws IOException {
    SiteVersion now = file.current();
    ObjectNode json = json(now);
    json.put("file", file.toString());
    json.put("mainFile", main.path().toString());
    json.put("text", now.text());
    json.set("site", Site.json(now.text()));
    json.set("main", main.parts());
    json.set("errors", errors(now.text()));
    return json;
  }

  private ArrayNode errors(String text) {
    try {
      main.loadWithSite(text);
      return JSON.createArrayNode();
    } catch (ConfigException e) {
      return problems(text).of(e.problems());
    }
  }

  private SiteProblems problems(String text) {
    int routes = main.parts().path("routes").size();
    return new SiteProblems(file.toString(), Site.json(text), routes);
  }

  private static ObjectNode json(SiteVersion version) {
    Instant at = version.time();
    return JSON.createObjectNode()
        .put("version", version.tag())
        .put("number", version.number())
        .put("time", at == null ? null : at.toString())
        .put("who", version.who())
        .put("comment", version.comment())
        .put("isEdited", version.isEdited());
  }

  private Publisher<Void> list(HttpServerRequest request, HttpServerResponse response) {
    Query.none(request);
    return answer(
        request,
        response,
        () -> {
          ObjectNode json = JSON.createObjectNode();
          SiteVersion now = file.current();
          ArrayNode versions = json.putArray("versions");
          versions.add(json(now).put("isPresent", true));
          file.earlier().forEach(each -> versions.add(json(each).put("isPresent", false)));
          if (now.number() != 0) {
            versions.add(json(SiteVersion.NONE).put("isPresent", false));
          }
          return json;
        });
  }

  private Publisher<Void> showVersion(HttpServerRequest request, HttpServerResponse response) {
    Query.none(request);
    String[] parts = request.fullPath().split("/");
    long number = number(parts[parts.length - 1]);
    return answer(
        request,
        response,
        () -> {
          SiteVersion found = found(number);
          ObjectNode json = json(found).put("text", found.text());
          ArrayNode diff = json.putArray("diff");
          LineDiff.of(file.current().text(), found.text()).forEach(diff::add);
          return json;
        });
  }

  private static long number(String id) {
    if (!id.matches("[0-9]{1,18}")) {
      throw Query.bad("a version is a whole number, as " + VERSIONS + " lists them");
    }
    return Long.parseLong(id);
  }

  private SiteVersion found(long number) throws IOException {
    return file.version(number)
        .orElseThrow(
            () ->
                new ProblemDocument(
                    404,
                    "Not found",
                    "there is no version " + number + "; " + VERSIONS + " lists those there are"));
  }

  // ---- Check

  private Publisher<Void> check(HttpServerRequest request, HttpServerResponse response) {
    return BODY.receive(request, Body.class)
        .flatMap(
            body -> {
              String text = text(body);
              boolean isForm = body.site != null;
              return Mono.from(answer(request, response, () -> checked(text, isForm)));
            });
  }

  /** Of a form what differs in its values: it writes the whole text in its own way. */
  private ObjectNode checked(String text, boolean isForm) throws IOException {
    ObjectNode json = JSON.createObjectNode().put("text", text);
    json.set("site", Site.json(text));
    String present = file.current().text();
    String before = isForm ? SiteText.of(Site.json(present)) : present;
    json.put("isRewritten", !before.equals(present));
    ArrayNode diff = json.putArray("diff");
    LineDiff.of(before, text).forEach(diff::add);
    try {
      Config next = main.loadWithSite(text);
      json.putArray("errors");
      json.set("does", tree(reload.wouldDo(next)));
    } catch (ConfigException e) {
      json.set("errors", problems(text).of(e.problems()));
      json.putNull("does");
    }
    return json;
  }

  private static String text(Body body) {
    JsonNode site = body.site;
    String text = body.text;
    if ((site == null) == (text == null)) {
      throw BODY.bad("give either site, an object, or text, which is YAML");
    }
    if (site != null && !site.isObject()) {
      throw BODY.bad("site takes an object");
    }
    String given = site == null ? Objects.requireNonNull(text) : SiteText.of(site);
    if (given.getBytes(UTF_8).length > MOST_BYTES - HEAD_BYTES) {
      throw new ProblemDocument(413, "Content too large", "the file would be larger than 1 MiB");
    }
    return given;
  }

  // ---- Replace

  private Publisher<Void> replace(HttpServerRequest request, HttpServerResponse response) {
    String user = BodyMembers.user(request);
    return BODY.receive(request, Body.class)
        .flatMap(
            body -> {
              SiteVersion.Change change = change(body, user, text(body), "");
              return Mono.from(answer(request, response, () -> replaced(body.version, change)));
            });
  }

  private Publisher<Void> restore(HttpServerRequest request, HttpServerResponse response) {
    String[] parts = request.fullPath().split("/");
    long number = number(parts[parts.length - 2]);
    String user = BodyMembers.user(request);
    return BODY.receive(request, Body.class)
        .flatMap(
            body -> {
              if (body.site != null || body.text != null) {
                throw BODY.bad("a restore takes version, who and comment");
              }
              SiteVersion.Change change = change(body, user, "", "as version " + number);
              return Mono.from(
                  answer(
                      request,
                      response,
                      () -> replaced(body.version, change.with(found(number).text()))));
            });
  }

  private SiteVersion.Change change(Body body, String user, String text, String usual) {
    String comment = MEMBERS.comment(body.comment);
    return new SiteVersion.Change(
        text,
        MEMBERS.who(user, body.who),
        comment.isEmpty() ? usual : comment,
        Time.instant(time.wallNs()));
  }

  private ObjectNode replaced(@Nullable String follows, SiteVersion.Change change)
      throws IOException {
    SiteVersion before = file.current();
    if (follows == null) {
      throw BODY.bad("version is missing: that of the configuration which this one is to follow");
    }
    if (!follows.equals(before.tag())) {
      throw new ProblemDocument(
              409,
              "Changed meanwhile",
              "somebody has changed it since; look at what it holds now, and change that")
          .member("present", json(before));
    }
    Config next = read(change.text());
    SiteVersion after = keep(before, change);
    ReloadOutcome outcome = use(next, before, after);
    ObjectNode json = json(after);
    json.set("does", tree(outcome));
    return json;
  }

  private static JsonNode tree(ReloadOutcome outcome) throws IOException {
    return JSON.readTree(Json.bytes(outcome));
  }

  private Config read(String text) {
    try {
      return main.loadWithSite(text);
    } catch (ConfigException e) {
      throw Reload.refused(e, problems(text).of(e.problems()));
    }
  }

  private SiteVersion keep(SiteVersion before, SiteVersion.Change change) {
    try {
      return file.write(change);
    } catch (IOException e) {
      putBack(before);
      throw new ProblemDocument(
              503, "Not kept", "it could not be written to the disk: " + e.getMessage())
          .header("retry-after", "10");
    }
  }

  private ReloadOutcome use(Config next, SiteVersion before, SiteVersion after) {
    try {
      ReloadOutcome outcome = reload.use(next, "version " + after.number() + " of " + Site.NAME);
      reload.know(file.path(), after.bytes());
      return outcome;
    } catch (RuntimeException e) {
      putBack(before);
      throw e;
    }
  }

  private void putBack(SiteVersion before) {
    try {
      if (!file.current().equals(before)) {
        file.takeBack(before);
      }
    } catch (IOException e) {
      LOG.error("{} could not be put back as it was", file, e);
    }
  }

  private Publisher<Void> answer(
      HttpServerRequest request, HttpServerResponse response, Callable<ObjectNode> made) {
    return reload
        .between(made)
        .onErrorMap(IOException.class, SiteRequests::unreadable)
        .flatMap(
            json -> Mono.from(Answers.send(request, response, Answers.JSON, Json.bytes(json))));
  }

  private static ProblemDocument unreadable(IOException failure) {
    return new ProblemDocument(
            503, "Not read", "the file could not be read: " + failure.getMessage())
        .header("retry-after", "10");
  }
}
