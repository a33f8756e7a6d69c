package io.weir.gateway.people;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.http.Role;
import io.weir.gateway.log.AtomicFile;
import io.weir.gateway.log.ManualTime;
import io.weir.gateway.log.MemoryDisk;
import io.weir.gateway.passwords.Passwords;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SessionsTest {

  private final ManualTime time = new ManualTime();

  @TempDir Path folder;

  /** Else who logged in while the clock was years ahead would stay for years. */
  @Test
  void aSessionThatBeganInTheFutureHasEnded() throws Exception {
    User anna = new User("anna", Role.VIEWER, Passwords.hash("correct horse", 10));
    UsersFile file = new UsersFile(folder.resolve("users.yaml"));
    file.write(Users.NONE.with(anna));
    AtomicFile kept = new AtomicFile(new MemoryDisk(new Random(1)), Path.of("logins"));
    try (Sessions sessions =
        new Sessions(
            kept,
            new KnownUsers(file),
            Duration.ofHours(12),
            Sessions.Rules.NONE,
            time,
            () -> {})) {
      time.jump(Duration.ofDays(3650));
      Sessions.Begun ahead = sessions.begin(anna);
      Sessions.Begun wall = sessions.beginWall("Hall 2", Look.NONE);
      assertThat(sessions.caller(ahead.secret())).isNotNull();
      time.jump(Duration.ofHours(-2));
      assertThat(sessions.caller(ahead.secret())).as("a clock is set now and then").isNotNull();
      time.jump(Duration.ofDays(-3650));
      assertThat(sessions.caller(ahead.secret())).isNull();
      assertThat(sessions.caller(wall.secret())).as("until an admin ends it").isNotNull();
      Sessions.Begun now = sessions.begin(anna);
      time.advance(Duration.ofHours(11));
      assertThat(sessions.caller(now.secret())).isNotNull();
      time.advance(Duration.ofHours(2));
      assertThat(sessions.caller(now.secret())).isNull();
    }
  }
}
