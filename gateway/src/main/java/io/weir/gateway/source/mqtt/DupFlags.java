package io.weir.gateway.source.mqtt;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.paho.mqttv5.client.internal.NetworkModule;
import org.eclipse.paho.mqttv5.common.MqttException;

/**
 * The DUP flags of a connection. Paho's MQTT 5 client drops the flag: its {@code MqttMessage}
 * always says false. Without it a redelivery looks like a new message with the same packet id and
 * payload, so the flag is read here from the bytes on their way to Paho. What is seen of the
 * packets there also sets the {@link InboundPace}.
 *
 * <p>Written by Paho's receiver thread, read by its callback thread.
 */
final class DupFlags {

  private static final int BUFFER_BYTES = 64 * 1024;

  private final Set<Integer> packetIds = ConcurrentHashMap.newKeySet();
  private final InboundPace pace = new InboundPace();

  /** Whether the message that now arrives under this packet id was flagged. */
  boolean take(int packetId) {
    return !packetIds.isEmpty() && packetIds.remove(packetId);
  }

  /** A message that Paho delivered was taken by the inbox, or is not for it. */
  void handedOver() {
    pace.handedOver();
  }

  /** The network as it is, with its input watched. */
  NetworkModule watch(NetworkModule network) {
    return new Watched(network);
  }

  InputStream watch(InputStream in) {
    return new Scanner(new BufferedInputStream(in, BUFFER_BYTES));
  }

  private final class Watched implements NetworkModule {

    private final NetworkModule network;

    Watched(NetworkModule network) {
      this.network = network;
    }

    @Override
    public void start() throws IOException, MqttException {
      network.start();
    }

    @Override
    public InputStream getInputStream() throws IOException {
      return watch(network.getInputStream());
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
      return network.getOutputStream();
    }

    @Override
    public void stop() throws IOException {
      pace.close();
      network.stop();
    }

    @Override
    public String getServerURI() {
      return network.getServerURI();
    }
  }

  /**
   * Follows the packets (MQTT 5, section 2.1): one byte of type and flags, the length of the rest
   * in one to four bytes, the rest. A PUBLISH begins with its topic, then its packet id.
   */
  private final class Scanner extends FilterInputStream {

    private static final int PUBLISH = 3;

    private enum Part {
      FLAGS,
      LENGTH,
      REST
    }

    private Part part = Part.FLAGS;
    private boolean publish;
    private boolean flagged;
    private int length;
    private int lengthShift;
    private int at;
    private int topicLength;
    private int packetId;

    Scanner(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int b = super.read();
      if (b >= 0) {
        scan(b);
      }
      return b;
    }

    @Override
    public int read(byte[] bytes, int offset, int count) throws IOException {
      int n = super.read(bytes, offset, count);
      for (int i = 0; i < n; i++) {
        if (part == Part.REST && !flagged) {
          i += skip(n - i) - 1;
        } else {
          scan(bytes[offset + i] & 0xFF);
        }
      }
      return n;
    }

    private int skip(int count) {
      int skipped = Math.min(count, length - at);
      at += skipped;
      endOfPacket();
      return skipped;
    }

    private void scan(int b) {
      switch (part) {
        case FLAGS -> {
          publish = b >> 4 == PUBLISH;
          flagged = publish && (b & 0x08) != 0 && (b & 0x06) != 0;
          length = 0;
          lengthShift = 0;
          at = 0;
          part = Part.LENGTH;
        }
        case LENGTH -> {
          length |= (b & 0x7F) << lengthShift;
          lengthShift += 7;
          if ((b & 0x80) == 0) {
            part = Part.REST;
            if (publish) {
              pace.begins(length);
            }
            endOfPacket();
          }
        }
        case REST -> {
          if (at == 0) {
            topicLength = b << 8;
          } else if (at == 1) {
            topicLength |= b;
          } else if (at == topicLength + 2) {
            packetId = b << 8;
          } else if (at == topicLength + 3 && flagged) {
            packetIds.add(packetId | b);
          }
          at++;
          endOfPacket();
        }
      }
    }

    private void endOfPacket() {
      if (at >= length) {
        part = Part.FLAGS;
      }
    }
  }
}
