package io.weir.gateway;

import io.weir.gateway.admin.AuditRequests;
import io.weir.gateway.admin.LoginRequests;
import io.weir.gateway.admin.OidcRequests;
import io.weir.gateway.admin.WallRequests;
import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.http.HttpRoute;
import io.weir.gateway.log.SegmentLog;
import io.weir.gateway.oidc.BegunLogins;
import io.weir.gateway.oidc.OidcConfig;
import io.weir.gateway.oidc.Provider;
import io.weir.gateway.people.AuditLog;
import io.weir.gateway.people.People;
import io.weir.gateway.people.Sessions;
import io.weir.gateway.people.UsersFile;
import io.weir.gateway.settings.Config;
import java.io.IOException;
import java.time.ZoneId;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The wiring of users, sessions, walls and the audit; without {@code http.users} there are none.
 */
final class PeopleParts {

  /**
   * Below it, a browser takes a cookie only by TLS and only from the server itself (RFC 6265bis).
   */
  private static final String OF_THIS_HOST = "__Host-";

  private final @Nullable People people;
  private final List<HttpRoute> routes;

  /**
   * @param audit the log of who did what, opened where there are users
   */
  PeopleParts(Base base, @Nullable SegmentLog audit) throws IOException {
    Config.Http http = base.config().http();
    people = audit == null ? null : build(base, http, audit);
    OidcConfig oidc = http.login() == null ? null : http.login().oidc();
    Provider provider = oidc == null ? null : new Provider(oidc, base.time());
    LoginRequests logins =
        new LoginRequests(
            people, http.token() != null, http.isSecure(), provider, plant(base.config()));
    OidcRequests byProvider =
        new OidcRequests(people, provider, logins, new BegunLogins(base.time()), http.isSecure());
    base.started().add("logins by the provider", byProvider::close);
    WallRequests walls = new WallRequests(people, logins);
    AuditRequests asked = new AuditRequests(people);
    base.started().add("requests of the audit", asked::close);
    routes =
        Stream.of(logins.routes(), byProvider.routes(), walls.routes(), asked.routes())
            .flatMap(List::stream)
            .toList();
  }

  private static ZoneId plant(Config config) {
    EfficiencyConfig efficiency = config.efficiency();
    return efficiency == null ? ZoneId.systemDefault() : efficiency.zone();
  }

  private static @Nullable People build(Base base, Config.Http http, SegmentLog log)
      throws IOException {
    Config.Login login = http.login();
    if (login == null) {
      return null;
    }
    // Cookies are of a host and not of a port: two gateways of one machine have different ones.
    String cookie = (http.isSecure() ? OF_THIS_HOST : "") + "weir-" + http.port();
    People made =
        new People(
            new People.Parts(
                cookie,
                new UsersFile(login.users()),
                base.data().logins(base.files()),
                login.sessionTime(),
                rules(login.oidc())),
            new AuditLog(log, base.time()),
            base.time(),
            () -> base.damaged().accept("logins"));
    base.started().add("people", made::close);
    return made;
  }

  private static Sessions.Rules rules(@Nullable OidcConfig provider) {
    return provider == null
        ? Sessions.Rules.NONE
        : new Sessions.Rules(provider.rules(), provider.sessionTime());
  }

  /** Who may ask; {@code null} where nobody has to log in. */
  @Nullable People people() {
    return people;
  }

  List<HttpRoute> routes() {
    return routes;
  }

  void start() {
    if (people != null) {
      people.start();
    }
  }
}
