package io.weir.gateway.source.listener.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class PacketTest {

  @Test
  void twoPacketsThatSayTheSameAreEqual() {
    assertThat(packet("40021234", 5)).isEqualTo(packet("4003123400", 5));
    assertThat(packet("40021234", 5)).isEqualTo(packet("400412340000", 5));
    assertThat(packet("E000", 5)).isEqualTo(packet("E00100", 5));
    assertThat(packet("20030000 00", 5)).isEqualTo(packet("20090000 06 22000A 210014", 5));
    assertThat(packet("40081234 83 04 1F000170", 5))
        .isEqualTo(packet("40091234 83 05 1F00027172", 5));
  }

  @Test
  void whatTellsTwoPacketsApartIsSaid() {
    assertThat(packet("2002 00 02", 4)).hasToString("CONNACK session present 0, code 02");
    assertThat(packet("2002 01 00", 4)).hasToString("CONNACK session present 1, code 00");
    assertThat(packet("4003 1234 10", 5)).hasToString("PUBACK 1234 10");
    assertThat(packet("4002 1234", 4)).hasToString("PUBACK 1234");
    assertThat(packet("4008 1234 83 04 1F000170", 5))
        .hasToString("PUBACK 1234 83 with reason string");
    assertThat(packet("E007 00 05 1100000000", 5))
        .hasToString("DISCONNECT 00 with properties 1100000000");
    assertThat(packet("9005 1234 00 87 01", 5)).hasToString("SUBACK 1234 87 01");
    assertThat(packet("9009 1234 04 1F000170 8780", 5))
        .hasToString("SUBACK 1234 87 80 with reason string");
    assertThat(packet("9004 1234 80 01", 4)).hasToString("SUBACK 1234 80 01");
    assertThat(packet("B002 1234", 4)).hasToString("UNSUBACK 1234");
    assertThat(packet("3004 000170 71", 4)).hasToString("PUBLISH 30 00017071");
    assertThat(packet("D000", 4)).hasToString("PINGRESP");
  }

  @Test
  void aPacketThatIsNotWellFormedIsNoOther() {
    assertThat(packet("4003 1234 00", 4)).hasToString("malformed 40 123400");
    assertThat(packet("4001 12", 5)).hasToString("malformed 40 12");
    assertThat(packet("4004 1234 00 01", 5)).hasToString("malformed 40 12340001");
    assertThat(packet("4006 1234 00 02 1F00", 5)).hasToString("malformed 40 123400021F00");
    assertThat(packet("D001 00", 4)).hasToString("malformed D0 00");
    assertThat(packet("6002 0001", 4)).hasToString("packet 60 0001");
  }

  private static Packet packet(String hex, int version) {
    return Packet.of(HexFormat.of().parseHex(hex.replace(" ", "")), version);
  }
}
