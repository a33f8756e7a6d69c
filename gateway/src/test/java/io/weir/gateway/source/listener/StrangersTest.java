package io.weir.gateway.source.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.weir.gateway.source.KnownSessions;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whose connection makes room, compared with a search of all. */
class StrangersTest {

  private static final int STEPS = 20_000;
  private static final int ADDRESSES = 12;

  private final SteppedListener listener =
      new SteppedListener(ListenerRig.CONFIG, new ManualInbox(), KnownSessions.NONE);
  private final EmbeddedChannel channel = new EmbeddedChannel();

  private ClientConnection connection() {
    return new TcpLink(listener.shared, channel, SteppedListener.FROM).connection();
  }

  @Test
  void theOldestOfAnAddressThatHasTheMostMakesRoom() throws Exception {
    Random random = new Random(5);
    Strangers strangers = new Strangers();
    Map<InetAddress, List<ClientConnection>> model = new HashMap<>();
    for (int i = 0; i < STEPS; i++) {
      InetAddress address =
          InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) random.nextInt(ADDRESSES)});
      List<ClientConnection> own = model.computeIfAbsent(address, absent -> new ArrayList<>());
      boolean grows = i / 100 % 2 == 0; // in turns, so that all of them go too
      if (random.nextInt(10) < (grows ? 6 : 2)) {
        ClientConnection arrived = connection();
        strangers.add(address, arrived);
        own.add(arrived);
      } else if (!own.isEmpty()) {
        ClientConnection leaving = own.remove(random.nextInt(own.size()));
        strangers.remove(address, leaving);
        strangers.remove(address, leaving);
      }
      assertThat(strangers.leaving(address)).isSameAs(own.isEmpty() ? null : own.get(0));
      int most = model.values().stream().mapToInt(List::size).max().orElseThrow();
      if (most == 0) {
        assertThat(strangers.leaving(null)).isNull();
      } else {
        assertThat(model.values().stream().filter(each -> each.size() == most))
            .extracting(each -> each.get(0))
            .contains(strangers.leaving(null));
      }
    }
  }

  /** In which one machine has as many addresses as it likes. */
  @Test
  void aNetworkOfIpv6MakesRoomBeforeAnAddressThatHasLess() {
    Connections five = new Connections(new ListenerConfig.Limits(5, 0, 10, 0, 0));
    List<ClientConnection> others = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      others.add(connection());
      five.admit(others.get(i), new InetSocketAddress("192.0.2.7", i));
    }
    for (int i = 0; i < 10; i++) {
      five.admit(connection(), new InetSocketAddress("2001:db8::" + i + ":1", 1));
    }
    assertThat(five.all()).hasSize(5).containsAll(others);
  }

  @Test
  void whatOneAddressMayHaveIsOfThatAddressAlsoInANetworkOfIpv6() {
    Connections two = new Connections(new ListenerConfig.Limits(100, 2, 10, 0, 0));
    ClientConnection other = connection();
    two.admit(other, new InetSocketAddress("2001:db8::1", 1));
    for (int i = 0; i < 4; i++) {
      two.admit(connection(), new InetSocketAddress("2001:db8::2", i));
    }
    assertThat(two.all()).hasSize(3).contains(other);
  }
}
