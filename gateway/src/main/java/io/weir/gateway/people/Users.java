package io.weir.gateway.people;

import io.weir.gateway.http.Role;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The users and tokens of a file. A name is that of one of them only. */
public record Users(List<User> users, List<ApiToken> tokens) {

  /** Nobody. */
  public static final Users NONE = new Users(List.of(), List.of());

  /** Letters of any language. */
  private static final Pattern NAME =
      Pattern.compile("[\\p{L}\\p{N}][\\p{L}\\p{M}\\p{N} ._@-]{0,63}");

  public Users {
    users = List.copyOf(users);
    tokens = List.copyOf(tokens);
  }

  /** A new secret and the list in which the token is that has it. */
  public record Added(Users users, String secret) {}

  /**
   * A name as it is compared.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static String name(String text) {
    String name = Normalizer.normalize(text.strip(), Normalizer.Form.NFC);
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "a name has letters, digits, spaces, '.', '_', '@' and '-', at most 64");
    }
    return name;
  }

  public @Nullable User user(String name) {
    String composed = Normalizer.normalize(name.strip(), Normalizer.Form.NFC);
    return users.stream().filter(user -> user.name().equals(composed)).findFirst().orElse(null);
  }

  /** The token of a secret. Compares with all of them, so that the time tells nothing. */
  @Nullable ApiToken token(String secret) {
    String digest = Secrets.digest(secret);
    ApiToken found = null;
    for (ApiToken token : tokens) {
      if (Secrets.same(token.digest(), digest)) {
        found = token;
      }
    }
    return found;
  }

  /** Whether somebody or something has that name. */
  public boolean has(String name) {
    return names().anyMatch(name::equals);
  }

  private Stream<String> names() {
    return Stream.concat(users.stream().map(User::name), tokens.stream().map(ApiToken::name));
  }

  /** With a user, who takes the place of one of the same name. */
  public Users with(User added) {
    List<User> all = without(users, user -> user.name().equals(added.name()));
    all.add(added);
    return new Users(all, tokens);
  }

  /** With a new token. */
  public Added withToken(String name, Role role) {
    String secret = Secrets.make();
    List<ApiToken> all = new ArrayList<>(tokens);
    all.add(new ApiToken(name, role, Secrets.digest(secret)));
    return new Added(new Users(users, all), secret);
  }

  /** Without the user or token of a name. */
  public Users without(String name) {
    return new Users(
        without(users, user -> user.name().equals(name)),
        without(tokens, token -> token.name().equals(name)));
  }

  private static <T> List<T> without(List<T> all, Predicate<T> removed) {
    return new ArrayList<>(all.stream().filter(removed.negate()).toList());
  }
}
