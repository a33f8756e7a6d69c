package io.weir.gateway.http;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
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
  private static final AttributeKey<Boolean> WATCHED = AttributeKey.valueOf("weir.watched");
  private static final long LOOK_S = 1;

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

  /**
   * The connection of a request that may go on as another protocol, which no route sees: it ends
   * with the caller.
   */
  void keeps(HttpServerRequest request) {
    request.withConnection(connection -> watch(connection.channel()));
  }

  /** Once for a connection, however many requests ask for another protocol. */
  private static void watch(Channel channel) {
    if (channel.attr(WATCHED).getAndSet(true) != null) {
      return;
    }
    Future<?> look =
        channel
            .eventLoop()
            .scheduleWithFixedDelay(
                () -> {
                  Caller caller = channel.attr(KEY).get();
                  if (caller != null && !caller.holds.getAsBoolean()) {
                    channel.close();
                  }
                },
                LOOK_S,
                LOOK_S,
                TimeUnit.SECONDS);
    channel.closeFuture().addListener(closed -> look.cancel(false));
  }
}
