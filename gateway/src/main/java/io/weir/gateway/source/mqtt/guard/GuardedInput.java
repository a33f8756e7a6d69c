package io.weir.gateway.source.mqtt.guard;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a connection as Paho may read them. Read by one thread.
 *
 * <p>A read that times out changes nothing: the next one goes on in the same place.
 */
final class GuardedInput extends InputStream {

  /** Receives what was set aside, before Paho can read the end of what stands for it. */
  interface Kept {
    void put(long number, SetAside what);
  }

  private static final int BUFFER_BYTES = 64 * 1024;

  /** How many reads in a row may time out inside a packet; each takes a second with Paho. */
  private static final int MOST_TIMEOUTS = 15;

  private final InputStream in;
  private final PacketReader packet;
  private final Arrivals arrivals;
  private final Kept keep;

  private final byte[] one = new byte[1];
  private byte[] buffer = new byte[BUFFER_BYTES];
  private int at;
  private int end;

  /** How many of the next bytes Paho gets as they are: the rest of a packet. */
  private int passing;

  private @Nullable Aside aside;

  /** What stands for a packet that was taken at once. */
  private final ByteBuffer inPlace = ByteBuffer.allocate(PacketGuard.LONGEST_HEAD + Long.BYTES);

  private byte[] substitute = {};
  private int substituteAt;
  private int substituteEnd;

  private long number;
  private int timeouts;

  GuardedInput(InputStream in, PacketReader packet, Arrivals arrivals, Kept keep) {
    this.in = in;
    this.packet = packet;
    this.arrivals = arrivals;
    this.keep = keep;
  }

  @Override
  public int read() throws IOException {
    if (passing > 0 && at < end) {
      passing--;
      return buffer[at++] & 0xFF;
    }
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] into, int offset, int count) throws IOException {
    if (count == 0) {
      return 0;
    }
    while (true) {
      if (substituteAt < substituteEnd) {
        int n = Math.min(count, substituteEnd - substituteAt);
        System.arraycopy(substitute, substituteAt, into, offset, n);
        substituteAt += n;
        return n;
      }
      if (passing > 0) {
        return pass(into, offset, count);
      }
      Aside now = aside;
      if (now != null ? !collect(now) : !next()) {
        return -1;
      }
    }
  }

  private int pass(byte[] into, int offset, int count) throws IOException {
    int most = Math.min(count, passing);
    int n;
    if (at < end) {
      n = Math.min(most, end - at);
      System.arraycopy(buffer, at, into, offset, n);
      at += n;
    } else if (most >= BUFFER_BYTES) {
      n = receive(into, offset, most);
    } else if (fill()) {
      return pass(into, offset, count);
    } else {
      return -1;
    }
    passing -= Math.max(0, n);
    return n;
  }

  /** Looks at the next packet. False if the connection ended before it. */
  private boolean next() throws IOException {
    PacketReader.Verdict verdict = packet.look(buffer, at, end);
    while (verdict == PacketReader.Verdict.MORE) {
      if (!fill()) {
        return false;
      }
      verdict = packet.look(buffer, at, end);
    }
    boolean passes = verdict == PacketReader.Verdict.PASS;
    boolean isPlain = passes && packet.isPlain();
    while (isPlain && end - at < packet.length()) {
      if (!fill()) {
        return false;
      }
    }
    if (packet.type() == PacketReader.PUBLISH) {
      int held = packet.isTooLong() ? Aside.EVIDENCE_BYTES : packet.length();
      arrivals.begins(held);
    }
    if (isPlain) {
      take();
      return true;
    }
    if (packet.type() == PacketReader.PUBLISH) {
      passesToPaho();
    }
    if (passes) {
      passing = packet.length();
    } else {
      Aside begun = new Aside(packet, packet.topic(buffer, at), number);
      aside = begun;
      substitute = begun.substitute();
      substituteAt = 0;
      substituteEnd = begun.readable();
    }
    if (packet.length() - (end - at) >= BUFFER_BYTES) {
      arrivals.goesOn();
    }
    return true;
  }

  /** Takes a packet that is all there, in place of Paho, which would read it byte by byte. */
  private void take() throws IOException {
    byte[] payload = Arrays.copyOfRange(buffer, at + packet.payloadAt(), at + packet.length());
    String topic = packet.plainTopic(buffer, at);
    if (!isTaken(topic, payload)) {
      passesToPaho();
      keep.put(number, new SetAside(topic, payload, null));
      inPlace.clear();
      PacketGuard.putHead(inPlace, packet, Long.BYTES);
      inPlace.putLong(number++);
      substitute = inPlace.array();
      substituteAt = 0;
      substituteEnd = inPlace.position();
    }
    at += packet.length();
  }

  /** A defect ends the connection with a reason; Paho's receiver would end without a word. */
  private boolean isTaken(String topic, byte[] payload) throws IOException {
    try {
      return arrivals.takes(
          topic, payload, packet.isRetained(), packet.isFlagged(), packet.packetId());
    } catch (RuntimeException e) {
      throw new IOException("internal error on a message of " + topic + ": " + e, e);
    }
  }

  private void passesToPaho() {
    arrivals.passes();
    if (packet.isFlagged()) {
      arrivals.flagged(packet.packetId());
    }
  }

  /** Takes what is there of the packet that is set aside. */
  private boolean collect(Aside now) throws IOException {
    if (at == end && !fill()) {
      throw new BrokenPacketException(
          "%s, of which only %d came".formatted(packet.name(), now.arrived()));
    }
    int n = Math.min(now.left(), end - at);
    now.take(buffer, at, n);
    at += n;
    if (now.left() == 0) {
      keep.put(number++, now.end());
      aside = null;
    }
    substituteEnd = now.readable();
    return true;
  }

  /** Receives more behind what is there. False if the connection ended. */
  private boolean fill() throws IOException {
    if (at == end) {
      at = 0;
      end = 0;
    } else if (end == buffer.length) {
      makeRoom();
    }
    int n = receive(buffer, end, buffer.length - end);
    end += Math.max(0, n);
    return n >= 0;
  }

  private void makeRoom() {
    int there = end - at;
    byte[] next =
        at > 0 ? buffer : new byte[Math.min(PacketReader.LONGEST_HEAD, 2 * buffer.length)];
    System.arraycopy(buffer, at, next, 0, there);
    buffer = next;
    at = 0;
    end = there;
  }

  private int receive(byte[] into, int offset, int most) throws IOException {
    int n;
    try {
      n = in.read(into, offset, most);
    } catch (SocketTimeoutException e) {
      timedOut();
      throw e;
    }
    timeouts = 0;
    if (passing >= BUFFER_BYTES || aside != null) {
      arrivals.goesOn();
    }
    return n;
  }

  private void timedOut() throws IOException {
    Aside now = aside;
    int there = now != null ? now.arrived() : passing > 0 ? packet.length() - passing : end - at;
    timeouts = there > 0 || passing > 0 ? timeouts + 1 : 0;
    if (timeouts >= MOST_TIMEOUTS) {
      boolean isKnown = now != null || passing > 0;
      throw new BrokenPacketException(
          "%s, of which only %d came"
              .formatted(isKnown ? packet.name() : "the beginning of one", there));
    }
  }

  /** Paho asks before each packet: the connection is asked only if nothing is here. */
  @Override
  public int available() throws IOException {
    int here = substituteEnd - substituteAt + end - at;
    return here > 0 ? here : in.available();
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
