package io.weir.gateway.admin;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.gateway.http.ClientAddress;
import io.weir.gateway.http.HttpRoute;
import io.weir.gateway.http.ProblemDocument;
import io.weir.gateway.http.Query;
import io.weir.gateway.http.Right;
import io.weir.gateway.people.Look;
import io.weir.gateway.people.Pairings;
import io.weir.gateway.people.People;
import io.weir.gateway.people.Session;
import io.weir.gateway.people.Users;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/**
 * Walls: a screen asks for a code and shows it, an admin types that code at another one, and the
 * screen gets a session of a viewer that stays until it is ended.
 */
public final class WallRequests {

  private static final String PATH = "/api/v1/walls";
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final JsonBody CLAIM = JsonBody.ofTexts("Bad claim", "secret", "a claim is short");
  private static final JsonBody WALL =
      JsonBody.ofTexts("Bad wall", "code, name, language and zone", "a wall is short");

  private record ClaimBody(@Nullable String secret) {}

  private record WallBody(
      @Nullable String code,
      @Nullable String name,
      @Nullable String language,
      @Nullable String zone) {}

  private final @Nullable People people;
  private final LoginRequests logins;

  /**
   * @param people {@code null} where there are no users
   */
  public WallRequests(@Nullable People people, LoginRequests logins) {
    this.people = people;
    this.logins = logins;
  }

  public List<HttpRoute> routes() {
    return List.of(
        HttpRoute.of(Right.EVERYONE, "POST", PATH + "/code", this::code),
        HttpRoute.of(Right.EVERYONE, "POST", PATH + "/claim", this::claim),
        HttpRoute.of(Right.ADMINISTER, "GET", PATH, this::list),
        HttpRoute.of(Right.ADMINISTER, "POST", PATH, this::pair),
        HttpRoute.of(Right.ADMINISTER, "DELETE", PATH + "/{id}", this::end));
  }

  // ---- The wall

  private Publisher<Void> code(HttpServerRequest request, HttpServerResponse response) {
    People known = LoginRequests.known(people);
    Pairings.Begun begun = known.pairings().begin(ClientAddress.place(request));
    if (begun == null) {
      throw new ProblemDocument(
              429, "Too many requests", "too many screens wait to be paired; try again in a minute")
          .header("retry-after", "60");
    }
    return EntryKeeper.answer(
        request,
        response,
        200,
        JSON.createObjectNode()
            .put("code", begun.code())
            .put("secret", begun.secret())
            .put("seconds", Pairings.SECONDS));
  }

  private Publisher<Void> claim(HttpServerRequest request, HttpServerResponse response) {
    People known = LoginRequests.known(people);
    return CLAIM
        .receive(request, ClaimBody.class)
        .flatMap(body -> claimed(known, body.secret, request, response));
  }

  private Mono<Void> claimed(
      People known,
      @Nullable String secret,
      HttpServerRequest request,
      HttpServerResponse response) {
    Pairings.Paired paired = known.pairings().claim(secret == null ? "" : secret);
    if (paired == null) {
      throw new ProblemDocument(404, "Not found", "this code is too old; ask for another one");
    }
    return paired.name().isEmpty()
        ? EntryKeeper.answer(request, response, 202, JSON.createObjectNode().put("waiting", true))
        : logins.answer(
            known, request, response, known.sessions().beginWall(paired.name(), paired.look()));
  }

  // ---- The admin

  private Publisher<Void> list(HttpServerRequest request, HttpServerResponse response) {
    Query.none(request);
    ObjectNode json = JSON.createObjectNode();
    ArrayNode walls = json.putArray("walls");
    if (people != null) {
      people.sessions().walls().forEach(wall -> walls.add(json(wall)));
    }
    return EntryKeeper.answer(request, response, 200, json);
  }

  private static ObjectNode json(Session wall) {
    return JSON.createObjectNode()
        .put("id", wall.id())
        .put("name", wall.name())
        .put("since", Instant.ofEpochMilli(wall.beganMs()).toString());
  }

  private Publisher<Void> pair(HttpServerRequest request, HttpServerResponse response) {
    People known = LoginRequests.known(people);
    return WALL.receive(request, WallBody.class)
        .flatMap(
            body -> {
              String name = name(body.name);
              Look look = LoginRequests.look(WALL, body.language, body.zone);
              if (!known.pairings().accept(body.code == null ? "" : body.code, name, look)) {
                throw new ProblemDocument(
                    404, "Not found", "no screen shows this code now; look at it once more");
              }
              ObjectNode json = JSON.createObjectNode().put("name", name);
              return EntryKeeper.answer(request, response, 201, json);
            });
  }

  private static String name(@Nullable String text) {
    try {
      return Users.name(text == null ? "" : text);
    } catch (IllegalArgumentException e) {
      throw WALL.bad(String.valueOf(e.getMessage()));
    }
  }

  private Publisher<Void> end(HttpServerRequest request, HttpServerResponse response) {
    People known = LoginRequests.known(people);
    String path = request.fullPath();
    Session ended = known.sessions().endWall(path.substring(path.lastIndexOf('/') + 1));
    if (ended == null) {
      throw new ProblemDocument(404, "Not found", "there is no such wall; " + PATH + " lists them");
    }
    return known
        .sessions()
        .saved()
        .then(Mono.defer(() -> EntryKeeper.answer(request, response, 200, json(ended))));
  }
}
