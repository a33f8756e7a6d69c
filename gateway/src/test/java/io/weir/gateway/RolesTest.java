package io.weir.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.http.HttpRoute;
import io.weir.gateway.http.Right;
import io.weir.gateway.http.Role;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every route of a gateway, asked by everyone there is: no role may do more than its right. */
@Tag("slow")
class RolesTest {

  /**
   * What each route needs, once more: so a right that is declared wrongly is found, and a new route
   * has to be added here. Files of the page are left out.
   */
  private static final String RIGHTS =
      """
      EVERYONE   GET /api/v1/openapi.yaml
      EVERYONE   GET /api/v1/session
      EVERYONE   GET /api/v1/session/oidc
      EVERYONE   GET /api/v1/session/oidc/callback
      EVERYONE   POST /api/v1/session/oidc/logout
      EVERYONE   POST /api/v1/session
      EVERYONE   POST /api/v1/walls/claim
      EVERYONE   POST /api/v1/walls/code
      VIEW       GET /health/live
      VIEW       GET /health/ready
      METRICS    GET /metrics
      VIEW       DELETE /api/v1/session
      VIEW       POST /api/v1/session/look
      VIEW       GET /api/v1/assets
      VIEW       GET /api/v1/corrections
      VIEW       GET /api/v1/corrections/export
      VIEW       GET /api/v1/defects
      VIEW       GET /api/v1/efficiency
      VIEW       GET /api/v1/efficiency/recompute
      VIEW       GET /api/v1/figures
      VIEW       GET /api/v1/hints
      VIEW       GET /api/v1/notifications
      VIEW       GET /api/v1/history
      VIEW       GET /api/v1/ledger
      VIEW       GET /api/v1/orders
      VIEW       GET /api/v1/past/efficiency
      VIEW       GET /api/v1/past/figures
      VIEW       GET /api/v1/past/shifts
      VIEW       GET /api/v1/past/signals
      VIEW       GET /api/v1/past/states
      VIEW       GET /api/v1/past/stops
      VIEW       GET /api/v1/quality
      VIEW       GET /api/v1/quarantine
      VIEW       GET /api/v1/quarantine/{id}
      VIEW       GET /api/v1/reasons
      VIEW       GET /api/v1/received
      VIEW       GET /api/v1/signals
      VIEW       GET /api/v1/sites
      VIEW       GET /api/v1/sites/{id}
      VIEW       GET /api/v1/status
      VIEW       GET /api/v1/stops
      VIEW       GET /api/v1/stream
      INGEST     POST /api/v1/readings
      INGEST     POST /api/v2/write
      INGEST     POST /write
      OPERATE    POST /api/v1/corrections
      OPERATE    POST /api/v1/corrections/{id}/undo
      OPERATE    POST /api/v1/orders
      OPERATE    POST /api/v1/orders/{id}/undo
      OPERATE    POST /api/v1/notifications/{id}/acknowledge
      ENGINEER   GET /api/v1/discover
      ENGINEER   POST /api/v1/discover
      ENGINEER   GET /api/v1/config/site
      ENGINEER   GET /api/v1/config/site/versions
      ENGINEER   GET /api/v1/config/site/versions/{id}
      ENGINEER   POST /api/v1/config/reload
      ENGINEER   POST /api/v1/config/site
      ENGINEER   POST /api/v1/config/site/check
      ENGINEER   POST /api/v1/config/site/versions/{id}/restore
      ENGINEER   POST /api/v1/efficiency/recompute
      ENGINEER   POST /api/v1/efficiency/retire
      ENGINEER   POST /api/v1/hints/{id}/confirm
      ENGINEER   POST /api/v1/hints/{id}/dismiss
      ENGINEER   POST /api/v1/quarantine/replay
      ADMINISTER DELETE /api/v1/walls/{id}
      ADMINISTER GET /api/v1/audit
      ADMINISTER GET /api/v1/walls
      ADMINISTER POST /api/v1/walls
      """;

  private static final Map<Role, String> MAY =
      Map.of(
          Role.STRANGER, "EVERYONE",
          Role.VIEWER, "EVERYONE VIEW METRICS",
          Role.OPERATOR, "EVERYONE VIEW METRICS OPERATE",
          Role.ENGINEER, "EVERYONE VIEW METRICS OPERATE ENGINEER",
          Role.ADMIN, "EVERYONE VIEW METRICS OPERATE ENGINEER ADMINISTER INGEST",
          Role.INGEST, "EVERYONE INGEST",
          Role.METRICS, "EVERYONE METRICS");

  @TempDir static Path home;

  private static StartedPeople people;

  @BeforeAll
  static void start() throws Exception {
    people = new StartedPeople(home);
  }

  @AfterAll
  static void stop() {
    people.close();
  }

  @Test
  void theRightsOfTheRoutesAreTheseAndNoOther() {
    Map<String, String> wanted = new TreeMap<>();
    RIGHTS
        .lines()
        .map(line -> line.split(" +", 2))
        .forEach(parts -> wanted.put(parts[1], parts[0]));
    Map<String, String> declared = new TreeMap<>();
    for (HttpRoute route : people.gateway().routes()) {
      boolean isFile = route.forStrangers() == route.handler();
      if (!isFile || route.path().startsWith("/api/")) {
        declared.put(route.method() + " " + route.path(), route.right().name());
      }
    }
    assertThat(declared).isEqualTo(wanted);
  }

  @Test
  void aRoleHasTheRightsOfThisTable() {
    for (Role role : Role.values()) {
      List<String> rights = List.of(MAY.get(role).split(" "));
      for (Right right : Right.values()) {
        assertThat(role.may(right)).as(role + " " + right).isEqualTo(rights.contains(right.name()));
      }
    }
  }

  @Test
  void noRoleMayDoMoreThanItsRightByTokenOrBySession() throws Exception {
    Map<Role, String[]> browsers = new EnumMap<>(Role.class);
    for (Role role : Role.values()) {
      if (role.isOfPeople()) {
        browsers.put(role, people.login(role.word()).headers());
      }
    }
    List<String> wrong = new ArrayList<>();
    for (HttpRoute route : people.gateway().routes()) {
      for (Role role : Role.values()) {
        String[] token =
            role == Role.STRANGER
                ? new String[0]
                : new String[] {"authorization", "Bearer " + people.tokens.get(role)};
        check(route, role, token, wrong);
        if (browsers.containsKey(role) && !isLogout(route)) {
          check(route, role, browsers.get(role), wrong);
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  private static boolean isLogout(HttpRoute route) {
    return route.method().equals("DELETE") && route.path().equals("/api/v1/session");
  }

  private static void check(HttpRoute route, Role role, String[] headers, List<String> wrong)
      throws Exception {
    String path = route.path().replace("{id}", "0");
    int status = people.ask(route.method(), path, "", headers).statusCode();
    boolean isAllowed =
        List.of(MAY.get(role).split(" ")).contains(route.right().name())
            || route.forStrangers() != null;
    boolean wasAllowed = status != 401 && status != 403;
    boolean isStranger = role == Role.STRANGER;
    if (wasAllowed != isAllowed || (!wasAllowed && (status == 401) != isStranger)) {
      wrong.add(role + " " + route.method() + " " + path + " " + status);
    }
  }

  @Test
  void theTokenOfTheConfigurationMayDoEverything() throws Exception {
    for (HttpRoute route : people.gateway().routes()) {
      String path = route.path().replace("{id}", "0");
      int status =
          people
              .ask(route.method(), path, "", "authorization", "Bearer " + StartedPeople.TOKEN)
              .statusCode();
      assertThat(status).as(path).isNotIn(401, 403);
    }
  }
}
