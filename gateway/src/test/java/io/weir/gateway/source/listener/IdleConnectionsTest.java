package io.weir.gateway.source.listener;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Ten thousand connections that only ping. Both ends are in this process: where it may open fewer
 * files, there are fewer.
 */
@Tag("soak")
class IdleConnectionsTest {

  private static final int MOST = 10_000;
  private static final int OTHER_FILES = 1_000;

  private static final long MOST_BYTES_EACH = 16 << 10;

  @Test
  void tenThousandThatOnlyPingCostLittleAndKeepNobodyOut() throws Exception {
    ListenerSetup setup =
        new ListenerSetup().limits(new ListenerConfig.Limits(MOST + 1, 0, 2 * MOST, 0, 0));
    int count = (int) Math.min(MOST, (files() - OTHER_FILES) / 2);
    List<SocketChannel> idle = new ArrayList<>(count);
    try (ListenerRig rig = new ListenerRig(setup)) {
      long heap = heap();
      long direct = direct();
      for (int i = 0; i < count; i++) {
        idle.add(connected(rig.listener.port(), "idle-" + i));
      }
      for (int i = 0; i < 2; i++) {
        for (SocketChannel each : idle) {
          exchange(each, new byte[] {(byte) 0xC0, 0}, new byte[] {(byte) 0xD0, 0});
        }
      }
      long heapEach = (heap() - heap) / count;
      long directEach = (direct() - direct) / count;
      System.out.printf(
          "%,d idle connections: %,d bytes of heap each, %,d of direct memory%n",
          count, heapEach, directEach);
      try (RawClient good = rig.client().connect4("good", true)) {
        good.read(2);
        assertThat(good.publish(2, 7, "t", "x").read(4).u16(0)).isEqualTo(7);
      }
      assertThat(heapEach).isLessThan(MOST_BYTES_EACH);
      assertThat(directEach).isLessThan(MOST_BYTES_EACH);
      for (SocketChannel each : idle) {
        exchange(each, new byte[] {(byte) 0xC0, 0}, new byte[] {(byte) 0xD0, 0});
      }
    } finally {
      for (SocketChannel each : idle) {
        each.close();
      }
    }
  }

  private static SocketChannel connected(int port, String client) throws Exception {
    SocketChannel made =
        SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    byte[] connect = RawClient.packet(0x10, RawClient.bytes("MQTT", 4, 2, (short) 0, client));
    exchange(made, connect, new byte[] {0x20, 2, 0, 0});
    return made;
  }

  private static void exchange(SocketChannel with, byte[] sent, byte[] expected) throws Exception {
    with.write(ByteBuffer.wrap(sent));
    ByteBuffer got = ByteBuffer.allocate(expected.length);
    while (got.hasRemaining() && with.read(got) >= 0) {
      continue;
    }
    assertThat(got.array()).isEqualTo(expected);
  }

  private static long files() {
    return ((UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getMaxFileDescriptorCount();
  }

  private static long heap() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private static long direct() {
    return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
        .filter(each -> each.getName().equals("direct"))
        .mapToLong(BufferPoolMXBean::getMemoryUsed)
        .sum();
  }
}
