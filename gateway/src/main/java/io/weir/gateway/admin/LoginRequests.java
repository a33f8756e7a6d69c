package io.weir.gateway.admin;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.handler.codec.http.cookie.Cookie;
import io.netty.handler.codec.http.cookie.CookieHeaderNames.SameSite;
import io.netty.handler.codec.http.cookie.DefaultCookie;
import io.weir.gateway.http.Caller;
import io.weir.gateway.http.ClientAddress;
import io.weir.gateway.http.HttpRoute;
import io.weir.gateway.http.ProblemDocument;
import io.weir.gateway.http.Query;
import io.weir.gateway.http.Right;
import io.weir.gateway.oidc.Provider;
import io.weir.gateway.people.Logins;
import io.weir.gateway.people.Look;
import io.weir.gateway.people.People;
import io.weir.gateway.people.Sessions;
import java.net.URI;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/** Who somebody is: says it, and lets people log in and out. */
public final class LoginRequests {

  private static final String PATH = "/api/v1/session";

  /** As long as browsers keep a cookie; each load of the page renews that of a wall. */
  private static final Duration WALL = Duration.ofDays(400);

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JsonBody BODY =
      JsonBody.ofTexts("Bad login", "name and password", "a login is short");

  private record Body(@Nullable String name, @Nullable String password) {}

  private static final JsonBody LOOK =
      JsonBody.ofTexts("Bad look", "language and zone", "a look is short");

  private record LookBody(@Nullable String language, @Nullable String zone) {}

  private final @Nullable People people;
  private final boolean hasToken;
  private final boolean isSecure;
  private final @Nullable Provider provider;
  private final ZoneId plant;

  /**
   * @param people {@code null} where there are no users
   * @param hasToken whether {@code http.token} is set
   * @param isSecure whether browsers come by TLS
   * @param provider by which people log in too, or {@code null}
   * @param plant the zone of the plant
   */
  public LoginRequests(
      @Nullable People people,
      boolean hasToken,
      boolean isSecure,
      @Nullable Provider provider,
      ZoneId plant) {
    this.provider = provider;
    this.people = people;
    this.hasToken = hasToken;
    this.isSecure = isSecure;
    this.plant = plant;
  }

  public List<HttpRoute> routes() {
    return List.of(
        HttpRoute.of(Right.EVERYONE, "GET", PATH, this::show),
        HttpRoute.of(Right.EVERYONE, "POST", PATH, this::begin),
        HttpRoute.of(Right.VIEW, "DELETE", PATH, this::end),
        HttpRoute.of(Right.VIEW, "POST", PATH + "/look", this::keepLook));
  }

  /** Those whom the gateway knows, or the problem that it knows nobody. */
  static People known(@Nullable People people) {
    if (people == null) {
      throw new ProblemDocument(
          404, "Not found", "there are no users: the configuration has no http.users");
    }
    return people;
  }

  // ---- Who asks

  private Publisher<Void> show(HttpServerRequest request, HttpServerResponse response) {
    Query.none(request);
    Caller caller = Caller.of(request);
    if (people != null && caller.kind() == Caller.Kind.WALL) {
      secrets(people, request).forEach(secret -> set(people, response, secret, WALL));
    }
    ObjectNode json = json(caller, look(request));
    return EntryKeeper.answer(request, response, 200, json.put("renewSeconds", renewIn(request)));
  }

  /** In how many seconds the page should ask the provider again, where that has to be. */
  private @Nullable Long renewIn(HttpServerRequest request) {
    return people == null
        ? null
        : secrets(people, request).stream()
            .map(people.sessions()::renewInSeconds)
            .filter(Objects::nonNull)
            .findFirst()
            .orElse(null);
  }

  private ObjectNode json(Caller caller, Look look) {
    ObjectNode json =
        JSON.createObjectNode()
            .put("login", people != null ? "users" : hasToken ? "token" : "none")
            .put("name", caller.name())
            .put("kind", caller.kind().name().toLowerCase(Locale.ROOT))
            .put("role", caller.role().word());
    ArrayNode rights = json.putArray("rights");
    for (Right right : Right.values()) {
      if (caller.role().may(right)) {
        rights.add(right.name().toLowerCase(Locale.ROOT));
      }
    }
    return json.put("csrf", caller.csrf())
        .put("provider", provider == null ? null : provider.label())
        .put("language", look.language())
        .put("zone", look.zone())
        .put("plantZone", plant.getId());
  }

  // ---- How somebody wants to see the page

  private Look look(HttpServerRequest request) {
    return people == null
        ? Look.NONE
        : secrets(people, request).stream()
            .map(people.sessions()::look)
            .filter(look -> !look.equals(Look.NONE))
            .findFirst()
            .orElse(Look.NONE);
  }

  /** What a body says of it, or the problem. */
  static Look look(JsonBody body, @Nullable String language, @Nullable String zone) {
    try {
      return Look.of(language == null ? "" : language, zone == null ? "" : zone);
    } catch (IllegalArgumentException e) {
      throw body.bad(String.valueOf(e.getMessage()));
    }
  }

  private Publisher<Void> keepLook(HttpServerRequest request, HttpServerResponse response) {
    People known = known(people);
    Caller caller = Caller.of(request);
    if (!caller.isUser()) {
      throw new ProblemDocument(404, "Not found", "no user asks, for whom it could be kept");
    }
    return LOOK.receive(request, LookBody.class)
        .map(body -> look(LOOK, body.language, body.zone))
        .flatMap(
            look -> {
              secrets(known, request).forEach(secret -> known.sessions().keep(secret, look));
              return known
                  .sessions()
                  .saved()
                  .then(
                      Mono.defer(
                          () -> EntryKeeper.answer(request, response, 200, json(caller, look))));
            });
  }

  // ---- Log in

  private Publisher<Void> begin(HttpServerRequest request, HttpServerResponse response) {
    People known = known(people);
    String address = ClientAddress.of(request);
    return BODY.receive(request, Body.class)
        .flatMap(
            body -> {
              String name = given("name", body.name);
              return known
                  .logins()
                  .login(name, given("password", body.password), ClientAddress.place(request))
                  .map(result -> right(known, result, name, address));
            })
        .flatMap(begun -> answer(known, request, response, begun));
  }

  private static String given(String member, @Nullable String text) {
    if (text == null || text.isEmpty() || text.length() > 1000) {
      throw BODY.bad(member + " is missing, or too long");
    }
    return text;
  }

  private static Sessions.Begun right(
      People known, Logins.Result result, String name, String address) {
    if (result.waitSeconds() > 0) {
      known.audit().wrongLogin(name, address, 429);
      throw new ProblemDocument(
              429,
              "Too many tries",
              "wait " + result.waitSeconds() + " seconds before you try again")
          .header("retry-after", Long.toString(result.waitSeconds()));
    }
    if (result.user() == null) {
      known.audit().wrongLogin(name, address, 401);
      throw new ProblemDocument(401, "Not logged in", "name or password is wrong");
    }
    return known.sessions().begin(result.user());
  }

  /** Answers with the cookie of a new session, once the session is on the disk. */
  Mono<Void> answer(
      People known, HttpServerRequest request, HttpServerResponse response, Sessions.Begun begun) {
    return accept(known, request, response, begun)
        .flatMap(
            caller -> {
              Look look = known.sessions().look(begun.secret());
              return EntryKeeper.answer(request, response, 200, json(caller, look));
            });
  }

  /** Gives the browser the cookie of a new session; signals once the session is on the disk. */
  Mono<Caller> accept(
      People known, HttpServerRequest request, HttpServerResponse response, Sessions.Begun begun) {
    Caller caller = known.ofSession(begun.secret());
    if (caller == null) { // removed in this moment
      throw new ProblemDocument(401, "Not logged in", "this user is no longer there");
    }
    String what = begun.session().byProvider() ? "login by the provider" : "login";
    known.audit().known(caller, what, ClientAddress.of(request));
    boolean isWall = begun.session().isWall();
    Duration length = Duration.ofMillis(begun.session().endsMs() - begun.session().beganMs());
    set(known, response, begun.secret(), isWall ? WALL : length);
    return known.sessions().saved().thenReturn(caller);
  }

  private void set(People known, HttpServerResponse response, String secret, Duration length) {
    DefaultCookie cookie = new DefaultCookie(known.cookie(), secret);
    cookie.setHttpOnly(true);
    cookie.setSecure(isSecure);
    cookie.setPath("/");
    cookie.setMaxAge(length.toSeconds());
    cookie.setSameSite(SameSite.Strict);
    response.addCookie(cookie);
  }

  // ---- Log out

  private Publisher<Void> end(HttpServerRequest request, HttpServerResponse response) {
    People known = known(people);
    ObjectNode json = JSON.createObjectNode();
    for (String secret : secrets(known, request)) {
      URI there = provider == null ? null : provider.logout();
      if (there != null && known.sessions().isOfProvider(secret)) {
        json.put("logout", there.toString());
      }
      known.sessions().end(secret);
    }
    set(known, response, "", Duration.ZERO);
    return known
        .sessions()
        .saved()
        .then(Mono.defer(() -> EntryKeeper.answer(request, response, 200, json)));
  }

  private static Set<String> secrets(People known, HttpServerRequest request) {
    return request.cookies().getOrDefault(known.cookie(), Set.of()).stream()
        .map(Cookie::value)
        .collect(Collectors.toSet());
  }
}
