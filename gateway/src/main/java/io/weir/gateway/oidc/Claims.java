package io.weir.gateway.oidc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What of the claims of a provider counts here. */
record Claims(OidcConfig config) {

  /** Each has the rights of the ones before. */
  private static final List<String> ROLES = List.of("viewer", "operator", "engineer", "admin");

  /** Whether nothing is missing that another answer could have. */
  boolean areAllIn(JsonNode claims) {
    return !at(claims, config.nameClaim()).isMissingNode()
        && !at(claims, config.roleClaim()).isMissingNode();
  }

  Person person(JsonNode claims) {
    return person(claims, MissingNode.getInstance());
  }

  /**
   * @param more what counts where a claim is missing
   */
  Person person(JsonNode claims, JsonNode more) {
    String name = either(claims, more, config.nameClaim()).asText().strip();
    return new Person(name, role(texts(either(claims, more, config.roleClaim()))), login(claims));
  }

  static Person.Login login(JsonNode claims) {
    return new Person.Login(claims.path("sub").asText(), claims.path("sid").asText());
  }

  private static JsonNode either(JsonNode claims, JsonNode more, String name) {
    JsonNode found = at(claims, name);
    return found.isMissingNode() ? at(more, name) : found;
  }

  /** A claim of that name; where there is none, with the dots as levels, as Keycloak has them. */
  private static JsonNode at(JsonNode claims, String name) {
    if (claims.has(name)) {
      return claims.path(name);
    }
    JsonNode found = claims;
    for (String level : name.split("\\.")) {
      found = found.path(level);
    }
    return found;
  }

  private static List<String> texts(JsonNode claim) {
    List<String> texts = new ArrayList<>();
    if (claim.isTextual()) {
      texts.add(claim.asText());
    }
    claim.elements().forEachRemaining(each -> texts.add(each.asText()));
    return texts;
  }

  private @Nullable String role(List<String> groups) {
    return groups.stream()
        .map(config.roles()::get)
        .filter(Objects::nonNull)
        .max(Comparator.comparingInt(ROLES::indexOf))
        .orElse(null);
  }
}
