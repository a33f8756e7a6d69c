package io.weir.gateway.sink;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;

/**
 * A store that answers as its documentation says a real one would, for answers that no real one
 * here can be brought to give. Keeps what it stored by everything before the fields' values.
 */
public final class FakeStore implements AutoCloseable {

  /**
   * @param store how many of the lines it stores before it answers: those for which this holds
   */
  public record Reply(
      int status,
      Map<String, String> headers,
      String body,
      java.util.function.Predicate<String> store) {

    public static Reply of(int status, String body) {
      return new Reply(status, Map.of(), body, line -> false);
    }

    public Reply with(String header, String value) {
      return new Reply(status, Map.of(header, value), body, store);
    }

    public Reply storing(java.util.function.Predicate<String> some) {
      return new Reply(status, headers, body, some);
    }

    public static Reply stored() {
      return of(204, "").storing(line -> true);
    }
  }

  /** What it does with a write. */
  public interface Behaviour {
    Reply to(List<String> lines) throws IOException;
  }

  /** The connection dies instead of an answer. */
  public static final class Reset extends IOException {
    private static final long serialVersionUID = 1;
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile Behaviour behaviour = lines -> Reply.stored();
  private final Map<String, String> points = new LinkedHashMap<>();
  private final List<List<String>> writes = new ArrayList<>();
  private final List<Map<String, List<String>>> requests = new ArrayList<>();

  public FakeStore() throws IOException {
    System.setProperty("sun.net.httpserver.nodelay", "true"); // else each answer takes 40 ms
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  public URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  public void behave(Behaviour next) {
    behaviour = next;
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      boolean gzip = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
      byte[] body =
          (gzip ? new GZIPInputStream(exchange.getRequestBody()) : exchange.getRequestBody())
              .readAllBytes();
      List<String> lines = new String(body, UTF_8).lines().toList();
      synchronized (this) {
        writes.add(lines);
        Map<String, List<String>> request = new LinkedHashMap<>(exchange.getRequestHeaders());
        request.put("query", List.of(exchange.getRequestURI().toString()));
        requests.add(request);
      }
      Reply reply = behaviour.to(lines);
      synchronized (this) {
        for (String line : lines) {
          if (reply.store().test(line)) {
            points.put(identity(line), line);
          }
        }
      }
      reply.headers().forEach(exchange.getResponseHeaders()::set);
      byte[] answer = reply.body().getBytes(UTF_8);
      exchange.sendResponseHeaders(reply.status(), answer.length == 0 ? -1 : answer.length);
      if (answer.length > 0) {
        exchange.getResponseBody().write(answer);
      }
    } catch (Reset reset) {
      // closing the exchange without an answer ends the connection
    }
  }

  /** The line without its values: series, field names, time. */
  private static String identity(String line) {
    return line.replaceAll("=(\"[^\"]*\"|[^,= ]*)(?=[, ](?:[^ ]* )?-?\\d+$)", "");
  }

  /** A behaviour that never answers while the store is open. */
  public Reply hang() {
    try {
      closing.await(60, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return Reply.of(500, "closing");
  }

  /** All lines that stand in it, the last of each point. */
  public synchronized List<String> lines() {
    return List.copyOf(points.values());
  }

  /** The bodies of all writes, in order. */
  public synchronized List<List<String>> writes() {
    return List.copyOf(writes);
  }

  /** The headers of all writes; the path and query stand under {@code query}. */
  public synchronized List<Map<String, List<String>>> requests() {
    return List.copyOf(requests);
  }

  @Override
  public void close() {
    closing.countDown();
    server.stop(0);
    threads.shutdownNow();
    try {
      if (!threads.awaitTermination(10, TimeUnit.SECONDS)) {
        throw new UncheckedIOException(new IOException("the store's threads do not end"));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
