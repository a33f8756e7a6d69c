package io.weir.gateway.http;

import io.netty.util.AttributeKey;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import reactor.netty.http.server.HttpServerRequest;

/**
 * Who asks.
 *
 * @param name of the user, the token or the wall; "" for somebody unknown
 * @param csrf what a request by cookie must send to change something, so that no page of another
 *     site can; "" where there is no cookie
 * @param holds whether it is still so: no longer once a session ends, or who has it is removed
 */
public record Caller(String name, Role role, Kind kind, String csrf, BooleanSupplier holds) {

  /** By what a caller is known. */
  public enum Kind {
    /** By nothing: a stranger, or anyone where nobody has to log in. */
    NOBODY,
    TOKEN,
    USER,
    WALL
  }

  static final Caller STRANGER = nobody(Role.STRANGER);

  /** Anyone, where nobody has to log in. */
  static final Caller ANYONE = nobody(Role.ADMIN);

  private static final AttributeKey<Caller> KEY = AttributeKey.valueOf("weir.caller");

  private static Caller nobody(Role role) {
    return new Caller("", role, Kind.NOBODY, "", () -> true);
  }

  /** A program that has a token. */
  public static Caller token(String name, Role role, BooleanSupplier holds) {
    return new Caller(name, role, Kind.TOKEN, "", holds);
  }

  /** Whether it is a person whose password was checked. */
  public boolean isUser() {
    return kind == Kind.USER;
  }

  /** Who makes a request; a stranger before the server has looked. */
  public static Caller of(HttpServerRequest request) {
    AtomicReference<@Nullable Caller> found = new AtomicReference<>();
    request.withConnection(connection -> found.set(connection.channel().attr(KEY).get()));
    Caller caller = found.get();
    return caller == null ? STRANGER : caller;
  }

  /** One request at a time is answered on a connection, so this is for the one under way. */
  void makes(HttpServerRequest request) {
    request.withConnection(connection -> connection.channel().attr(KEY).set(this));
  }
}
