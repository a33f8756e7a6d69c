package io.weir.peers;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A real server for a test, in its own process, with a free loopback port and a folder of its own.
 * If its program is missing, the test fails and says how to install it.
 */
public abstract class Peer implements AutoCloseable {

  private final Path home;
  private Process process;

  protected Peer(Path home) throws IOException {
    this.home = Files.createDirectories(home);
  }

  /** The command line. The server must listen on {@link #port()}. */
  protected abstract List<String> command();

  /** What is added to the environment of the process. */
  protected Map<String, String> environment() {
    return Map.of();
  }

  /** The port that answers when the server is ready. */
  public abstract int port();

  protected final Path home() {
    return home;
  }

  /** Starts the process and does not wait for it. */
  public void launch() throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command())
            .directory(home.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
    builder.environment().putAll(environment());
    process = builder.start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
  }

  private Path log() {
    return home.resolve("peer.log");
  }

  /** What it printed. */
  public String output() throws IOException {
    return Files.readString(log());
  }

  /** Starts the process and waits until its port answers. */
  public void start() throws IOException {
    launch();
    awaitReady();
  }

  /** Waits until the port of the launched process answers. */
  public void awaitReady() throws IOException {
    long deadline = System.nanoTime() + longestStart().toNanos();
    while (!answers()) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        kill();
        throw new IOException(getClass().getSimpleName() + " did not start:\n" + output());
      }
      pause();
    }
  }

  private boolean answers() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port()), 500);
      return ready();
    } catch (IOException e) {
      return false;
    }
  }

  /** How long a start may take, on a busy machine. */
  protected Duration longestStart() {
    return Duration.ofSeconds(30);
  }

  /** How long it may take to end, on a busy machine. */
  protected Duration longestStop() {
    return Duration.ofSeconds(20);
  }

  /** A further check, after the port is open. */
  protected boolean ready() throws IOException {
    return true;
  }

  /** Sends SIGTERM, waits, and returns the exit code. */
  public int stop() {
    process.destroy();
    await();
    return process.exitValue();
  }

  /** Sends SIGKILL and waits. */
  public void kill() {
    process.destroyForcibly();
    await();
  }

  /** Sends SIGSTOP: the process does nothing, and its connections stay. */
  public void freeze() throws IOException {
    signal("STOP");
  }

  /** Sends SIGCONT. */
  public void thaw() throws IOException {
    signal("CONT");
  }

  private void signal(String name) throws IOException {
    Process kill = new ProcessBuilder("kill", "-" + name, String.valueOf(pid())).start();
    try {
      if (kill.waitFor() != 0) {
        throw new IOException("no SIG" + name + " to " + pid());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  public boolean isAlive() {
    return process != null && process.isAlive();
  }

  private void await() {
    try {
      if (!process.waitFor(longestStop().toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
  }

  public long pid() {
    return process.pid();
  }

  /** Processor time since its start, nanoseconds. */
  public long cpuNs() {
    return process.info().totalCpuDuration().orElseThrow().toNanos();
  }

  /** The most memory that was ever resident, MB. */
  public long highestResidentMb() throws IOException {
    return Files.readAllLines(Path.of("/proc/" + pid() + "/status")).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024)
        .findFirst()
        .orElseThrow();
  }

  @Override
  public void close() {
    if (process != null) {
      kill();
    }
  }

  /** The path of a program; fails with the name of its package if it is missing. */
  public static String program(String name, String aptPackage) {
    return installed(name)
        .orElseThrow(
            () ->
                new AssertionError(
                    name
                        + " is not installed, but this test needs it. Install it with:"
                        + " apt-get install "
                        + aptPackage));
  }

  /** Where a program is, which a test can do without. */
  public static Optional<String> installed(String name) {
    String path = System.getenv().getOrDefault("PATH", "") + ":/usr/sbin:/usr/local/sbin";
    return Stream.of(path.split(":"))
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .map(Path::toString)
        .findFirst();
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(30);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }
}
