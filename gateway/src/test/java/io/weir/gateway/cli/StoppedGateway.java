package io.weir.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.gateway.datadir.DataDirectory;
import io.weir.gateway.intake.SomeTotals;
import io.weir.gateway.log.Feed;
import io.weir.gateway.log.FileSystem;
import io.weir.gateway.log.LogOptions;
import io.weir.gateway.log.SegmentLog;
import io.weir.gateway.log.Time;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.MessageCodec;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Value;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A configuration and the data directory that its gateway left: messages of two readings each, a
 * second apart, of which the sink {@code history} has stored some.
 */
final class StoppedGateway {

  static final long START_NS = 1_700_000_000_000_000_000L;
  static final long SECOND_NS = 1_000_000_000L;

  private final Path folder;

  StoppedGateway(Path folder) {
    this.folder = folder;
  }

  /** The configuration file. */
  String file(int httpPort) throws IOException {
    return file(httpPort, "http://127.0.0.1:1");
  }

  /** The configuration file, with the address of an InfluxDB 1. */
  String file(int httpPort, String store) throws IOException {
    String text =
        """
        gateway: { id: stopped }
        sources: [ { name: plant, type: mqtt, url: "tcp://127.0.0.1:1" } ]
        routes: [ { topic: "f/{machine}", format: json } ]
        sinks: [ { name: history, type: influxdb, version: 1, url: "%s", database: d } ]
        http: { port: %d }
        """
            .formatted(store, httpPort);
    return Files.writeString(folder.resolve("gateway.yaml"), text).toString();
  }

  Path log() {
    return new DataDirectory(folder.resolve("data")).log("readings");
  }

  /** Writes messages from 0 on; the sink has done the first of them. */
  void write(int messages, int done) throws IOException {
    write(IntStream.range(0, messages).mapToObj(StoppedGateway::message).toList(), done);
  }

  /** Writes messages; the sink has done the first of them. */
  void write(List<Message> messages, int done) throws IOException {
    write(messages, done, 64 << 10, 10);
  }

  /**
   * @param together so many are synced at once
   */
  void write(List<Message> messages, int done, int segmentBytes, int together) throws IOException {
    SegmentLog log =
        SegmentLog.open(
            "readings",
            new LogOptions(
                log(), segmentBytes, 64 << 20, LogOptions.WhenFull.BLOCK, Duration.ZERO, 16 << 10),
            FileSystem.DISK,
            Time.SYSTEM,
            SomeTotals.of(10),
            new SimpleMeterRegistry());
    MessageCodec codec = new MessageCodec();
    for (int i = 0; i < messages.size(); i++) {
      Message message = messages.get(i);
      ByteBuffer bytes = codec.encode(message);
      int readings = message.readings().size();
      assertThat(log.append(1, message.receiveTimeNs(), readings, bytes, null)).isEqualTo(i);
      if (i % together == together - 1) {
        log.step();
      }
    }
    log.step();
    log.feed("quarantine", SegmentLog.Start.OLDEST).close(); // so that all is held
    try (Feed feed = log.feed("sink-history", SegmentLog.Start.OLDEST)) {
      for (int i = 0; i < done; i++) {
        assertThat(feed.next()).isNotNull();
      }
      feed.commit(done, totals(2L * done));
    }
    log.close();
  }

  /** The cursor's bytes of a sink that stored this many readings. */
  private static byte[] totals(long stored) {
    return ByteBuffer.allocate(41).put((byte) 1).putLong(stored).array();
  }

  static Message message(int i) {
    long timeNs = START_NS + i * SECOND_NS;
    Series series = new Series("telemetry", new Asset("a", null, null, "m,1"), Map.of("k", "v w"));
    return message(
        i,
        new Reading(series, "temp", new Value.Real(i + 0.5), timeNs, Quality.GOOD, null),
        new Reading(series, "state", new Value.Text("a \"b\""), timeNs, Quality.GOOD, null));
  }

  /** The message that came this many seconds after the first, with these readings. */
  static Message message(int i, Reading... readings) {
    long timeNs = START_NS + i * SECOND_NS;
    return new Message(
        "plant",
        "f/m,1",
        timeNs,
        0,
        i,
        readings.length + 1,
        1,
        0,
        List.of(readings),
        List.of(),
        new byte[0]);
  }
}
