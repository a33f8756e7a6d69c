package io.weir.gateway.source.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class InboundTest {

  private final List<Publish> received = new ArrayList<>();
  private final Client.Events events =
      new Client.Events() {
        @Override
        public void connected(boolean sessionPresent) {
          throw new AssertionError();
        }

        @Override
        public void subscribed(List<Client.RefusedSubscription> refused) {
          throw new AssertionError();
        }

        @Override
        public void unsubscribed() {
          throw new AssertionError();
        }

        @Override
        public void received(Publish publish) {
          received.add(publish);
        }

        @Override
        public void notConnected(String reason) {
          throw new AssertionError(reason);
        }

        @Override
        public void closed(@Nullable String reason) {
          throw new AssertionError(reason);
        }
      };

  @Test
  void aFlagIsGoodForOneMessage() throws IOException {
    Inbound inbound = new Inbound(new Rig("tcp://localhost:1883", "t").config(), () -> {});
    byte[] publish = {0x3A, 6, 0, 1, 't', 0, 9, 0};
    byte[] read = inbound.guarded(new ByteArrayInputStream(publish)).readAllBytes();
    byte[] number = Arrays.copyOfRange(read, read.length - Long.BYTES, read.length);

    inbound.received(events, "$weir/set-aside", number, 1, false, 9, null);
    inbound.received(events, "t", new byte[0], 1, false, 9, null);

    assertThat(received).extracting(Publish::topic).containsExactly("t", "t");
    assertThat(received).extracting(Publish::payload).containsExactly(new byte[0], new byte[0]);
    assertThat(received).extracting(Publish::duplicate).containsExactly(true, false);
  }
}
