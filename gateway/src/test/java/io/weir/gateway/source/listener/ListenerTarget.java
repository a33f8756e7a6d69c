package io.weir.gateway.source.listener;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.weir.gateway.fuzz.Target;
import io.weir.gateway.source.KnownSessions;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.LoggerFactory;

/**
 * What up to three clients send to a listener at once, through its own handlers. A whole input is
 * one world: the log fails and fills up while they send.
 *
 * <p>The promises: no error inside; whoever is still connected when all is well again is read from
 * and answered; nothing of memory stays behind; and a good client is then served exactly.
 *
 * <p>An input is a seed of eight bytes for how the bytes come, and for each client a length of two
 * bytes and what it sends.
 */
public final class ListenerTarget implements Target {

  private static final int MOST_CLIENTS = 3;
  private static final int MOST_BYTES = 60_000;
  private static final long SILENCE_MS = 70_000;

  /** Of all targets of the process. */
  private static final LongAdder PACKETS = new LongAdder();

  /** Of the world that runs on a thread. */
  private static final ThreadLocal<ILoggingEvent> ERROR = new ThreadLocal<>();

  private static final Logger LOGGER =
      (Logger) LoggerFactory.getLogger(ClientConnection.class.getPackageName());

  private final Errors errors = new Errors();
  private final UnpooledByteBufAllocator memory = new UnpooledByteBufAllocator(true, true);

  public ListenerTarget() {
    errors.setContext(LOGGER.getLoggerContext());
    errors.start();
    LOGGER.addAppender(errors);
    LOGGER.setLevel(Level.ERROR); // the root logger says nothing meanwhile
    LOGGER.setAdditive(false);
  }

  /** An error that was caught inside is no less one. */
  private static final class Errors extends AppenderBase<ILoggingEvent> {

    @Override
    protected void append(ILoggingEvent event) {
      ERROR.set(event);
    }
  }

  // ---- Inputs

  @Override
  public byte[] input(Random random) {
    ByteBuffer all = ByteBuffer.allocate(8 + MOST_CLIENTS * (MOST_BYTES + 2));
    all.putLong(random.nextLong());
    for (int clients = 1 + random.nextInt(MOST_CLIENTS); clients > 0; clients--) {
      byte[] sent = new HostilePackets(random).session();
      int length = Math.min(sent.length, MOST_BYTES);
      all.putShort((short) length).put(sent, 0, length);
    }
    return Arrays.copyOf(all.array(), all.position());
  }

  // ---- One world

  @Override
  public String run(byte[] input) {
    ERROR.remove();
    World world = new World(input);
    String kind = world.run();
    ILoggingEvent error = ERROR.get();
    if (error != null) {
      throw new AssertionError(error.getFormattedMessage() + " " + error.getThrowableProxy());
    }
    return kind;
  }

  @Override
  public void close() {
    LOGGER.detachAppender(errors);
    if (!LOGGER.iteratorForAppenders().hasNext()) {
      LOGGER.setLevel(null);
      LOGGER.setAdditive(true);
    }
    System.out.printf("listener: %,d packets passed the check so far%n", PACKETS.sum());
  }

  private final class World {

    private final ManualInbox log = new ManualInbox();
    private final SteppedListener listener =
        new SteppedListener(ListenerRig.CONFIG, log, KnownSessions.NONE);
    private final List<SteppedListener.Connection> clients = new ArrayList<>();
    private final List<ByteBuffer> left = new ArrayList<>();
    private final Random random;
    private final Set<String> kinds = new TreeSet<>();

    World(byte[] input) {
      ByteBuffer all = ByteBuffer.wrap(input);
      random = new Random(all.remaining() < 8 ? 0 : all.getLong());
      while (all.remaining() >= 2 && left.size() < MOST_CLIENTS) {
        int length = Math.min(Short.toUnsignedInt(all.getShort()), all.remaining());
        left.add(all.slice(all.position(), length));
        all.position(all.position() + length);
        clients.add(connect());
      }
    }

    private SteppedListener.Connection connect() {
      SteppedListener.Connection made = listener.connect();
      made.channel.config().setAllocator(memory);
      made.count(PACKETS);
      return made;
    }

    String run() {
      for (boolean any = true; any; ) {
        any = false;
        for (int i = 0; i < clients.size(); i++) {
          any |= deliver(clients.get(i), left.get(i));
        }
        disturb();
      }
      heal();
      for (SteppedListener.Connection each : clients) {
        outcome(each);
      }
      listener.settle(SILENCE_MS);
      clients.forEach(this::isServed);
      servesOthers();
      clients.forEach(SteppedListener.Connection::close);
      heal(); // of wills
      listener.kill();
      check(log.unsynced() == 0, "something is under way");
      check(listener.shared.window().held() == 0, "the window holds what is gone");
      long bytes = memory.metric().usedHeapMemory() + memory.metric().usedDirectMemory();
      check(bytes == 0, bytes + " bytes were not released");
      return String.join(", ", kinds);
    }

    /** Sends a part of what is left; false where there is nothing, or nobody takes it. */
    private boolean deliver(SteppedListener.Connection to, ByteBuffer from) {
      if (!from.hasRemaining() || !to.channel.isOpen()) {
        return false;
      }
      if (!to.isRead()) {
        to.step();
        return to.isRead() || random.nextInt(20) > 0;
      }
      int most = random.nextInt(4) == 0 ? 3 : from.remaining();
      byte[] next = new byte[1 + random.nextInt(Math.min(most, from.remaining()))];
      from.get(next);
      to.send(next);
      if (random.nextBoolean()) {
        to.step();
      }
      return true;
    }

    private void disturb() {
      switch (random.nextInt(12)) {
        case 0 -> log.fail();
        case 1 -> log.full(true);
        case 2 -> log.full(false);
        case 3 -> listener.settle(100);
        case 4 -> listener.sessions.tick();
        default -> log.sync(1 + random.nextInt(9));
      }
    }

    private void heal() {
      log.full(false);
      for (int i = 0; i < 6; i++) {
        log.sync(Integer.MAX_VALUE);
        listener.settle(100);
      }
    }

    private void outcome(SteppedListener.Connection client) {
      String last = client.channel.isOpen() ? "open" : "closed";
      for (byte[] packet = client.read(); packet.length > 0; packet = client.read()) {
        int type = (packet[0] & 0xff) >> 4;
        if (type == 2) {
          last = "CONNACK %02x".formatted(packet[3]);
          check(packet[3] != Codes.REJECTED, "an internal error");
        } else if (type == 14) {
          last = "DISCONNECT %02x".formatted(packet[2]);
          check(packet[2] != Codes.REJECTED, "an internal error");
        }
      }
      kinds.add(last);
    }

    /** Half packets have come too slowly by now; whoever is left has sent whole ones. */
    private void isServed(SteppedListener.Connection client) {
      client.read();
      if (client.channel.isOpen()) {
        check(client.isRead(), "a connection is not read from");
        client.send(new byte[] {(byte) 0xC0, 0});
        client.step();
        check(Arrays.equals(client.read(), new byte[] {(byte) 0xD0, 0}), "no answer to a ping");
      }
    }

    private void servesOthers() {
      SteppedListener.Connection good = connect();
      ByteArrayOutputStream sent = new ByteArrayOutputStream();
      sent.writeBytes(
          RawClient.packet(0x10, RawClient.bytes("MQTT", 4, 2, (short) 60, "a good one")));
      sent.writeBytes(RawClient.packet(0x32, RawClient.bytes("t", (short) 1, new byte[] {'1'})));
      sent.writeBytes(RawClient.packet(0x34, RawClient.bytes("t", (short) 2, new byte[] {'2'})));
      good.send(sent.toByteArray());
      heal();
      for (String hex : List.of("20020000", "40020001", "50020002")) {
        String got = java.util.HexFormat.of().formatHex(good.read());
        check(hex.equals(got), "a good client was told " + got + " and not " + hex);
      }
      good.close();
    }

    private void check(boolean right, String otherwise) {
      if (!right) {
        throw new AssertionError(otherwise);
      }
    }
  }
}
