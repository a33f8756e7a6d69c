package io.weir.gateway.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.gateway.log.Time;
import io.weir.gateway.settings.Config;
import io.weir.gateway.settings.HeapNeed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Versions, memory and clock of this machine. */
record MachineCheck(Diagnosis diagnosis, Time time, Config config) {

  private static final String MEMORY = "memory";

  private static final long MIB = 1 << 20;

  /** What a JVM takes beside its heap: code, threads, buffers. */
  private static final long BESIDE_HEAP = 100 * MIB;

  /** No gateway of this version existed before: a clock before it is wrong. */
  private static final Instant EARLIEST = Instant.parse("2024-01-01T00:00:00Z");

  private static final Path CGROUP_LIMIT = Path.of("/sys/fs/cgroup/memory.max");

  void run() throws IOException {
    diagnosis.ok(
        "versions",
        "weir %s, Java %s, %s %s %s"
            .formatted(
                Version.number(),
                System.getProperty("java.version"),
                System.getProperty("os.name"),
                System.getProperty("os.version"),
                System.getProperty("os.arch")));
    memory();
    files();
    threads();
    clock();
  }

  private void memory() throws IOException {
    long heap = Runtime.getRuntime().maxMemory();
    String tooSmall = HeapNeed.problem(config, heap);
    if (tooSmall != null) {
      diagnosis.wrong(MEMORY, tooSmall, "weir run does not start with this heap");
    }
    String machines = HeapNeed.machinesProblem(config, heap);
    if (machines != null) {
      diagnosis.note(MEMORY, machines, "further machines have no figures, and are counted");
    }
    long least = HeapNeed.bytes(config);
    long available = available();
    String text =
        "heap of at most %d MiB, of which messages of the largest size need %d MiB%s"
            .formatted(
                heap / MIB,
                least / MIB,
                available < 0 ? "" : ", " + available / MIB + " MiB are available");
    if (available < 0 || available >= heap + BESIDE_HEAP) {
      diagnosis.ok(MEMORY, text);
    } else if (available >= least + BESIDE_HEAP) {
      diagnosis.note(
          MEMORY,
          text,
          "the process may grow to about %d MiB; free some, or set a smaller heap: WEIR_OPTS=-Xmx%dm"
              .formatted((heap + BESIDE_HEAP) / MIB, (available - BESIDE_HEAP) / MIB));
    } else {
      diagnosis.note(
          MEMORY,
          text,
          "the process needs about %d MiB at least; free some, or set a smaller"
                  .formatted((least + BESIDE_HEAP) / MIB)
              + " buffer.max-message-size");
    }
  }

  private void files() {
    long allowed = OpenFileLimit.allowed();
    String tooFew = OpenFileLimit.problem(config, allowed);
    if (tooFew != null) {
      diagnosis.wrong("open files", tooFew, "weir run does not start with this limit");
    } else if (allowed >= 0) {
      diagnosis.ok(
          "open files",
          "%d may be open, %d are needed".formatted(allowed, OpenFileLimit.needed(config)));
    }
  }

  private void threads() {
    String tooFew = ThreadLimit.problem(config);
    if (tooFew != null) {
      diagnosis.wrong("threads", tooFew, "weir run does not start with this limit");
    } else {
      diagnosis.ok("threads", "%d may be started".formatted(ThreadLimit.needed(config)));
    }
  }

  /** Bytes that a new process can have; -1 where the system does not say. */
  private static long available() throws IOException {
    long available = -1;
    Path info = Path.of("/proc/meminfo");
    if (Files.isReadable(info)) {
      Matcher line =
          Pattern.compile("MemAvailable:\\s+(\\d+) kB").matcher(Files.readString(info, UTF_8));
      available = line.find() ? Long.parseLong(line.group(1)) << 10 : -1;
    }
    if (Files.isReadable(CGROUP_LIMIT)) {
      String limit = Files.readString(CGROUP_LIMIT, UTF_8).strip();
      if (limit.matches("\\d{1,18}")) {
        long bytes = Long.parseLong(limit);
        available = available < 0 ? bytes : Math.min(available, bytes);
      }
    }
    return available;
  }

  private void clock() throws IOException {
    Instant now = Time.instant(time.wallNs());
    if (now.isBefore(EARLIEST)) {
      diagnosis.wrong(
          "clock",
          "it shows " + now,
          "set it and keep it by NTP: readings without a time of their own get this one");
      return;
    }
    Boolean synchronised = isSynchronised();
    if (synchronised == null) {
      diagnosis.note(
          "clock",
          now + "; whether NTP keeps it is not known here",
          "check it with timedatectl or chronyc tracking, in a container on its host");
    } else if (synchronised) {
      diagnosis.ok("clock", now + ", kept by NTP");
    } else {
      diagnosis.note(
          "clock",
          now + ", not kept by NTP",
          "install chrony or systemd-timesyncd: a clock that drifts or jumps shifts the readings");
    }
  }

  /** As systemd knows it; {@code null} where there is none. */
  private static @Nullable Boolean isSynchronised() throws IOException {
    if (!Files.isExecutable(Path.of("/usr/bin/timedatectl"))
        || !Files.isDirectory(Path.of("/run/systemd/system"))) {
      return null;
    }
    Process process =
        new ProcessBuilder("/usr/bin/timedatectl", "show", "-p", "NTPSynchronized", "--value")
            .redirectErrorStream(true)
            .start();
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return null;
      }
      String said = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
      return said.equals("yes") ? Boolean.TRUE : said.equals("no") ? Boolean.FALSE : null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }
}
