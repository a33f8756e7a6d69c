package io.weir.gateway.admin;

import io.weir.gateway.http.Query;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;

/** What undoes a record, decides about a hint or acknowledges: who, and perhaps why. */
record UndoRequest(String who, String comment) {

  private static final JsonBody BODY =
      JsonBody.ofTexts("Bad request", "who and comment", "these are short");

  private static final BodyMembers MEMBERS = new BodyMembers(BODY);

  private record Body(@Nullable String who, @Nullable String comment) {}

  /** Reads a request's body; signals a problem document with the problem. */
  static Mono<UndoRequest> read(HttpServerRequest request) {
    String user = BodyMembers.user(request);
    return BODY.receive(request, Body.class)
        .map(body -> new UndoRequest(MEMBERS.who(user, body.who), MEMBERS.comment(body.comment)));
  }

  /**
   * The id in a path that ends with {@code /{id}/undo}.
   *
   * @param list the path that lists what can be undone
   */
  static long id(HttpServerRequest request, String list) {
    String[] parts = request.fullPath().split("/");
    String id = parts[parts.length - 2];
    if (!id.matches("[0-9]{1,18}")) {
      throw Query.bad("an id is a whole number, as " + list + " lists them");
    }
    return Long.parseLong(id);
  }
}
