package io.weir.gateway.source.listener;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What names that were chosen on purpose open. */
class SenderTest {

  @ParameterizedTest
  @CsvSource({
    "press-01, c, line/press-01/a, true",
    "press-01, c, line/press-02/a, false",
    "press-01, c, own/c, true",
    "+, c, line/press-01/a, false",
    "'#', c, line/press-01/a, false",
    "a/b, c, line/a/b, false",
    "'', c, line//a, false",
    "press-01, +, own/c, false",
    "press-01, '#', own/c, false",
    "press-01, c/d, own/c/d, false",
    "{client}, press-02, line/press-02/a, false",
    "{client}, +, line/press-02/a, false",
    "{client}, c, line/{client}/a, true",
    "$1, c, line/$1/a, true",
    "press-01, '\\1', 'own/\\1', true",
  })
  void aNameOpensItsOwnLevelOnly(String name, String client, String topic, boolean may) {
    DeviceLogin rule = new DeviceLogin("*", "", List.of("line/{user}/#", "own/{client}"));

    assertThat(Sender.of(rule, name, client).mayPublish(topic)).isEqualTo(may);
  }
}
