package io.weir.gateway.peers;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A line between two gateways, as a proxy of TCP on this machine: it delays what goes through, lets
 * no more through than its rate, holds chunks back at random, and can be cut. Each direction has
 * the whole rate.
 */
public final class ThinLine implements AutoCloseable {

  private static final int CHUNK = 1400;

  /** What the line itself holds, as routers do. */
  private static final int CHUNKS_UNDER_WAY = 64;

  private static final byte[] END = {};

  /**
   * How it is.
   *
   * @param delayMs of each chunk, one way
   * @param bytesPerSecond most that goes through
   * @param stalls how probable it is that a chunk is held for a second
   */
  public record Quality(long delayMs, double bytesPerSecond, double stalls) {

    /** As fast as it goes. */
    public static final Quality PERFECT = new Quality(0, Double.POSITIVE_INFINITY, 0);
  }

  private final ServerSocket server;
  private final int target;
  private final Random random;
  private final List<Closeable> open = new ArrayList<>();
  private final AtomicLong bytes = new AtomicLong();
  private volatile Quality quality;
  private volatile boolean away;

  /** Listens on a free port, for whoever listens on the other one. */
  public ThinLine(int target, Quality quality, long seed) throws IOException {
    this.target = target;
    this.quality = quality;
    this.random = new Random(seed);
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    daemon("line", this::accept);
  }

  public int port() {
    return server.getLocalPort();
  }

  public void be(Quality other) {
    quality = other;
  }

  /** Bytes that came from the side that connects. */
  public long bytes() {
    return bytes.get();
  }

  /** Cuts what is connected now. */
  public void cut() throws IOException {
    List<Closeable> all;
    synchronized (open) {
      all = new ArrayList<>(open);
      open.clear();
    }
    for (Closeable each : all) {
      each.close();
    }
  }

  /** From now on nobody gets through, or again. */
  public void away(boolean isAway) throws IOException {
    away = isAway;
    if (isAway) {
      cut();
    }
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket from = server.accept();
        if (away) {
          from.close();
          continue;
        }
        Socket to = new Socket(InetAddress.getLoopbackAddress(), target);
        synchronized (open) {
          open.add(from);
          open.add(to);
        }
        pump(from, to, bytes);
        pump(to, from, new AtomicLong());
      } catch (IOException e) {
        // who connects sees it
      }
    }
  }

  private record Held(byte[] bytes, long atNs) {}

  private void pump(Socket from, Socket to, AtomicLong count) {
    BlockingQueue<Held> held = new ArrayBlockingQueue<>(CHUNKS_UNDER_WAY);
    daemon("line-in", () -> read(from, held, count));
    daemon("line-out", () -> write(from, to, held));
  }

  private void read(Socket from, BlockingQueue<Held> held, AtomicLong count) {
    long freeAt = System.nanoTime();
    byte[] chunk = new byte[CHUNK];
    try {
      try (InputStream in = from.getInputStream()) {
        for (int got = in.read(chunk); got >= 0; got = in.read(chunk)) {
          count.addAndGet(got);
          Quality now = quality;
          freeAt = Math.max(freeAt, System.nanoTime());
          freeAt += (long) (got / now.bytesPerSecond() * 1e9);
          if (isStalled(now)) {
            freeAt += TimeUnit.SECONDS.toNanos(1);
          }
          byte[] bytesRead = Arrays.copyOf(chunk, got);
          held.put(new Held(bytesRead, freeAt + TimeUnit.MILLISECONDS.toNanos(now.delayMs())));
        }
      } catch (IOException e) {
        // the line is cut, or one side has ended
      }
      held.put(new Held(END, freeAt));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isStalled(Quality now) {
    synchronized (random) {
      return random.nextDouble() < now.stalls();
    }
  }

  private static void write(Socket from, Socket to, BlockingQueue<Held> held) {
    try (from;
        to;
        OutputStream out = to.getOutputStream()) {
      for (Held next = held.take(); next.bytes() != END; next = held.take()) {
        long wait = next.atNs() - System.nanoTime();
        if (wait > 0) {
          TimeUnit.NANOSECONDS.sleep(wait);
        }
        out.write(next.bytes());
        out.flush();
      }
    } catch (IOException e) {
      // the line is cut, or the other side has ended
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void daemon(String name, Runnable loop) {
    Thread thread = new Thread(loop, name);
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    server.close();
    cut();
  }
}
