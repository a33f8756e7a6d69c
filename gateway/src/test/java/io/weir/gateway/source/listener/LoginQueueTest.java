package io.weir.gateway.source.listener;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Whose password is looked at next. */
class LoginQueueTest {

  private static final InetAddress HERE = InetAddress.getLoopbackAddress();

  private final LoginQueue queue = new LoginQueue(100);
  private final List<String> said = new ArrayList<>();

  private void add(String user, String name) {
    add(HERE, HERE, user, name);
  }

  private void add(InetAddress place, InetAddress address, String user, String name) {
    LoginQueue.Login givesWay =
        queue.add(
            new LoginQueue.Who(place, address, user),
            new LoginQueue.Login() {
              @Override
              public void check() {
                said.add(name);
              }

              @Override
              public void refuse() {
                said.add("not " + name);
              }
            });
    if (givesWay != null) {
      givesWay.refuse();
    }
  }

  private void take(int count) {
    for (int i = 0; i < count; i++) {
      Objects.requireNonNull(queue.next()).check();
    }
  }

  @Test
  void eachUserAndAddressTakesTurns() {
    add("", "wrong 1");
    add("", "wrong 2");
    add("press-01", "right");
    take(3);
    assertThat(said).containsExactly("wrong 1", "right", "wrong 2");
    assertThat(queue.next()).isNull();
  }

  @Test
  void ofTooManyOneOfThoseGivesWayOfWhomThereAreTheMost() {
    for (int i = 0; i < 150; i++) {
      add("", "wrong " + i);
    }
    assertThat(said).hasSize(50).contains("not wrong 149").doesNotContain("not wrong 99");
    said.clear();
    add("press-01", "right");
    assertThat(said).containsExactly("not wrong 99");
    said.clear();
    take(2);
    assertThat(said).containsExactly("wrong 0", "right");
    take(98);
    assertThat(queue.isEmpty()).isTrue();
  }

  @Test
  void thePlaceWithTheMostGivesWayHoweverManyAddressesAndUsersItHas() throws Exception {
    InetAddress elsewhere = InetAddress.getByName("192.0.2.0");
    for (int i = 0; i < 100; i++) {
      byte[] address = {(byte) 192, 0, 2, (byte) i};
      add(elsewhere, InetAddress.getByAddress(address), "press-" + i, "wrong " + i);
    }
    for (int i = 0; i < 60; i++) {
      add("saw-" + i, "right " + i);
    }
    assertThat(said).hasSize(60).contains("not right 59", "not wrong 0");
    assertThat(said.stream().filter(each -> each.startsWith("not wrong"))).hasSize(50);
  }

  /** In the same place one user too many gives way before the others. */
  @Test
  void aUserDoesNotPayForTheFloodOfAnotherOneOfItsPlace() throws Exception {
    InetAddress elsewhere = InetAddress.getByName("192.0.2.1");
    for (int i = 0; i < 50; i++) {
      add(elsewhere, elsewhere, "", "stranger " + i);
      add("", "wrong " + i);
    }
    add("press-01", "right");
    assertThat(said).containsExactly("not wrong 49");
  }
}
