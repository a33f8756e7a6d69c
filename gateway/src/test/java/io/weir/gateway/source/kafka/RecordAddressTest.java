package io.weir.gateway.source.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.CharacterCodingException;
import org.junit.jupiter.api.Test;

/** The addresses of records, which are made once for each topic and key. */
class RecordAddressTest {

  private final RecordAddress addresses = new RecordAddress(".");

  private String of(String topic, String key) throws CharacterCodingException {
    return addresses.of(topic, key.getBytes(UTF_8));
  }

  @Test
  void aKeyOfTwoTopicsHasTwoAddresses() throws CharacterCodingException {
    for (int round = 0; round < 2; round++) {
      assertThat(of("plant.area", "press.01")).isEqualTo("plant/area/press/01");
      assertThat(of("plant.hall", "press.01")).isEqualTo("plant/hall/press/01");
      assertThat(of("plant.area", "压机")).isEqualTo("plant/area/压机");
    }
    assertThat(of("plant.area", "press.01")).isSameAs(of("plant.area", "press.01"));
  }

  @Test
  void aRecordWithoutKeyHasTheAddressOfItsTopic() throws CharacterCodingException {
    assertThat(addresses.of("plant.area", null)).isEqualTo("plant/area");
    assertThat(of("plant.area", "")).isEqualTo("plant/area");
  }

  @Test
  void aKeyThatIsNotTextIsNotTakenForOneThatLooksLikeIt() throws CharacterCodingException {
    String looks = "press-\uFFFD";
    byte[] broken = {'p', 'r', 'e', 's', 's', '-', (byte) 0xFF};
    for (int round = 0; round < 2; round++) {
      assertThat(of("plant", looks)).isEqualTo("plant/" + looks);
      assertThatThrownBy(() -> addresses.of("plant", broken))
          .isInstanceOf(CharacterCodingException.class);
    }
  }
}
