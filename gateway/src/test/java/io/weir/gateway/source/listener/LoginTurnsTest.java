package io.weir.gateway.source.listener;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.gateway.passwords.Passwords;
import java.net.InetAddress;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Whose login is checked next while strangers flood. */
class LoginTurnsTest {

  private static final String SECRET = "correct horse";
  private static final String WRONG = "wrong horse";

  private final Queue<String> said = new ConcurrentLinkedQueue<>();

  private Logins.Outcome says(String who) {
    return new Logins.Outcome() {
      @Override
      public void checked(@Nullable DeviceLogin login) {
        said.add(who + (login == null ? " wrong" : " in"));
      }

      @Override
      public void refused() {
        said.add(who + " refused");
      }
    };
  }

  private static InetAddress address(int a, int b, int c, int d) throws Exception {
    return InetAddress.getByAddress(new byte[] {(byte) a, (byte) b, (byte) c, (byte) d});
  }

  /** They know the names of users, and come from as many networks as they like. */
  @Test
  void strangersFromAThousandNetworksDoNotKeepThoseOutWhoseNetworkHasLoggedIn() throws Exception {
    DeviceLogin press = new DeviceLogin("press-01", Passwords.hash(SECRET, 4), List.of());
    DeviceLogin saw = new DeviceLogin("saw-01", Passwords.hash(SECRET, 4), List.of());
    CountDownLatch full = new CountDownLatch(1);
    try (Logins logins = new Logins(new ListenerSetup().users(press, saw).config())) {
      logins.check(address(10, 1, 1, 1), "press-01", SECRET.getBytes(UTF_8), says("press"));
      await().until(() -> said.contains("press in"));
      logins.check(
          address(11, 0, 0, 1),
          "saw-01",
          WRONG.getBytes(UTF_8),
          new Logins.Outcome() {
            @Override
            public void checked(@Nullable DeviceLogin login) {
              try {
                full.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            }

            @Override
            public void refused() {}
          });
      for (int i = 0; i < 1500; i++) {
        InetAddress from = address(12, i >> 8, i, 1);
        logins.check(from, "saw-01", WRONG.getBytes(UTF_8), says("stranger"));
      }
      logins.check(address(10, 1, 1, 2), "saw-01", SECRET.getBytes(UTF_8), says("saw"));
      said.removeIf(each -> each.equals("stranger refused"));
      full.countDown();
      await().until(() -> said.stream().anyMatch(each -> each.startsWith("saw")));
      assertThat(said.stream().limit(3)).contains("saw in");
    }
  }
}
