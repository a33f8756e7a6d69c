package io.weir.gateway.source.listener;

import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.handler.codec.mqtt.MqttTopicSubscription;
import io.netty.handler.codec.mqtt.MqttUnsubscribeMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Answers SUBSCRIBE and UNSUBSCRIBE. The listener is no broker: it delivers to Sparkplug nodes the
 * commands for them and the STATE of its host, at QoS 0, and nothing else.
 */
final class Subscriptions {

  private static final int MOST_FILTERS = 64;
  private static final int MOST_FILTER_LETTERS = 1024;

  private static final String SHARED = "$share/";

  /** The only code of failure that MQTT 3.1.1 has. */
  private static final int FAILURE = 0x80;

  private Subscriptions() {}

  /**
   * The answer to a SUBSCRIBE.
   *
   * @param retained the filters that it granted, and whose retained messages are wanted
   */
  record Answer(MqttMessage packet, List<String> retained) {}

  static Answer subscribe(
      ClientSession session, MqttSubscribeMessage message, boolean v5, Predicate<String> mayPublish)
      throws Refused {
    List<MqttTopicSubscription> asked = message.payload().topicSubscriptions();
    if (asked.isEmpty()) {
      throw new Refused(Codes.PROTOCOL_ERROR, "SUBSCRIBE without a filter");
    }
    int[] codes = new int[asked.size()];
    List<String> retained = new ArrayList<>();
    boolean hasId = v5 && hasIdentifier(message);
    for (int i = 0; i < codes.length; i++) {
      String filter = asked.get(i).topicFilter();
      byte code = code(session, asked.get(i), v5, mayPublish);
      if (code == Codes.SUCCESS && hasId) {
        code = Codes.NO_SUBSCRIPTION_IDENTIFIERS;
      }
      if (code == Codes.SUCCESS) {
        if (wantsRetained(asked.get(i), session.filters().contains(filter))) {
          retained.add(filter);
        }
        session.subscribe(filter);
      }
      boolean failed = code != Codes.SUCCESS;
      codes[i] = failed && !v5 ? FAILURE : code & 0xff;
    }
    return new Answer(Packets.subAck(message.variableHeader().messageId(), codes), retained);
  }

  /** What is delivered would have to carry it (3.3.2.3.8), and the CONNACK says that it cannot. */
  private static boolean hasIdentifier(MqttSubscribeMessage message) {
    return Properties.has(
        message.idAndPropertiesVariableHeader().properties(),
        MqttProperties.SUBSCRIPTION_IDENTIFIER);
  }

  /** Its Retain Handling (MQTT 5, 3.8.3.1); MQTT 3 has none, and is sent them each time. */
  private static boolean wantsRetained(MqttTopicSubscription subscription, boolean isThere) {
    return switch (subscription.option().retainHandling()) {
      case SEND_AT_SUBSCRIBE -> true;
      case SEND_AT_SUBSCRIBE_IF_NOT_YET_EXISTS -> !isThere;
      case DONT_SEND_AT_SUBSCRIBE -> false;
    };
  }

  private static byte code(
      ClientSession session,
      MqttTopicSubscription subscription,
      boolean v5,
      Predicate<String> mayPublish)
      throws Refused {
    String filter = subscription.topicFilter();
    if (filter == null || !Topics.isFilter(filter)) {
      throw new Refused(Codes.MALFORMED, "a filter that is none: " + filter);
    }
    if (v5 && filter.startsWith(SHARED)) {
      int name = filter.indexOf('/', SHARED.length());
      if (name < 0 || name + 1 == filter.length() || subscription.option().isNoLocal()) {
        throw new Refused(Codes.PROTOCOL_ERROR, "not a shared subscription: " + filter);
      }
      return Codes.NO_SHARED_SUBSCRIPTIONS;
    }
    boolean isOwn =
        SparkplugTopics.isState(filter)
            || SparkplugTopics.isCommand(filter) && mayPublish.test(SparkplugTopics.birth(filter));
    if (!isOwn) {
      return Codes.NOT_AUTHORISED;
    }
    boolean isNew = !session.filters().contains(filter);
    boolean tooMany =
        isNew && (session.filters().size() >= MOST_FILTERS || !session.maySubscribe());
    return tooMany || filter.length() > MOST_FILTER_LETTERS ? Codes.QUOTA : Codes.SUCCESS;
  }

  static MqttMessage unsubscribe(ClientSession session, MqttUnsubscribeMessage message)
      throws Refused {
    List<String> filters = message.payload().topics();
    if (filters.isEmpty()) {
      throw new Refused(Codes.PROTOCOL_ERROR, "UNSUBSCRIBE without a filter");
    }
    List<Short> codes = new ArrayList<>();
    for (String filter : filters) {
      if (filter == null || !Topics.isFilter(filter)) {
        throw new Refused(Codes.MALFORMED, "a filter that is none: " + filter);
      }
      codes.add((short) (session.unsubscribe(filter) ? Codes.SUCCESS : Codes.NO_SUBSCRIPTION));
    }
    return Packets.unsubAck(message.variableHeader().messageId(), codes);
  }
}
