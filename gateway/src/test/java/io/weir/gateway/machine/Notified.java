package io.weir.gateway.machine;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The receiving end of {@code sd_notify}: {@code notified.c} with a socket of its own. */
public final class Notified implements AutoCloseable {

  /**
   * A datagram.
   *
   * @param pid the sender, as the kernel says
   * @param text its assignments, with spaces between them
   */
  public record Message(long pid, String text) {}

  private final Process process;
  private final String name;
  private final List<Message> messages = new CopyOnWriteArrayList<>();

  /**
   * @param name a path, or {@code @} and a name that is in no file system
   */
  public Notified(Path folder, String name) throws IOException {
    this.name = name;
    Path program = NativeCode.program(folder, "notified");
    process = new ProcessBuilder(program.toString(), name).redirectErrorStream(true).start();
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    String first = lines.readLine();
    if (!"listening".equals(first)) {
      throw new IOException("no socket " + name + ": " + first);
    }
    Thread reader = new Thread(() -> lines.lines().forEach(this::add), "notified");
    reader.setDaemon(true);
    reader.start();
  }

  private void add(String line) {
    String[] parts = line.split(" ", 2);
    messages.add(new Message(Long.parseLong(parts[0]), parts[1]));
  }

  /** The value of {@code NOTIFY_SOCKET}. */
  public String name() {
    return name;
  }

  /** All datagrams so far. */
  public List<Message> messages() {
    return List.copyOf(messages);
  }

  /** How many of them have a text that begins so. */
  public long count(String beginning) {
    return messages.stream().filter(each -> each.text().startsWith(beginning)).count();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
