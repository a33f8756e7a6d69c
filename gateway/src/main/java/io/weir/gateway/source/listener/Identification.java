package io.weir.gateway.source.listener;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out who connects: by the name in its certificate, else by user name and password; where
 * neither is configured, it is anybody. Belongs to the loop of the connection.
 */
final class Identification {

  private static final Logger LOG = LoggerFactory.getLogger(Identification.class);

  /** Whoever tries passwords waits so long each time. */
  private static final long WRONG_LOGIN_MS = 1000;

  private final Shared shared;
  private final Link link;
  private final @Nullable SocketAddress from;
  private final Result result;

  /** Receives the result on the loop, once, within {@link #begin} or later. */
  interface Result {

    /**
     * It is known.
     *
     * @param name its user name or the common name of its certificate, "" for anybody
     */
    void identified(DeviceLogin login, String name);

    void refused(Refused refused);
  }

  /**
   * @param from its address, which a proxy may have said
   */
  Identification(Shared shared, Link link, @Nullable SocketAddress from, Result result) {
    this.shared = shared;
    this.link = link;
    this.from = from;
    this.result = result;
  }

  void begin(ConnectRequest asked) {
    ListenerConfig config = shared.config();
    String shown = link.certificateName();
    DeviceLogin byCertificate = shown == null ? null : config.certificate(shown);
    if (config.isOpen()) {
      result.identified(DeviceLogin.ANYBODY, "");
    } else if (byCertificate != null) {
      result.identified(byCertificate, Objects.requireNonNull(shown));
    } else if (config.users().isEmpty()) {
      refuse(Codes.NOT_AUTHORISED, "this certificate is not known here");
    } else {
      logIn(asked.username(), asked.password());
    }
  }

  private void refuse(byte code, String reason) {
    result.refused(new Refused(code, reason));
  }

  private void logIn(@Nullable String user, byte @Nullable [] password) {
    if (user == null || password == null) {
      refuse(Codes.NOT_AUTHORISED, "a user name and a password are needed here");
      return;
    }
    shared
        .logins()
        .check(
            address(),
            user,
            password,
            new Logins.Outcome() {
              @Override
              public void checked(@Nullable DeviceLogin login) {
                link.loop().execute(() -> loggedIn(login, user));
              }

              @Override
              public void refused() {
                link.loop().execute(() -> refuse(Codes.BUSY, "too many log in at the same time"));
              }
            });
  }

  private InetAddress address() {
    InetAddress address = from instanceof InetSocketAddress inet ? inet.getAddress() : null;
    return address == null ? InetAddress.getLoopbackAddress() : address;
  }

  private void loggedIn(@Nullable DeviceLogin login, String user) {
    if (login != null) {
      result.identified(login, user);
      return;
    }
    if (shared.logins().isWorthALine(shared.time().elapsedNs())) {
      LOG.warn("{}: wrong user name or password from {}", shared.config().name(), from);
    }
    link.loop()
        .schedule(
            () -> refuse(Codes.BAD_LOGIN, "wrong user name or password"),
            WRONG_LOGIN_MS,
            TimeUnit.MILLISECONDS);
  }
}
