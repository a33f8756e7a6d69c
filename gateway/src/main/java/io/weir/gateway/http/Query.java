package io.weir.gateway.http;

import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.netty.http.server.HttpServerRequest;

/**
 * The parameters of a request. An invalid one becomes a {@link ProblemDocument} with status 400
 * that says what is valid.
 */
public final class Query {

  private final Map<String, List<String>> given;

  /**
   * @param known the parameters that the path takes, in the order in which they are named
   */
  public Query(HttpServerRequest request, String... known) {
    given = parameters(new QueryStringDecoder(request.uri()));
    List<String> names = List.of(known);
    for (String name : given.keySet()) {
      if (!names.contains(name)) {
        throw bad(
            "there is no parameter '" + name + "'; this path takes " + String.join(", ", names));
      }
    }
  }

  /** Checks that a request to a path without parameters has none. */
  public static void none(HttpServerRequest request) {
    if (request.uri().contains("?")) {
      throw bad("there are no parameters here");
    }
  }

  /**
   * What somebody else sends along, of whom we know not all that he or she sends: each parameter
   * that is there once.
   */
  public static Map<String, String> lenient(HttpServerRequest request) {
    return once(new QueryStringDecoder(request.uri()));
  }

  /** The members of a form that somebody else posts, each that is there once. */
  public static Map<String, String> form(String body) {
    return once(new QueryStringDecoder(body, false));
  }

  private static Map<String, String> once(QueryStringDecoder all) {
    Map<String, String> once = new HashMap<>();
    parameters(all)
        .forEach(
            (name, values) -> {
              if (values.size() == 1) {
                once.put(name, values.get(0));
              }
            });
    return once;
  }

  private static Map<String, List<String>> parameters(QueryStringDecoder all) {
    try {
      return all.parameters();
    } catch (IllegalArgumentException e) {
      throw bad("the query is not in percent-encoding: " + e.getMessage());
    }
  }

  public static ProblemDocument bad(String detail) {
    return new ProblemDocument(400, "Bad request", detail);
  }

  public boolean has(String name) {
    return given.containsKey(name);
  }

  public long number(String name, long absent, long least, long most) {
    String text = text(name);
    if (text == null) {
      return absent;
    }
    try {
      long number = Long.parseLong(text);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // answered below, like a number out of range
    }
    throw bad(name + " must be a whole number from " + least + " to " + most);
  }

  /** One of several words, or {@code null} where none is given. */
  public @Nullable String word(String name, Set<String> words) {
    String word = text(name);
    if (word != null && !words.contains(word)) {
      throw bad(name + " must be one of " + String.join(", ", words));
    }
    return word;
  }

  /** A parameter that may be given once, or {@code null}. */
  public @Nullable String text(String name) {
    List<String> values = given.get(name);
    if (values != null && values.size() > 1) {
      throw bad(name + " is given " + values.size() + " times; give it once");
    }
    return values == null ? null : values.get(0);
  }

  /** A parameter that may be given several times. */
  public List<String> texts(String name) {
    return given.getOrDefault(name, List.of());
  }
}
