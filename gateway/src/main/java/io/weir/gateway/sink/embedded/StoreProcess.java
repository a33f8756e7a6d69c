package io.weir.gateway.sink.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.gateway.log.Time;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One process of {@link StoreMain}, from its start to its end, as the gateway sees it. It has the
 * gateway's Java and class path, and bounds of its own for its memory.
 *
 * <p>Safe for several threads; their calls are made one after the other.
 */
final class StoreProcess {

  private static final Logger LOG = LoggerFactory.getLogger(StoreProcess.class);

  private static final Path SHELL = Path.of("/bin/sh");

  /**
   * QuestDB makes its files for everybody to read, so the mask takes that away. What ends the
   * gateway from a terminal is not to end the store first. No image of the memory is written when
   * it crashes, since the disk may be full.
   */
  private static final String IN_SHELL =
      "umask 077; ulimit -c 0; trap '' HUP INT TERM; exec \"$@\"";

  /** Secrets of the configuration can be in the environment; the store needs none. */
  private static final Set<String> ENVIRONMENT =
      Set.of("PATH", "LANG", "LC_ALL", "TZ", "LD_LIBRARY_PATH", "SystemRoot", "TEMP", "TMP");

  /** What compiles quickly, and what maps an archive of classes or lists them for one. */
  private static final List<String> START_FLAGS =
      List.of(
          "-XX:TieredStopAtLevel=",
          "-XX:SharedArchiveFile=",
          "-XX:+UnlockDiagnosticVMOptions",
          "-XX:ArchiveRelocationMode=",
          "-XX:DumpLoadedClassList=",
          "-Xlog:cds",
          "-Xlog:aot");

  private static final long LONGEST_CALL_NS = TimeUnit.SECONDS.toNanos(60);
  private static final int LOG_LINE_CHARS = 2_000;
  private static final Pattern LOG_LINE = Pattern.compile("(ERROR|WARN|INFO|DEBUG) (.*)");

  /** What Java ends with, as it is told to. */
  private static final int OUT_OF_MEMORY = 3;

  private static final int SIGNALS = 128;
  private static final int ABORTED = SIGNALS + 6;

  private final Process process;
  private final Path root;
  private final Time time;
  private final DataOutputStream out;
  private final DataInputStream in;
  private volatile long callSinceNs;
  private volatile boolean calling;
  private volatile @Nullable String failure;

  private StoreProcess(Process process, Path root, Time time) {
    this.process = process;
    this.root = root;
    this.time = time;
    this.out = new DataOutputStream(new BufferedOutputStream(process.getOutputStream()));
    this.in = new DataInputStream(new BufferedInputStream(process.getInputStream()));
  }

  /** Starts it; it is not ready yet. */
  static StoreProcess launch(StoreSettings settings, Time time) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command(settings.root()));
    builder.environment().keySet().retainAll(ENVIRONMENT);
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    StoreProcess started = new StoreProcess(builder.start(), settings.root(), time);
    Thread log = new Thread(started::log, "store-log");
    log.setDaemon(true);
    log.start();
    try {
      settings.toFrame().sendTo(started.out);
    } catch (IOException e) {
      started.kill();
      throw e;
    }
    return started;
  }

  private static List<String> command(Path root) {
    List<String> command = new ArrayList<>();
    if (Files.isExecutable(SHELL)) {
      command.addAll(List.of(SHELL.toString(), "-c", IN_SHELL, "weir-store"));
    }
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xms16m",
            "-Xmx" + heapMib() + "m",
            "-XX:+UseSerialGC",
            "-XX:MaxMetaspaceSize=96m",
            "-XX:ReservedCodeCacheSize=64m",
            "-XX:+ExitOnOutOfMemoryError",
            "-XX:-UsePerfData",
            "-XX:+DisplayVMOutputToStderr",
            "-XX:ErrorFile=" + crashFile(root),
            "-Djava.io.tmpdir=" + System.getProperty("java.io.tmpdir"),
            "-Dlogback.configurationFile=io/weir/gateway/sink/embedded/store-log.xml",
            "--add-exports=java.base/jdk.internal.math=ALL-UNNAMED",
            "--add-exports=java.base/jdk.internal.vm=ALL-UNNAMED"));
    command.addAll(startFlags());
    command.add(StoreMain.class.getName());
    return command;
  }

  /** A gateway that was told to start quickly, as one that soon ends, tells its store too. */
  private static List<String> startFlags() {
    return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(flag -> START_FLAGS.stream().anyMatch(flag::startsWith))
        .toList();
  }

  /** QuestDB keeps rows outside the heap; some 90 MiB of tables, columns and buffers are on it. */
  private static long heapMib() {
    return Math.max(192, Math.min(512, Runtime.getRuntime().maxMemory() / 2 >> 20));
  }

  private static Path crashFile(Path root) {
    return root.resolve("log").resolve("crash.log");
  }

  /** What it logs is logged by the gateway; what else it prints, where that is wanted. */
  private void log() {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(process.getErrorStream(), UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        Matcher known = LOG_LINE.matcher(line);
        String text = known.matches() ? known.group(2) : line;
        text = text.substring(0, Math.min(text.length(), LOG_LINE_CHARS));
        switch (known.matches() ? known.group(1) : "") {
          case "ERROR" -> LOG.error("{}", text);
          case "WARN" -> LOG.warn("{}", text);
          case "INFO" -> LOG.info("{}", text);
          default -> LOG.debug("{}", text);
        }
      }
    } catch (IOException e) {
      LOG.debug("the log of the store has ended", e);
    }
  }

  /**
   * Waits until it answers.
   *
   * @return its port for HTTP
   * @throws IOException if it cannot start
   */
  int ready() throws IOException {
    try {
      return expectDone(Frame.receive(in)).number();
    } catch (IOException e) {
      failure = e.getMessage();
      throw e;
    }
  }

  /**
   * Asks and waits for the answer.
   *
   * @throws IOException if it says that it cannot, or if it ends meanwhile
   */
  synchronized Frame call(Frame question) throws IOException {
    callSinceNs = time.elapsedNs();
    calling = true;
    Frame answer;
    try {
      question.sendTo(out);
      answer = Frame.receive(in);
    } catch (IOException e) {
      throw new IOException("the process of QuestDB has ended", e);
    } finally {
      calling = false;
    }
    return expectDone(answer);
  }

  private static Frame expectDone(Frame answer) throws IOException {
    if (answer.number() != StoreCalls.DONE) {
      throw new IOException(answer.text());
    }
    return answer;
  }

  /** Waits for its end, and ends it where it leaves a call without an answer for a minute. */
  void awaitEnd() throws InterruptedException {
    while (!process.waitFor(250, TimeUnit.MILLISECONDS)) {
      if (calling && time.elapsedNs() - callSinceNs > LONGEST_CALL_NS) {
        failure =
            "it did not answer within " + TimeUnit.NANOSECONDS.toSeconds(LONGEST_CALL_NS) + " s";
        LOG.error("QuestDB does not answer; its process is ended");
        kill();
      }
    }
  }

  /** Why it has ended. */
  String end() {
    int code = process.exitValue();
    if (failure != null) {
      return failure;
    }
    if (code == OUT_OF_MEMORY) {
      return "its process needed more memory than its " + heapMib() + " MiB of heap";
    }
    if (code == ABORTED) {
      return "its process crashed; " + crashFile(root) + " has the details";
    }
    return code > SIGNALS
        ? "its process was ended by signal " + (code - SIGNALS)
        : "its process ended with exit code " + code;
  }

  boolean endsWithin(long seconds) throws InterruptedException {
    return process.waitFor(seconds, TimeUnit.SECONDS);
  }

  long pid() {
    return process.pid();
  }

  void kill() {
    process.destroyForcibly();
  }
}
