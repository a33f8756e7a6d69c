package io.weir.gateway.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;
import org.junit.jupiter.api.Test;

class PropertyTest {

  private static final Byte[] ALL =
      Stream.of(Property.values()).map(each -> (byte) each.id()).toArray(Byte[]::new);

  @Test
  void eachIdentifierOfThePublicationListIsOneProperty() {
    int known = 0;
    for (int id = 0; id < 256; id++) {
      Property property = Property.of(id);
      if (property != null) {
        assertThat(property.id()).isEqualTo(id);
        assertThat(property.bit()).isEqualTo(1L << id);
        known++;
      }
    }
    assertThat(known).isEqualTo(Property.values().length).isEqualTo(27);
  }

  @Test
  void whatABrokerSaysInItsConnackIsReadAsPahoWritesIt() throws Exception {
    MqttProperties written = new MqttProperties(ALL);
    written.setReceiveMaximum(20);
    written.setMaximumQoS(1);
    written.setRetainAvailable(false);
    written.setMaximumPacketSize(70_000L);
    written.setServerKeepAlive(300);
    written.setReasonString("Grüße");
    written.setAssignedClientIdentifier("x");
    written.setSessionExpiryInterval(0xFFFF_FFFFL);
    written.getUserProperties().add(new UserProperty("k", "v"));
    Packet packet = new Packet(Packet.CONNACK << 4, written.encodeProperties());
    Properties read = packet.properties();
    assertThat(read.values())
        .containsEntry(Property.RECEIVE_MAXIMUM, 20L)
        .containsEntry(Property.MAXIMUM_QOS, 1L)
        .containsEntry(Property.RETAIN_AVAILABLE, 0L)
        .containsEntry(Property.MAXIMUM_PACKET_SIZE, 70_000L)
        .containsEntry(Property.SERVER_KEEP_ALIVE, 300L)
        .containsEntry(Property.REASON_STRING, "Grüße")
        .containsEntry(Property.SESSION_EXPIRY_INTERVAL, 0xFFFF_FFFFL)
        .doesNotContainKey(Property.USER_PROPERTY);
    assertThat(packet.hasMore()).isFalse();
    assertThat(read.words(0x97)).isEqualTo("quota exceeded (0x97): Grüße");
  }

  @Test
  void itsNameInASentenceIsThatOfTheSpecification() {
    assertThat(Property.MAXIMUM_QOS.label()).isEqualTo("maximum QoS");
    assertThat(Property.MESSAGE_EXPIRY_INTERVAL.label()).isEqualTo("message expiry interval");
  }
}
