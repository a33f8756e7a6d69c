package io.weir.gateway.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What a gateway goes through so that Java sees which classes it needs: a source of each kind of
 * MQTT and one of HTTP, messages of a machine with figures, stores that are away, one of each
 * client of InfluxDB, the page and the meters. All on loopback, and with a data directory of its
 * own.
 */
final class Rehearsal {

  private static final List<String> PAGES =
      List.of("/health/ready", "/api/v1/status", "/metrics", "/", "/api/v1/ledger");

  private static final String TOPIC = "factory/a/b/c/rehearsal/telemetry";
  private static final int MESSAGES = 20;
  private static final int ASK_EVERY_MS = 100;
  private static final int SOCKET_MS = 60_000;

  private final Path config;
  private final int http;
  private final int mqtt;

  private Rehearsal(Path config, int http, int mqtt) {
    this.config = config;
    this.http = http;
    this.mqtt = mqtt;
  }

  static Rehearsal in(Path folder) throws IOException {
    int http;
    int mqtt;
    int nobody;
    try (ServerSocket one = free();
        ServerSocket two = free();
        ServerSocket three = free()) {
      http = one.getLocalPort();
      mqtt = two.getLocalPort();
      nobody = three.getLocalPort();
    }
    String yaml =
        """
        gateway: { id: rehearsal, data-dir: data }
        http: { port: %d }
        buffer: { max-message-size: 64KiB } # fits a small heap too
        sources:
          - { name: devices, type: mqtt-listener, port: %d }
          - { name: broker, type: mqtt, url: "tcp://127.0.0.1:%d" } # far enough to be refused
          - { name: programs, type: http }
        routes: [ { topic: "factory/{site}/{area}/{line}/{machine}/telemetry", format: json } ]
        sinks:
          - { name: store, type: influxdb, version: 1, url: "http://127.0.0.1:%d", database: d }
          - { name: next, type: influxdb, version: 2, url: "http://127.0.0.1:%d", bucket: b, org: o, token: t }
        efficiency:
          defaults:
            state: { metric: state, running: [RUNNING] }
            count: { total: count }
            ideal-cycle: 1s
        """
            .formatted(http, mqtt, mqtt, nobody, nobody);
    return new Rehearsal(Files.writeString(folder.resolve("gateway.yaml"), yaml), http, mqtt);
  }

  private static ServerSocket free() throws IOException {
    return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
  }

  Path config() {
    return config;
  }

  /**
   * Plays it to a gateway that was started with {@link #config}.
   *
   * @throws IOException if the gateway ends, or does not take part in this many minutes
   */
  void play(Process gateway, long minutes) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(minutes);
    while (!tried()) {
      if (!gateway.isAlive() || System.nanoTime() > deadline) {
        String said = Files.readString(config.resolveSibling("out")).strip();
        throw new IOException("no gateway could be started: " + said);
      }
      Thread.sleep(ASK_EVERY_MS);
    }
    publish();
    for (String page : PAGES) {
      ask(page);
    }
  }

  private boolean tried() {
    try {
      ask("/health/live");
      return true;
    } catch (IOException e) {
      return false; // it does not listen yet
    }
  }

  private void ask(String path) throws IOException {
    try (Socket socket = connected(http)) {
      String request =
          "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n"
              .formatted(path);
      socket.getOutputStream().write(request.getBytes(UTF_8));
      if (socket.getInputStream().readAllBytes().length == 0) {
        throw new IOException("no answer to " + path);
      }
    }
  }

  /** Messages of QoS 1 by MQTT 3.1.1, each acknowledged before the next. */
  private void publish() throws IOException {
    try (Socket socket = connected(mqtt)) {
      InputStream in = socket.getInputStream();
      ByteArrayOutputStream connect = new ByteArrayOutputStream();
      DataOutputStream out = new DataOutputStream(connect);
      out.writeUTF("MQTT");
      out.write(new byte[] {4, 2, 0, 60}); // its level, a clean session, seconds of keep alive
      out.writeUTF("rehearsal");
      send(socket, 0x10, connect.toByteArray());
      in.readNBytes(4); // CONNACK
      for (int i = 1; i <= MESSAGES; i++) {
        ByteArrayOutputStream publish = new ByteArrayOutputStream();
        DataOutputStream message = new DataOutputStream(publish);
        message.writeUTF(TOPIC);
        message.writeShort(i);
        String payload = "{\"state\":\"RUNNING\",\"count\":%d,\"speed\":%d.5}";
        message.write(payload.formatted(i, i).getBytes(UTF_8));
        send(socket, 0x32, publish.toByteArray());
        in.readNBytes(4); // PUBACK
      }
    }
  }

  /** A packet shorter than 128 bytes. */
  private static void send(Socket socket, int type, byte[] body) throws IOException {
    ByteArrayOutputStream packet = new ByteArrayOutputStream();
    packet.write(type);
    packet.write(body.length);
    packet.write(body);
    socket.getOutputStream().write(packet.toByteArray());
  }

  private static Socket connected(int port) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(SOCKET_MS);
    return socket;
  }
}
