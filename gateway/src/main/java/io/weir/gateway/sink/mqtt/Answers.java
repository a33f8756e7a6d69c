package io.weir.gateway.sink.mqtt;

import io.weir.gateway.model.Reason;
import io.weir.gateway.mqtt.Codes;
import io.weir.gateway.mqtt.Link;
import io.weir.gateway.mqtt.LinkException;
import io.weir.gateway.sink.Sink.Answer;
import org.jspecify.annotations.Nullable;

/** What a broker's word means to the drain. */
final class Answers {

  private Answers() {}

  /** A connection that was not made, or is gone. */
  static Answer of(LinkException e) {
    return switch (e.kind()) {
      case REFUSED -> new Answer.Misconfigured(e.reason());
      case BUSY -> new Answer.Busy(null, e.reason());
      case AWAY -> new Answer.Down(e.reason());
    };
  }

  /** What a broker does not have that the configuration asks for; else that it takes writes. */
  static Answer unfit(MqttSinkConfig config, Link link) {
    if (config.edge() == null && !link.limits().confirms()) {
      return new Answer.Misconfigured("the broker takes messages at QoS 0 only");
    }
    if (config.retained() && !link.limits().retains()) {
      return new Answer.Misconfigured("the broker keeps no retained messages; leave out retained");
    }
    return new Answer.Stored();
  }

  /** Why a message with this code goes to the quarantine; {@code null} where it does not. */
  static @Nullable Reason ofMessage(int code) {
    return switch (code) {
      case Codes.TOPIC_NAME_INVALID -> Reason.BAD_NAME;
      case Codes.PAYLOAD_FORMAT_INVALID -> Reason.STORE_REJECTED;
      case Codes.PACKET_TOO_LARGE -> Reason.TOO_LARGE;
      default -> null;
    };
  }

  /** A code of failure that concerns more than one message. */
  static Answer ofAll(int code, String topic) {
    String detail = "the broker refuses messages on " + topic + ": " + Codes.words(code);
    return switch (code) {
      case Codes.NOT_AUTHORISED -> new Answer.Misconfigured(detail);
      case Codes.QUOTA_EXCEEDED -> new Answer.Busy(null, detail);
      default -> new Answer.Down(detail);
    };
  }
}
