package io.weir.gateway.admin;

import io.weir.gateway.http.Caller;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import reactor.netty.http.server.HttpServerRequest;

/**
 * Checks members that the bodies of several requests have; each throws a problem document that
 * names the member.
 */
record BodyMembers(JsonBody body) {

  private static final int MOST_NAME = 128;
  private static final int MOST_COMMENT = 1000;

  /** Nanoseconds since the epoch of a time in ISO 8601. */
  long instant(String member, @Nullable String text) {
    try {
      return ChronoUnit.NANOS.between(Instant.EPOCH, Instant.parse(text == null ? "" : text));
    } catch (DateTimeException | ArithmeticException e) {
      throw body.bad(member + " takes a time such as 2026-03-01T06:00:00Z");
    }
  }

  /** A name that must be there. */
  String wanted(String member, @Nullable String text) {
    String name = name(member, text);
    if (name.isBlank()) {
      throw body.bad(member + " is missing");
    }
    return name;
  }

  /**
   * Who says it: the user who has logged in, else the name that is given, which must be there.
   *
   * @param user who has logged in; "" for nobody
   */
  String who(String user, @Nullable String text) {
    return user.isEmpty() ? wanted("who", text) : user;
  }

  /** The name of the user who makes a request; "" where nobody has logged in. */
  static String user(HttpServerRequest request) {
    Caller caller = Caller.of(request);
    return caller.isUser() ? caller.name() : "";
  }

  /** A name; "" where there is none. */
  String name(String member, @Nullable String text) {
    String name = text == null ? "" : text.strip();
    if (name.length() > MOST_NAME || name.chars().anyMatch(Character::isISOControl)) {
      throw body.bad(member + " takes one line of at most " + MOST_NAME + " characters");
    }
    return name;
  }

  /** Why; "" where nothing is said. */
  String comment(@Nullable String text) {
    String comment = text == null ? "" : text.strip();
    if (comment.length() > MOST_COMMENT) {
      throw body.bad("comment takes at most " + MOST_COMMENT + " characters");
    }
    return comment;
  }
}
