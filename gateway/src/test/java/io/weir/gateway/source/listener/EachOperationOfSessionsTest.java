package io.weir.gateway.source.listener;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.Gateway;
import io.weir.gateway.GatewayParts;
import io.weir.gateway.SteppedParts;
import io.weir.gateway.config.Section;
import io.weir.gateway.log.ManualTime;
import io.weir.gateway.log.MemoryDisk;
import io.weir.gateway.log.Soak;
import io.weir.gateway.log.Threads;
import io.weir.gateway.plugin.ReadContext;
import io.weir.gateway.settings.ConfigFile;
import io.weir.gateway.sink.MemoryStores;
import io.weir.gateway.sink.Sink.Answer;
import io.weir.gateway.source.Source;
import io.weir.gateway.source.SourceContext;
import io.weir.gateway.source.SourceFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A device with a session sends messages of QoS 2 to a whole gateway of which any one file
 * operation fails, or is the last one before its end: its session is there again, and each message
 * is taken once.
 */
@Tag("slow")
class EachOperationOfSessionsTest {

  private static final String CONFIG =
      """
      gateway: { id: a, data-dir: data }
      sources: [ { name: direct, type: mqtt-listener } ]
      routes: [ { topic: plant/m, format: json } ]
      buffer: { segment-size: 1MiB, max-size: 4MiB, max-message-size: 16KiB }
      sinks: [ { name: history, type: influxdb, version: 1, url: "http://store", database: d } ]
      """;

  private static final Pattern NUMBER = Pattern.compile("\\bn=(\\d+)");
  private static final Duration STEP = Duration.ofMillis(300);
  private static final int LONGEST = 2_000;

  @TempDir Path folder;

  /** Operations so far, and the one from which all fail. */
  private int count;

  private int last;

  /** A gateway, its disk, its store, and the device. */
  private final class Plant {

    final ManualTime time = new ManualTime();
    final MemoryDisk disk = new MemoryDisk(new Random(1));
    final Map<Integer, Set<String>> stored = new TreeMap<>();
    private @Nullable Gateway gateway;
    private @Nullable SteppedListener listener;

    // Of the device.
    private SteppedListener.@Nullable Connection connection;
    private boolean accepted;
    private boolean hasSession;

    /** Numbers by packet id, and which of these were received. */
    private final Map<Integer, Integer> underWay = new TreeMap<>();

    private final Set<Integer> received = new TreeSet<>();
    private int next;

    Plant(MemoryDisk.Fault fault) {
      count = 0;
      disk.fail(
          (verb, file) -> {
            count++;
            return fault.strikes(verb, file);
          });
    }

    void start() throws Exception {
      Path yaml = Files.writeString(folder.resolve("weir.yaml"), CONFIG);
      ConfigFile file = new ConfigFile(yaml, Map.of(), List.of());
      GatewayParts parts =
          new GatewayParts(
              time,
              disk,
              SteppedParts.NO_THREADS,
              type -> new Stepped(),
              type -> new MemoryStores(this::write),
              Runnable::run,
              1L << 30);
      gateway = Gateway.build(file, file.load(), "test", parts);
    }

    private Answer write(String sink, List<String> lines) {
      for (String line : lines) {
        Matcher number = NUMBER.matcher(line);
        if (number.find()) {
          int n = Integer.parseInt(number.group(1));
          stored.computeIfAbsent(n, absent -> new TreeSet<>()).add(line);
        }
      }
      return new Answer.Stored();
    }

    private SteppedListener listener() {
      assertThat(listener).isNotNull();
      return listener;
    }

    private Gateway gateway() {
      assertThat(gateway).isNotNull();
      return gateway;
    }

    void gone() {
      if (listener != null) {
        listener.kill();
      }
      listener = null;
      gateway = null;
      connection = null;
    }

    // ---- The device

    void breakOff() {
      if (connection != null) {
        connection.close();
        connection = null;
      }
    }

    private void connect() {
      SteppedListener.Connection now = listener().connect();
      connection = now;
      byte[] head = RawClient.bytes("MQTT", 5, 0, (short) 0, 5, RawClient.expiry(10_000));
      now.send(RawClient.packet(0x10, RawClient.bytes(head, "d")));
    }

    void publish() {
      int id = 1;
      while (underWay.containsKey(id)) {
        id++;
      }
      underWay.put(id, next++);
      if (connection != null && accepted) {
        send(id, false);
      }
    }

    private void send(int id, boolean again) {
      byte[] payload = ("{\"n\": " + underWay.get(id) + "}").getBytes(UTF_8);
      byte[] body = RawClient.bytes("plant/m", (short) id, 0, payload);
      connection.send(RawClient.packet(again ? 0x3C : 0x34, body));
    }

    private void release(int id) {
      connection.send(RawClient.packet(0x62, RawClient.bytes((short) id)));
    }

    private void take(byte[] packet) {
      int id = packet.length < 4 ? 0 : (packet[2] & 0xff) << 8 | packet[3] & 0xff;
      switch ((packet[0] & 0xff) >> 4) {
        case RawClient.CONNACK -> {
          assertThat(packet[3]).as("accepted").isZero();
          if (hasSession) {
            assertThat(packet[2]).as("its session is there").isEqualTo((byte) 1);
          }
          hasSession = true;
          accepted = true;
          for (int each : List.copyOf(underWay.keySet())) {
            if (received.contains(each)) {
              release(each);
            } else {
              send(each, true);
            }
          }
        }
        case RawClient.PUBREC -> {
          assertThat(packet.length).as("a success").isEqualTo(4);
          received.add(id);
          release(id);
        }
        case RawClient.PUBCOMP -> {
          underWay.remove(id);
          received.remove(id);
        }
        default -> throw new AssertionError("a packet of type " + packet[0]);
      }
    }

    // ---- Steps

    void steps(int times) {
      for (int i = 0; i < times; i++) {
        if (connection == null || !connection.channel.isOpen()) {
          accepted = false;
          connect();
        }
        gateway().step();
        listener().settle(STEP.toMillis());
        listener().sessions.tick();
        SteppedListener.Connection from = connection;
        for (byte[] packet = from.read(); packet.length > 0; packet = from.read()) {
          take(packet);
        }
        time.advance(STEP);
      }
    }

    void work() {
      for (int i = 0; i < 4; i++) {
        publish();
        steps(1);
        publish();
        breakOff();
        steps(4);
      }
    }

    void finish() {
      for (int i = 0; i < LONGEST && (!underWay.isEmpty() || stored.size() < next); i++) {
        steps(1);
      }
      assertThat(underWay).as("everything is answered").isEmpty();
      assertThat(stored.keySet()).as("everything is stored").hasSize(next);
      assertThat(stored.values()).as("once").allMatch(each -> each.size() == 1);
    }

    void stop() {
      gateway().close();
      gone();
    }

    /** In place of the listener's sockets. */
    private final class Stepped implements SourceFactory<ListenerConfig> {

      private final ListenerFactory real = new ListenerFactory();

      @Override
      public String name() {
        return real.name();
      }

      @Override
      public String summary() {
        return real.summary();
      }

      @Override
      public Class<ListenerConfig> configType() {
        return real.configType();
      }

      @Override
      public ListenerConfig read(Section section, ReadContext context) {
        return real.read(section, context);
      }

      @Override
      public Source open(ListenerConfig config, SourceContext context) {
        listener = new SteppedListener(config, context.inbox(), context.sessions());
        return new Source() {
          @Override
          public String name() {
            return config.name();
          }

          @Override
          public void start(Threads threads) {}

          @Override
          public Status status() {
            return new Status(true, "connected", "", 0, 0, 0);
          }

          @Override
          public void stopReceiving() {}

          @Override
          public void close() {}
        };
      }
    }
  }

  private void eachOf(int few, Soak.Check check) throws Exception {
    last = Integer.MAX_VALUE;
    live(new Plant((verb, file) -> false));
    assertThat(count).isGreaterThan(100);
    Soak.eachOf(few, count, check);
  }

  private void live(Plant plant) throws Exception {
    plant.start();
    plant.work();
    if (count < last) {
      plant.stop();
      plant.start();
      plant.work();
    }
  }

  private void checkAfterRestart(Plant plant) throws Exception {
    plant.start();
    plant.work();
    plant.finish();
    plant.stop();
    plant.start();
    plant.publish();
    plant.finish();
    plant.stop();
  }

  @Test
  void whicheverFileOperationIsTheLastTheSessionIsThereAndEachMessageIsTakenOnce()
      throws Exception {
    for (boolean power : List.of(true, false)) {
      eachOf(
          7,
          operation -> {
            last = operation;
            Plant plant = new Plant((verb, file) -> count >= operation);
            try {
              live(plant);
            } catch (Exception ended) {
              assertThat(count).isGreaterThanOrEqualTo(operation);
            }
            if (power) {
              plant.disk.crash();
            } else {
              plant.disk.kill();
            }
            plant.disk.heal();
            plant.gone();
            checkAfterRestart(plant);
          });
    }
  }

  @Test
  void whicheverFileOperationFailsOnceTheSessionIsThereAndEachMessageIsTakenOnce()
      throws Exception {
    eachOf(
        10,
        operation -> {
          Plant plant = new Plant((verb, file) -> count == operation);
          try {
            plant.start();
          } catch (IOException e) { // the service manager starts it again
            plant.disk.kill();
            plant.disk.heal();
            plant.gone();
            plant.start();
          }
          plant.work();
          plant.disk.heal();
          plant.finish();
          plant.stop();
          checkAfterRestart(plant);
        });
  }
}
