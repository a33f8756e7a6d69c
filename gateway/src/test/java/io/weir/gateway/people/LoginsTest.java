package io.weir.gateway.people;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.http.Role;
import io.weir.gateway.log.ManualTime;
import io.weir.gateway.passwords.Passwords;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoginsTest {

  private static final String HASH = Passwords.hash("correct horse", 10);

  @TempDir Path folder;

  private Logins logins(Users users) throws IOException {
    UsersFile file = new UsersFile(folder.resolve("users.yaml"));
    file.write(users);
    return new Logins(new KnownUsers(file), new ManualTime());
  }

  private static Users anna() {
    return Users.NONE.with(new User("anna", Role.VIEWER, HASH));
  }

  @Test
  void aNameAndItsPasswordLogInAndNothingElseDoes() throws IOException {
    try (Logins logins = logins(anna())) {
      assertThat(logins.login(" anna ", "correct horse", "a").block().user().name())
          .isEqualTo("anna");
      assertThat(logins.login("anna", "correct horses", "a").block().user()).isNull();
      assertThat(logins.login("eve", "correct horse", "a").block().user()).isNull();
      assertThat(logins.login("Anna", "correct horse", "a").block().user()).isNull();
    }
  }

  @Test
  void whereThereIsNobodyAPasswordIsComparedToo() throws IOException {
    try (Logins logins = logins(Users.NONE)) {
      assertThat(logins.login("anna", "correct horse", "a").block())
          .isEqualTo(new Logins.Result(null, 0));
    }
    assertThat(Passwords.isHash(Logins.NOBODYS)).isTrue();
    assertThat(Logins.NOBODYS.substring(0, 7))
        .as("of the cost of a new one, so that it takes as long")
        .isEqualTo(Passwords.hash("correct horse").substring(0, 7));
  }

  @Test
  void fewWaitAndFewOfOneAddress() throws IOException {
    try (Logins logins = logins(anna())) {
      List<CompletableFuture<Logins.Result>> ofOne = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        ofOne.add(logins.login("anna", "correct horse", "a").toFuture());
      }
      assertThat(ofOne.stream().filter(each -> each.join().waitSeconds() == 1))
          .hasSizeBetween(1, 6);

      List<CompletableFuture<Logins.Result>> ofMany = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        ofMany.add(logins.login("anna", "correct horse", "address " + i).toFuture());
      }
      int refused = 0;
      for (CompletableFuture<Logins.Result> each : ofMany) {
        try {
          each.join();
        } catch (CompletionException e) {
          assertThat(e).hasCauseInstanceOf(RejectedExecutionException.class);
          refused++;
        }
      }
      assertThat(refused).isBetween(1, 84);
    }
  }
}
