package io.weir.gateway.source.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.gateway.alarm.AlarmKind;
import io.weir.gateway.config.Secret;
import io.weir.gateway.source.SubscribeRequest;
import io.weir.peers.Mosquitto;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Brokers that refuse, restart and forget; each test has one of its own. */
@Execution(ExecutionMode.CONCURRENT)
@Tag("server")
class BrokerFaultsTest {

  @TempDir Path home;

  @ParameterizedTest
  @ValueSource(ints = {5, 311})
  void onlyTheRightPasswordIsLetInAndTheReasonSaysSo(int version) throws Exception {
    Path passwords = home.resolve("passwords");
    Process made =
        new ProcessBuilder("mosquitto_passwd", "-b", "-c", passwords.toString(), "weir", "right")
            .inheritIO()
            .start();
    assertThat(made.waitFor(10, TimeUnit.SECONDS) && made.exitValue() == 0).isTrue();
    try (Mosquitto broker =
        Mosquitto.started(
            home.resolve("broker"), "allow_anonymous false", "password_file " + passwords)) {
      try (Rig rig = new Rig(broker.url(), "plant/#")) {
        rig.version = version;
        rig.username = "weir";
        rig.password = new Secret("wrong");
        rig.start();
        await().until(() -> rig.source.status().reason().contains("not authorised"));
        assertThat(rig.source.status().ready()).isFalse();
        assertThat(rig.source.status().reason()).doesNotContain("wrong");
      }
      try (Rig rig = new Rig(broker.url(), "plant/#")) {
        rig.version = version;
        rig.username = "weir";
        rig.password = new Secret("right");
        rig.connected();
      }
    }
  }

  @Test
  void aBrokerRestartLosesNothingThatWasNotAcknowledged() throws Exception {
    try (Mosquitto broker = Mosquitto.started(home.resolve("broker"));
        Rig rig = new Rig(broker.url(), "plant/#")) {
      rig.connected();
      rig.shelf.mode(io.weir.gateway.source.Shelf.Mode.HOLD);
      try (Factory factory = new Factory(broker.url())) {
        factory.publishNumbers("plant/a", 0, 20);
      }
      await().until(() -> rig.shelf.taken().size() == 20);

      broker.stop();
      await().until(() -> !rig.source.status().ready());
      assertThat(rig.source.status().state()).isEqualTo("down");
      rig.shelf.settle();
      broker.start();

      await().until(() -> rig.shelf.taken().size() == 40);
      assertThat(rig.shelf.texts().subList(20, 40)).isEqualTo(rig.shelf.texts().subList(0, 20));
      assertThat(rig.source.status().sessionsLost()).isZero();
      rig.shelf.settle();
      await().until(() -> rig.source.status().unacknowledged() == 0);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {5, 311})
  void aBrokerThatGrantsALowerQosIsAnAlarm(int version) throws Exception {
    try (Mosquitto broker = Mosquitto.started(home.resolve("broker"), "max_qos 0");
        Rig rig = new Rig(broker.url(), "plant/#")) {
      rig.version = version;
      rig.start();
      await()
          .until(
              () ->
                  rig.source.troubles().stream()
                      .anyMatch(each -> each.kind() == AlarmKind.QOS_LOWERED));
      assertThat(rig.source.status().ready()).isFalse();
      assertThat(rig.source.status().reason()).isEqualTo("plant/# granted at QoS 0 instead of 1");
    }
  }

  @Test
  void whatTheBrokerDropsForAClientIsAnAlarm() throws Exception {
    try (Mosquitto broker =
            Mosquitto.started(home.resolve("broker"), "max_queued_messages 10", "sys_interval 1");
        Rig away = new Rig(broker.url(), "plant/#");
        Rig rig = new Rig(broker.url(), "other/#")) {
      away.connected();
      away.stop();
      rig.connected();
      assertThat(rig.source.troubles()).isEmpty();
      try (Factory factory = new Factory(broker.url())) {
        factory.publishNumbers("plant/a", 0, 100);
      }
      await()
          .until(
              () ->
                  rig.source.troubles().stream()
                      .anyMatch(each -> each.kind() == AlarmKind.LOSS_UPSTREAM));
    }
  }

  @Test
  void aBrokerThatIsNotThereYetIsAwaited() throws Exception {
    try (Mosquitto broker = new Mosquitto(home.resolve("broker"));
        Rig rig = new Rig(broker.url(), "plant/#")) {
      rig.start();
      await().until(() -> rig.source.status().reason().contains("no broker answers at tcp://"));

      broker.start();

      await().until(() -> rig.source.status().ready());
      assertThat(rig.source.status().sessionsLost()).isZero();
    }
  }

  @Test
  void aBrokerWithoutMemoryIsASessionLostAlsoAfterARestartOfTheGateway() throws Exception {
    Rig.Memory store;
    String clientId;
    try (Mosquitto broker = Mosquitto.started(home.resolve("broker"));
        Rig rig = new Rig(broker.url(), "plant/#")) {
      rig.connected();
      store = rig.store;
      clientId = rig.clientId;
      rig.stop();
    }
    try (Mosquitto broker = Mosquitto.started(home.resolve("another"));
        Rig rig = new Rig(broker.url(), "plant/#")) {
      rig.store = store;
      rig.clientId = clientId;
      rig.connected();

      assertThat(rig.source.status().sessionsLost()).isEqualTo(1);
    }
  }

  /** Mosquitto answers a SUBSCRIBE with "not authorised" through its dynamic-security plugin. */
  @ParameterizedTest
  @ValueSource(ints = {5, 311})
  void aRefusedSubscriptionIsAReasonAndTheOthersGoOn(int version) throws Exception {
    Path rules = home.resolve("rules.json");
    Files.writeString(
        rules,
        """
        {"defaultACLAccess": {"publishClientSend": true, "publishClientReceive": true,
                              "subscribe": false, "unsubscribe": true},
         "anonymousGroup": "all",
         "groups": [{"groupname": "all", "roles": [{"rolename": "reader"}]}],
         "roles": [{"rolename": "reader",
                    "acls": [{"acltype": "subscribePattern", "topic": "open/#", "allow": true}]}],
         "clients": []}
        """);
    Path plugin = dynamicSecurity();
    try (Mosquitto broker =
            Mosquitto.started(
                home.resolve("broker"), "plugin " + plugin, "plugin_opt_config_file " + rules);
        Rig rig = new Rig(broker.url(), "open/#")) {
      rig.version = version;
      rig.subscriptions =
          java.util.List.of(new SubscribeRequest("closed/#", 1), new SubscribeRequest("open/#", 1));

      rig.start();

      await().until(() -> rig.source.status().reason().contains("closed/# refused"));
      assertThat(rig.source.status().ready()).isFalse();
      assertThat(rig.source.status().reason()).doesNotContain("open/#");
      try (Factory factory = new Factory(broker.url())) {
        factory.publish("open/a", "through");
      }
      await().until(() -> rig.shelf.texts().contains("through"));
    }
  }

  private static Path dynamicSecurity() throws Exception {
    try (var files =
        Files.find(
            Path.of("/usr"),
            4,
            (path, attributes) -> path.endsWith("mosquitto_dynamic_security.so"))) {
      return files.findFirst().orElseThrow();
    }
  }
}
