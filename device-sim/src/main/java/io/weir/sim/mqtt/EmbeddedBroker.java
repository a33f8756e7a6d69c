package io.weir.sim.mqtt;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.activemq.artemis.api.core.TransportConfiguration;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.postoffice.impl.LocalQueueBinding;
import org.apache.activemq.artemis.core.remoting.impl.netty.NettyAcceptorFactory;
import org.apache.activemq.artemis.core.server.JournalType;
import org.apache.activemq.artemis.core.server.Queue;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.core.settings.impl.AddressFullMessagePolicy;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;

/**
 * An MQTT broker (5 and 3.1.1) in this process, for a machine that has none: Apache Artemis.
 *
 * <p>It drops no message: messages for a slow or absent durable subscriber are paged to disk, and
 * publishers are throttled when the disk is nearly full. Messages and sessions survive a restart
 * with the same folder, but not a power cut, because nothing is fsynced. There is no
 * authentication.
 */
public final class EmbeddedBroker implements AutoCloseable {

  private static final long PAGES_BEYOND_BYTES = 64L << 20;
  private static final int PAGE_BYTES = 4 << 20;
  private static final int DISK_FULL_PERCENT = 98;

  /** Large enough for the gateway's largest message, 8 MiB. */
  private static final int LARGEST_PACKET_BYTES = 16 << 20;

  private final EmbeddedActiveMQ artemis;
  private final int port;

  private EmbeddedBroker(EmbeddedActiveMQ artemis, int port) {
    this.artemis = artemis;
    this.port = port;
  }

  /** Starts on 127.0.0.1. */
  public static EmbeddedBroker start(Path folder, int port) throws IOException {
    return start(folder, InetAddress.getLoopbackAddress(), port);
  }

  /**
   * Starts the broker, and returns when clients can connect.
   *
   * @param folder for messages and sessions; created if missing
   * @throws IOException if the port is in use, or the folder cannot be used or is on a full disk
   */
  public static EmbeddedBroker start(Path folder, InetAddress address, int port)
      throws IOException {
    // Artemis only logs a failed bind and continues without a listener, so the port is tested here.
    try (ServerSocket probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(new InetSocketAddress(address, port));
    }
    Files.createDirectories(folder);
    FileStore disk = Files.getFileStore(folder);
    checkSpace(folder, disk.getTotalSpace(), disk.getUsableSpace());
    EmbeddedActiveMQ artemis = new EmbeddedActiveMQ();
    try {
      artemis.setConfiguration(configuration(folder, address, port)).start();
    } catch (Exception e) {
      throw new IOException("the embedded broker did not start: " + e.getMessage(), e);
    }
    return new EmbeddedBroker(artemis, port);
  }

  /** Artemis would start, and refuse each message. */
  static void checkSpace(Path folder, long total, long usable) throws IOException {
    if (total > 0 && 100.0 * (total - usable) / total > DISK_FULL_PERCENT) {
      throw new IOException(
          ("the disk of %s is full: %d of %d MB are free, and the embedded broker takes no"
                  + " message where that is less than %d %%")
              .formatted(folder, usable >> 20, total >> 20, 100 - DISK_FULL_PERCENT));
    }
  }

  public String url() {
    return "tcp://127.0.0.1:" + port;
  }

  /** Whether a client is connected and subscribed now. */
  public boolean hasSubscriber() {
    return queues().anyMatch(queue -> queue.getConsumerCount() > 0);
  }

  /** Messages that subscribers, connected or not, have not acknowledged yet. */
  public long pending() {
    return queues().mapToLong(Queue::getMessageCount).sum();
  }

  @Override
  public void close() throws IOException {
    try {
      artemis.stop();
    } catch (Exception e) {
      throw new IOException("the embedded broker did not stop: " + e.getMessage(), e);
    }
  }

  /** The queues of subscriptions. The names of the broker's own queues start with a dollar sign. */
  private Stream<Queue> queues() {
    return artemis
        .getActiveMQServer()
        .getPostOffice()
        .getAllBindings()
        .filter(LocalQueueBinding.class::isInstance)
        .map(binding -> ((LocalQueueBinding) binding).getQueue())
        .filter(queue -> !queue.isInternalQueue() && !queue.getName().toString().startsWith("$"));
  }

  private static Configuration configuration(Path folder, InetAddress address, int port) {
    // Direct delivery reorders messages far more often (ARTEMIS-6191).
    Map<String, Object> listener =
        Map.of(
            "host",
            address.getHostAddress(),
            "port",
            port,
            "protocols",
            "MQTT",
            "directDeliver",
            false);
    Map<String, Object> mqtt =
        Map.of("maximumPacketSize", LARGEST_PACKET_BYTES, "allowLinkStealing", true);
    AddressSettings settings =
        new AddressSettings()
            .setAddressFullMessagePolicy(AddressFullMessagePolicy.PAGE)
            .setMaxSizeBytes(PAGES_BEYOND_BYTES)
            .setPageSizeBytes(PAGE_BYTES)
            .setMaxDeliveryAttempts(-1)
            .setAutoCreateAddresses(true)
            .setAutoDeleteAddresses(false)
            .setAutoCreateQueues(true)
            .setAutoDeleteQueues(false);
    Path whole = folder.toAbsolutePath();
    Configuration configuration = new ConfigurationImpl();
    return configuration
        .setName("weir-sim")
        .setSecurityEnabled(false)
        .setJMXManagementEnabled(false)
        .setPersistenceEnabled(true)
        .setJournalType(JournalType.NIO)
        .setJournalSyncNonTransactional(false)
        .setJournalSyncTransactional(false)
        .setJournalDatasync(false)
        .setBindingsDirectory(whole.resolve("bindings").toString())
        .setJournalDirectory(whole.resolve("journal").toString())
        .setPagingDirectory(whole.resolve("paging").toString())
        .setLargeMessagesDirectory(whole.resolve("large").toString())
        .setMaxDiskUsage(DISK_FULL_PERCENT)
        .setGlobalMaxSize(2 * PAGES_BEYOND_BYTES)
        .addAddressSetting("#", settings)
        .addAcceptorConfiguration(
            new TransportConfiguration(
                NettyAcceptorFactory.class.getName(), listener, "mqtt", mqtt));
  }
}
