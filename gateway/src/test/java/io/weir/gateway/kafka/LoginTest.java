package io.weir.gateway.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.config.Secret;
import io.weir.gateway.kafka.Login.Mechanism;
import java.util.Map;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.security.JaasContext;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Kafka's client understands of a login. */
class LoginTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "secret",
        "",
        " a b ",
        "\"; serviceName=\"x",
        "\\",
        "a\\nb",
        "first line\nsecond=\"line\"",
        "tab\there\r",
        "\u0000\u0001\u001f1\u007f",
        "\u4e2d\u00e4\u20ac",
        "'//#/* */"
      })
  void anyPasswordIsGivenToTheClientAsItIs(String password) {
    Login login = new Login(Mechanism.SCRAM_SHA_512, "weir\n2", new Secret(password));
    Map<String, ?> options =
        JaasContext.loadClientContext(
                Map.of(SaslConfigs.SASL_JAAS_CONFIG, new Password(login.jaas())))
            .configurationEntries()
            .get(0)
            .getOptions();
    assertThat(options.get("username")).isEqualTo("weir\n2");
    assertThat(options.get("password")).isEqualTo(password);
    assertThat(options).hasSize(2);
  }
}
