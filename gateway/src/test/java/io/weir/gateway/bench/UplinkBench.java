package io.weir.gateway.bench;

import com.github.luben.zstd.Zstd;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.gateway.Gateway;
import io.weir.gateway.StartedGateway;
import io.weir.gateway.config.Tls;
import io.weir.gateway.config.TlsFiles;
import io.weir.gateway.log.Time;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Durable;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Value;
import io.weir.gateway.peers.Certificates;
import io.weir.gateway.peers.ThinLine;
import io.weir.gateway.settings.ConfigFile;
import io.weir.gateway.sink.Rejection;
import io.weir.gateway.sink.Rejects;
import io.weir.gateway.sink.Sink;
import io.weir.gateway.sink.SinkCommon;
import io.weir.gateway.sink.SinkConfig;
import io.weir.gateway.sink.SinkContext;
import io.weir.gateway.sink.weir.Rates;
import io.weir.gateway.sink.weir.Selection;
import io.weir.gateway.sink.weir.WeirSinkConfig;
import io.weir.gateway.sink.weir.WeirSinkFactory;
import io.weir.gateway.uplink.LinkBatch;
import io.weir.gateway.uplink.LinkCodec;
import io.weir.gateway.uplink.LinkRow;
import io.weir.gateway.uplink.SimulatedRows;
import io.weir.peers.Ports;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.zip.GZIPOutputStream;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/**
 * Rows a second that a drain carries from a full log to another whole gateway of this process,
 * against a loop that compresses the bodies of the very same batches, sends them over TLS, and
 * syncs them to a file before it answers. And bytes a reading on the wire, with all that TLS and
 * HTTP add, against gzip of line protocol in batches of as many rows.
 *
 * <pre>UplinkBench [rows a round, default 200000] [rounds, default 3]</pre>
 */
public final class UplinkBench {

  private static final int LEVEL = 9;

  private final Path folder;
  private final Certificates certificates;
  private final int port = Ports.free();
  private ThinLine line;

  private UplinkBench(Path folder) throws Exception {
    this.folder = folder;
    this.certificates = new Certificates(folder.resolve("pki"));
    certificates.sign("plant", "EC", "DNS:localhost,IP:127.0.0.1");
    certificates.sign("edge-1", "EC", "DNS:edge-1.example");
  }

  public static void main(String[] arguments) throws Exception {
    int rows = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 200_000;
    int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 3;
    new UplinkBench(Files.createTempDirectory("uplink-bench")).run(rows, rounds);
  }

  private void run(int rows, int rounds) throws Exception {
    Path yaml =
        Files.writeString(
            folder.resolve("plant.yaml"),
            """
            gateway: { id: plant, data-dir: plant }
            http:
              port: %d
              tls: { ca: pki/ca.pem, cert: pki/plant.pem, key: pki/plant.key }
            sources: [ { name: edges, type: weir, gateways: [ { id: edge-1 } ] } ]
            sinks: [ { name: away, type: influxdb, version: 1, url: "http://127.0.0.1:1", database: d } ]
            """
                .formatted(port));
    double[] bare = new double[rounds];
    double[] uplink = new double[rounds];
    try (Gateway plant = StartedGateway.of(new ConfigFile(yaml, Map.of(), List.of()))) {
      line = new ThinLine(port, ThinLine.Quality.PERFECT, 1);
      List<List<LinkRow>> batches = batches(rows);
      for (int round = -1; round < rounds; round++) { // the first warms up
        double drained = drained(rows, "round" + round);
        double looped = looped(batches);
        if (round >= 0) {
          uplink[round] = drained;
          bare[round] = looped;
          System.out.printf(
              "round %d: loop %,9.0f rows/s, uplink %,9.0f rows/s%n", round + 1, looped, drained);
        }
      }
      double[] ratio = new double[rounds];
      Arrays.setAll(ratio, round -> uplink[round] / bare[round]);
      BenchRow.print(
          "full log to another gateway, rows/s",
          "loop that compresses, sends over TLS and syncs the same batches",
          "%.2f".formatted(Medians.median(ratio)),
          "",
          "0.5");
      wire();
      line.close();
    }
  }

  // ---- Rows a second

  private WeirSinkConfig config(String name, int to) {
    return new WeirSinkConfig(
        new SinkCommon(
            name,
            new SinkConfig.Batch(BenchLog.LINES_A_BATCH, 4 << 20, Duration.ofMillis(200), false),
            SinkConfig.Start.OLDEST,
            0),
        "edge-1",
        URI.create("https://localhost:" + to),
        files("edge-1"),
        null,
        Duration.ofSeconds(30),
        Selection.ALL,
        new Rates(ZoneOffset.UTC, List.of()));
  }

  private TlsFiles files(String name) {
    return new TlsFiles(
        certificates.path("ca.pem"),
        certificates.path(name + ".pem"),
        certificates.path(name + ".key"));
  }

  private double drained(int rows, String name) throws Exception {
    String incarnation = UUID.randomUUID().toString();
    SinkContext context =
        new SinkContext(
            folder,
            io.weir.gateway.log.FileSystem.DISK,
            Time.SYSTEM,
            new SimpleMeterRegistry(),
            () -> incarnation);
    WeirSinkConfig config = config(name, port);
    try (BenchLog log =
            BenchLog.filled(
                folder.resolve(name), rows, List.of(name), row -> BenchLog.START_NS + row);
        Sink sink = new WeirSinkFactory().open(config, context)) {
      return log.drain(name, config, sink, new Nothing());
    }
  }

  /** The same rows as those of the log. */
  private static List<List<LinkRow>> batches(int rows) {
    String[] metrics = {"temperature", "vibration", "power", "energy", "speed", "pressure"};
    Random random = new Random(1);
    Series[] series = new Series[100];
    for (int i = 0; i < series.length; i++) {
      Asset asset = new Asset("plant-a", "press-shop", "line-" + i % 3, "press-" + i);
      series[i] = new Series("telemetry", asset, Map.of());
    }
    List<List<LinkRow>> batches = new ArrayList<>();
    List<LinkRow> batch = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      List<LinkRow.Field> fields = new ArrayList<>();
      for (String metric : metrics) {
        double value = Math.round(random.nextDouble() * 100_000) / 1_000.0;
        fields.add(new LinkRow.Field(metric, new Value.Real(value)));
      }
      long time = BenchLog.START_NS + i;
      int machine = i % series.length;
      batch.add(
          new LinkRow(
              i,
              0,
              "factory/" + machine,
              time / 1_000_000,
              series[machine],
              Quality.GOOD,
              null,
              time,
              fields));
      if (batch.size() == BenchLog.LINES_A_BATCH) {
        batches.add(batch);
        batch = new ArrayList<>();
      }
    }
    if (!batch.isEmpty()) {
      batches.add(batch);
    }
    return batches;
  }

  private double looped(List<List<LinkRow>> batches) throws Exception {
    List<byte[]> bodies = new ArrayList<>();
    int rows = 0;
    for (List<LinkRow> each : batches) {
      bodies.add(LinkCodec.plain(each));
      rows += each.size();
    }
    try (SSLServerSocket server =
            (SSLServerSocket)
                Tls.context(files("plant"))
                    .getServerSocketFactory()
                    .createServerSocket(0, 1, InetAddress.getLoopbackAddress());
        SSLSocket socket =
            (SSLSocket)
                Tls.socketFactory(files("edge-1"))
                    .createSocket(InetAddress.getLoopbackAddress(), server.getLocalPort())) {
      Thread receiver = new Thread(() -> receive(server), "loop");
      receiver.start();
      DataOutputStream out = new DataOutputStream(socket.getOutputStream());
      long start = System.nanoTime();
      for (byte[] body : bodies) {
        byte[] packed = Zstd.compress(body, LEVEL);
        byte[] framed =
            ByteBuffer.allocate(4 + packed.length).putInt(packed.length).put(packed).array();
        out.write(framed);
        out.flush();
        if (socket.getInputStream().read() != 1) {
          throw new IOException("no answer");
        }
      }
      double perSecond = rows / ((System.nanoTime() - start) / 1e9);
      socket.close();
      receiver.join();
      return perSecond;
    }
  }

  private void receive(SSLServerSocket server) {
    Path file = folder.resolve("loop");
    try (SSLSocket socket = (SSLSocket) server.accept();
        FileChannel to =
            FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      DataInputStream in = new DataInputStream(socket.getInputStream());
      while (true) {
        int length;
        try {
          length = in.readInt();
        } catch (IOException e) {
          return; // the sender has ended
        }
        to.write(ByteBuffer.wrap(in.readNBytes(length)));
        to.force(false);
        socket.getOutputStream().write(1);
        socket.getOutputStream().flush();
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  // ---- Bytes on the wire

  private void wire() throws Exception {
    List<LinkRow> rows = new SimulatedRows("plant-a", 2, 4, 7, 60).readings();
    for (int size : new int[] {100, 1_000, 5_000}) {
      long packed = 0;
      long zipped = 0;
      long readings = 0;
      for (int from = 0; from + size <= rows.size(); from += size) {
        List<LinkRow> batch = rows.subList(from, from + size);
        packed +=
            LinkCodec.encode(
                    new LinkBatch("edge-1", UUID.randomUUID().toString(), "readings", false, batch))
                .length;
        zipped += gzip(batch);
        readings += batch.stream().mapToInt(row -> row.fields().size()).sum();
      }
      System.out.printf(
          "batches of %,d rows of the simulator: %.2f bytes a reading, gzip of line protocol %.2f,"
              + " ratio %.2f%n",
          size, (double) packed / readings, (double) zipped / readings, (double) packed / zipped);
      if (size == 1_000) {
        BenchRow.print(
            "bytes a reading on the wire, batches of 1,000 rows",
            "gzip of line protocol: %.2f".formatted((double) zipped / readings),
            "%.2f".formatted((double) packed / zipped),
            "",
            "0.5");
      }
    }
    long before = line.bytes();
    String incarnation = UUID.randomUUID().toString();
    SinkContext context =
        new SinkContext(
            folder,
            io.weir.gateway.log.FileSystem.DISK,
            Time.SYSTEM,
            new SimpleMeterRegistry(),
            () -> incarnation);
    WeirSinkConfig config = config("wire", line.port());
    int count = 50_000;
    try (BenchLog log =
            BenchLog.filled(
                folder.resolve("wire"), count, List.of("wire"), row -> BenchLog.START_NS + row);
        Sink sink = new WeirSinkFactory().open(config, context)) {
      log.drain("wire", config, sink, new Nothing());
    }
    long zipped = 0;
    for (List<LinkRow> batch : batches(count)) {
      zipped += gzip(batch);
    }
    System.out.printf(
        "random values of five digits, with TLS and HTTP: %.2f bytes a reading, gzip of line"
            + " protocol alone %.2f%n",
        (line.bytes() - before) / (6.0 * count), zipped / (6.0 * count));
  }

  private static int gzip(List<LinkRow> rows) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (LinkRow row : rows) {
      Asset asset = row.series().asset();
      lines
          .append(row.series().measurement())
          .append(",site=")
          .append(asset.site())
          .append(",area=")
          .append(asset.area())
          .append(",line=")
          .append(asset.line())
          .append(",machine=")
          .append(asset.machine())
          .append(' ');
      String comma = "";
      for (LinkRow.Field field : row.fields()) {
        lines.append(comma).append(field.metric()).append('=').append(text(field.value()));
        comma = ",";
      }
      lines.append(' ').append(row.timeNs()).append('\n');
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(lines.toString().getBytes(StandardCharsets.UTF_8));
    }
    return bytes.size();
  }

  private static String text(Value value) {
    if (value instanceof Value.Real real) {
      return Double.toString(real.value());
    }
    if (value instanceof Value.Whole whole) {
      return whole.value() + "i";
    }
    return value instanceof Value.Flag flag
        ? Boolean.toString(flag.value())
        : '"' + ((Value.Text) value).value() + '"';
  }

  /** Nothing may be refused here. */
  private static final class Nothing implements Rejects {
    @Override
    public void reject(Rejection rejection) {
      throw new IllegalStateException(rejection.detail() + ": " + rejection.line());
    }

    @Override
    public Durable sync() throws IOException {
      return Durable.after(() -> {}); // nothing to keep
    }
  }
}
