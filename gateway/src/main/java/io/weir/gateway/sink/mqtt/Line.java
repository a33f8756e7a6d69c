package io.weir.gateway.sink.mqtt;

import io.weir.gateway.mqtt.Link;
import io.weir.gateway.sink.Sink.Answer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/** One connection, and which message of which write each packet id stands for. */
record Line(Link link, Answered answered, Semaphore window) {

  /** More would only lie in the sockets' buffers. */
  private static final int WIDEST = 1_000;

  Line(Link link, Answered answered) {
    this(link, answered, answered.window);
    answered.window.release(Math.min(WIDEST, link.limits().receiveMaximum()));
  }

  /** Takes the answers of the broker to where they belong. */
  static final class Answered {

    private final Map<Integer, Waiting> waiting = new ConcurrentHashMap<>();
    private final Semaphore window = new Semaphore(0);

    private record Waiting(Exchange exchange, int number) {}

    /** From here on this packet id stands for a message. */
    void expect(int packetId, Exchange exchange, int number) {
      waiting.put(packetId, new Waiting(exchange, number));
    }

    Link.Events events(LastValues lastValues) {
      return new Link.Events() {
        @Override
        public void acknowledged(int packetId, int code) {
          Waiting message = waiting.remove(packetId);
          if (message != null) {
            message.exchange().answered(message.number(), code);
            window.release();
          }
        }

        @Override
        public void received(String topic, byte[] payload, boolean retained) {
          if (retained) {
            lastValues.found(topic, payload);
          }
        }

        @Override
        public void closed(String reason) {
          waiting.values().forEach(each -> each.exchange().fail(new Answer.Down(reason)));
          waiting.clear();
          window.release(WIDEST); // who waits for room finds the connection closed
        }
      };
    }
  }
}
