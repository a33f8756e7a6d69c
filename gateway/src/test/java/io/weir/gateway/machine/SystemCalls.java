package io.weir.gateway.machine;

import io.weir.peers.Peer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/**
 * What a running process asks of the kernel, as {@code strace} sees it, from attaching to close.
 */
final class SystemCalls implements AutoCloseable {

  /**
   * One call that returned. {@code begin} and {@code end} are places in the order of all events of
   * all threads.
   *
   * @param file the path of a file, or the addresses of a socket
   * @param bytes what was read or written; empty for other calls
   */
  record Call(String name, String file, byte[] bytes, long result, int begin, int end) {}

  private static final String NAMES =
      "read,readv,recvfrom,recvmsg,write,writev,sendto,sendmsg,pwrite64,fsync,fdatasync";

  /** Process, then a whole call, the beginning of a call, or its end. */
  private static final Pattern LINE = Pattern.compile("^(\\d+) +(.*)$");

  private static final Pattern BEGINNING =
      Pattern.compile("^(\\w+)\\((.*) <unfinished \\.\\.\\.>$");
  private static final Pattern END = Pattern.compile("^<\\.\\.\\. (\\w+) resumed>(.*)$");
  private static final Pattern WHOLE =
      Pattern.compile(
          "^(\\w+)\\(\\d+<(.*?)(?:<char [0-9:]+>)?>(?:\\(deleted\\))?(?:\\)|, ).*= (-?\\d+)(?: .*)?$");
  private static final Pattern QUOTED = Pattern.compile("\"((?:\\\\x[0-9a-f]{2})*)\"");

  private final Path log;
  private final Process strace;

  private SystemCalls(Path log, Process strace) {
    this.log = log;
    this.strace = strace;
  }

  /** Attaches to all threads of a process. */
  static SystemCalls of(long pid, Path folder) throws IOException {
    Path log = folder.resolve("strace");
    Path said = folder.resolve("strace.said");
    Process strace =
        new ProcessBuilder(
                Peer.program("strace", "strace"),
                "-f",
                "-yy",
                "-xx",
                "-s",
                "65536",
                "-e",
                "trace=" + NAMES,
                "-e",
                "signal=none",
                "-o",
                log.toString(),
                "-p",
                String.valueOf(pid))
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    Awaitility.await("strace attaches")
        .until(() -> Files.readString(said).contains("attached") || !strace.isAlive());
    if (!strace.isAlive()) {
      throw new AssertionError("strace cannot attach: " + Files.readString(said));
    }
    return new SystemCalls(log, strace);
  }

  /** Detaches, and gives the calls in the order of their ends. */
  List<Call> calls() throws IOException {
    close();
    List<Call> calls = new ArrayList<>();
    Map<String, String> open = new HashMap<>();
    Map<String, Integer> begun = new HashMap<>();
    List<String> lines = Files.readAllLines(log, StandardCharsets.ISO_8859_1);
    for (int at = 0; at < lines.size(); at++) {
      Matcher line = LINE.matcher(lines.get(at));
      if (!line.matches()) {
        continue;
      }
      String thread = line.group(1);
      String text = line.group(2);
      Matcher beginning = BEGINNING.matcher(text);
      Matcher end = END.matcher(text);
      int begin = at;
      if (beginning.matches()) {
        open.put(thread, beginning.group(1) + "(" + beginning.group(2));
        begun.put(thread, at);
        continue;
      } else if (end.matches()) {
        if (!open.containsKey(thread)) {
          continue; // begun before we attached
        }
        begin = begun.remove(thread);
        text = open.remove(thread) + end.group(2);
      }
      Matcher whole = WHOLE.matcher(text);
      if (whole.matches()) {
        calls.add(
            new Call(
                whole.group(1),
                new String(unhex(whole.group(2)), StandardCharsets.UTF_8),
                bytes(text, Long.parseLong(whole.group(3)), whole.group(1)),
                Long.parseLong(whole.group(3)),
                begin,
                at));
      }
    }
    return calls;
  }

  private static byte[] bytes(String text, long result, String name) {
    if (name.endsWith("sync") || result <= 0) {
      return new byte[0];
    }
    StringBuilder hex = new StringBuilder();
    Matcher quoted = QUOTED.matcher(text.substring(text.indexOf('>')));
    while (quoted.find()) {
      hex.append(quoted.group(1));
    }
    byte[] bytes = unhex(hex);
    return Arrays.copyOf(bytes, (int) Math.min(result, bytes.length));
  }

  /** A text in which every byte is {@code \\xNN}, or a plain one. */
  private static byte[] unhex(CharSequence text) {
    if (!text.toString().startsWith("\\x")) {
      return text.toString().getBytes(StandardCharsets.UTF_8);
    }
    byte[] bytes = new byte[text.length() / 4];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) Integer.parseInt(text, 4 * i + 2, 4 * i + 4, 16);
    }
    return bytes;
  }

  @Override
  public void close() {
    strace.destroy(); // SIGTERM detaches
    try {
      if (!strace.waitFor(20, TimeUnit.SECONDS)) {
        strace.destroyForcibly();
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("a test must not be interrupted", e);
    }
  }
}
