package io.weir.sim;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A real Mosquitto of a test, on a free port of loopback, with its own defaults. */
final class Broker implements AutoCloseable {

  private final List<String> command;
  private final Path log;
  private final int port = freePort();
  private Process process;

  /** Further lines of its configuration after the listener. */
  Broker(Path folder, String... more) throws IOException {
    Path config = folder.resolve("mosquitto.conf");
    Files.writeString(config, "listener " + port + " 127.0.0.1\n" + String.join("\n", more) + "\n");
    log = folder.resolve("mosquitto.log");
    command = List.of(program(), "-c", config.toString());
    start();
  }

  void start() throws IOException {
    process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!answers()) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        throw new IOException("Mosquitto did not come up:\n" + Files.readString(log));
      }
    }
  }

  void kill() {
    process.destroyForcibly();
    process.onExit().join();
  }

  int port() {
    return port;
  }

  String url() {
    return "tcp://127.0.0.1:" + port;
  }

  @Override
  public void close() {
    kill();
  }

  private boolean answers() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String program() {
    return Stream.of((System.getenv("PATH") + ":/usr/sbin:/usr/local/sbin").split(":"))
        .map(folder -> Path.of(folder, "mosquitto"))
        .filter(Files::isExecutable)
        .map(Path::toString)
        .findFirst()
        .orElseThrow(
            () ->
                new AssertionError(
                    "mosquitto is not installed, and this test talks to a real one. Get it with:"
                        + " apt-get install mosquitto"));
  }
}
