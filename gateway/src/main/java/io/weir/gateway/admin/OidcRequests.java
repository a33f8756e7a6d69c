package io.weir.gateway.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.handler.codec.http.cookie.Cookie;
import io.netty.handler.codec.http.cookie.CookieHeaderNames.SameSite;
import io.netty.handler.codec.http.cookie.DefaultCookie;
import io.weir.gateway.http.ClientAddress;
import io.weir.gateway.http.HttpRoute;
import io.weir.gateway.http.ProblemDocument;
import io.weir.gateway.http.Query;
import io.weir.gateway.http.RequestThreads;
import io.weir.gateway.http.Right;
import io.weir.gateway.http.Role;
import io.weir.gateway.oidc.BegunLogin;
import io.weir.gateway.oidc.BegunLogins;
import io.weir.gateway.oidc.OidcReader;
import io.weir.gateway.oidc.Person;
import io.weir.gateway.oidc.Provider;
import io.weir.gateway.oidc.RefusedException;
import io.weir.gateway.people.People;
import io.weir.gateway.people.Sessions;
import io.weir.gateway.people.Users;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/**
 * Lets people log in by the provider: sends a browser there, and takes it back. Both answers lead
 * the browser on and never to an address that a request names: back is always the page, which finds
 * its view itself, with one word where it went wrong. What waits for the provider does so on the
 * threads {@code oidc}.
 */
public final class OidcRequests implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(OidcRequests.class);

  private static final String PATH = "/api/v1/session/oidc";
  private static final int MOST_AT_ONCE = 4;
  private static final int MOST_WAITING = 128;
  private static final int LONGEST_TEXT = 300;

  private static final JsonBody LOGOUT =
      JsonBody.ofTexts("Bad logout", "logout_token", "a token is short");

  private final @Nullable People people;
  private final @Nullable Provider provider;
  private final LoginRequests logins;
  private final BegunLogins begun;
  private final boolean isSecure;
  private final Scheduler threads = RequestThreads.of("oidc", MOST_AT_ONCE, MOST_WAITING);

  /** Why somebody is not logged in, as the page words it. */
  private enum Why {
    NO_ROLE,
    NO_NAME,
    NAME_TAKEN,
    REFUSED,
    AWAY,
    EXPIRED,
    WOULD_ASK,
    BUSY;

    String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /**
   * @param people {@code null} where there are no users
   * @param provider {@code null} where there is none
   * @param isSecure whether browsers come by TLS
   */
  public OidcRequests(
      @Nullable People people,
      @Nullable Provider provider,
      LoginRequests logins,
      BegunLogins begun,
      boolean isSecure) {
    this.people = people;
    this.provider = provider;
    this.logins = logins;
    this.begun = begun;
    this.isSecure = isSecure;
  }

  public List<HttpRoute> routes() {
    return List.of(
        HttpRoute.of(Right.EVERYONE, "GET", PATH, this::begin),
        HttpRoute.of(Right.EVERYONE, "GET", OidcReader.CALLBACK, this::end),
        HttpRoute.of(Right.EVERYONE, "POST", PATH + "/logout", this::logout));
  }

  private Provider provider() {
    if (provider == null) {
      throw new ProblemDocument(
          404, "Not found", "there is no provider: the configuration has no http.oidc");
    }
    return provider;
  }

  // ---- To the provider

  private Publisher<Void> begin(HttpServerRequest request, HttpServerResponse response) {
    boolean isSilent = "yes".equals(new Query(request, "silent").word("silent", Set.of("yes")));
    People known = LoginRequests.known(people);
    Provider asked = provider();
    BegunLogin login = begun.begin();
    return Mono.fromCallable(() -> asked.address(login, isSilent).toString())
        .subscribeOn(threads)
        .doOnNext(any -> set(known, response, login.cookie(), BegunLogins.SECONDS))
        .onErrorResume(IOException.class, failure -> Mono.just(away(failure)))
        .onErrorResume(RejectedExecutionException.class, any -> Mono.just(page(Why.BUSY)))
        .flatMap(to -> redirect(response, to));
  }

  private static String away(IOException failure) {
    LOG.warn("Nobody can log in by the provider: {}", oneLine(failure));
    return page(Why.AWAY);
  }

  // ---- And back

  private Publisher<Void> end(HttpServerRequest request, HttpServerResponse response) {
    People known = LoginRequests.known(people);
    Provider asked = provider();
    Map<String, String> answer = Query.lenient(request);
    BegunLogin login = login(known, request, answer.getOrDefault("state", ""));
    set(known, response, "", 0);
    if (login == null) {
      return redirect(response, page(Why.EXPIRED));
    }
    if (Provider.wouldAsk(answer)) {
      return redirect(response, page(Why.WOULD_ASK));
    }
    String address = ClientAddress.of(request);
    String place = ClientAddress.place(request);
    if (!known.mayAskProvider(place)) {
      return redirect(response, page(Why.BUSY));
    }
    return Mono.fromCallable(() -> come(known, asked, login, answer, address))
        .subscribeOn(threads)
        .flatMap(
            session -> {
              known.hasAskedRightly(place);
              return logins.accept(known, request, response, session).thenReturn("/");
            })
        .onErrorResume(NotLoggedIn.class, no -> Mono.just(page(no.why)))
        .onErrorResume(IOException.class, failure -> Mono.just(away(failure)))
        .onErrorResume(RejectedExecutionException.class, any -> Mono.just(page(Why.BUSY)))
        .flatMap(to -> redirect(response, to));
  }

  /** Ends with a redirect and a word, and no stack. */
  private static final class NotLoggedIn extends Exception {

    private static final long serialVersionUID = 1;

    private final Why why;

    NotLoggedIn(Why why) {
      super(why.word(), null, false, false);
      this.why = why;
    }
  }

  private Sessions.Begun come(
      People known, Provider asked, BegunLogin login, Map<String, String> answer, String address)
      throws IOException, NotLoggedIn {
    Person person;
    try {
      person = asked.person(login, answer);
    } catch (RefusedException e) {
      LOG.warn("A login by the provider is refused: {}", oneLine(e));
      known.audit().wrongLogin("", address, 401);
      throw new NotLoggedIn(Why.REFUSED);
    }
    String name = name(person);
    if (name.isEmpty()) {
      throw no(known, Why.NO_NAME, person.name(), address);
    }
    if (person.role() == null) {
      throw no(known, Why.NO_ROLE, name, address);
    }
    if (known.has(name)) {
      throw no(known, Why.NAME_TAKEN, name, address);
    }
    Role role = Role.valueOf(person.role().toUpperCase(Locale.ROOT));
    Person.Login there = person.login();
    return known
        .sessions()
        .beginOfProvider(new Sessions.Known(name, role, there.subject(), there.session()));
  }

  private static String name(Person person) {
    try {
      return Users.name(person.name());
    } catch (IllegalArgumentException e) {
      return "";
    }
  }

  private static NotLoggedIn no(People known, Why why, String name, String address) {
    LOG.warn("'{}' may not log in by the provider: {}", oneLine(name), why.word());
    known.audit().wrongLogin(name, address, 403);
    return new NotLoggedIn(why);
  }

  private @Nullable BegunLogin login(People known, HttpServerRequest request, String state) {
    Set<Cookie> cookies = request.cookies().getOrDefault(cookie(known), Set.of());
    return cookies.size() == 1 ? begun.end(cookies.iterator().next().value(), state) : null;
  }

  // ---- Ended there

  /** The provider says itself that somebody has logged out there, or was removed. */
  private Publisher<Void> logout(HttpServerRequest request, HttpServerResponse response) {
    Query.none(request);
    People known = LoginRequests.known(people);
    Provider asked = provider();
    String place = ClientAddress.place(request);
    if (!known.mayAskProvider(place)) {
      throw new ProblemDocument(429, "Too many tries", "wait before you try again");
    }
    response.header("cache-control", "no-store");
    return LOGOUT
        .receive(request)
        .publishOn(threads)
        .map(form -> ended(asked, form))
        .flatMap(
            login -> {
              known.hasAskedRightly(place);
              known.sessions().endOfProvider(login.subject(), login.session());
              return known.sessions().saved();
            })
        .then(Mono.defer(() -> response.status(200).header("content-length", "0").send().then()));
  }

  private static Person.Login ended(Provider asked, byte[] form) {
    try {
      String token = Query.form(new String(form, UTF_8)).getOrDefault("logout_token", "");
      return asked.ended(token);
    } catch (RefusedException e) {
      LOG.warn("A logout by the provider is refused: {}", oneLine(e));
      throw LOGOUT.bad("the logout token is not accepted");
    } catch (IOException e) {
      LOG.warn("A logout by the provider could not be checked: {}", oneLine(e));
      throw new ProblemDocument(503, "Not checked", "the provider is away")
          .header("retry-after", "10");
    }
  }

  // ---- Answers

  private static String cookie(People known) {
    return known.cookie() + "-login";
  }

  /**
   * Lax, since the browser comes back from another site; it holds nothing that would log anybody
   * in.
   */
  private void set(People known, HttpServerResponse response, String value, long seconds) {
    DefaultCookie cookie = new DefaultCookie(cookie(known), value);
    cookie.setHttpOnly(true);
    cookie.setSecure(isSecure);
    cookie.setPath("/");
    cookie.setMaxAge(seconds);
    cookie.setSameSite(SameSite.Lax);
    response.addCookie(cookie);
  }

  private static String page(Why why) {
    return "/?login=" + why.word();
  }

  private static Mono<Void> redirect(HttpServerResponse response, String to) {
    return response.status(303).header("location", to).header("content-length", "0").send().then();
  }

  private static String oneLine(Throwable failure) {
    return oneLine(String.valueOf(failure.getMessage()));
  }

  private static String oneLine(String text) {
    String line = text.replaceAll("\\p{Cntrl}+", " ");
    return line.length() > LONGEST_TEXT ? line.substring(0, LONGEST_TEXT) : line;
  }

  @Override
  public void close() {
    threads.dispose();
  }
}
