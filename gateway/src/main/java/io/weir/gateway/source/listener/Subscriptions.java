package io.weir.gateway.source.listener;

import io.netty.handler.codec.mqtt.MqttMessage;
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
   * @param granted the filters that it granted
   */
  record Answer(MqttMessage packet, List<String> granted) {}

  static Answer subscribe(
      ClientSession session, MqttSubscribeMessage message, boolean v5, Predicate<String> mayPublish)
      throws Refused {
    List<MqttTopicSubscription> asked = message.payload().topicSubscriptions();
    if (asked.isEmpty()) {
      throw new Refused(Codes.PROTOCOL_ERROR, "SUBSCRIBE without a filter");
    }
    int[] codes = new int[asked.size()];
    List<String> granted = new ArrayList<>();
    for (int i = 0; i < codes.length; i++) {
      String filter = asked.get(i).topicFilter();
      byte code = code(session, asked.get(i), mayPublish);
      if (code == Codes.SUCCESS) {
        session.subscribe(filter);
        granted.add(filter);
      }
      boolean failed = code != Codes.SUCCESS;
      codes[i] = failed && !v5 ? FAILURE : code & 0xff;
    }
    return new Answer(Packets.subAck(message.variableHeader().messageId(), codes), granted);
  }

  private static byte code(
      ClientSession session, MqttTopicSubscription subscription, Predicate<String> mayPublish)
      throws Refused {
    String filter = subscription.topicFilter();
    if (filter == null || !Topics.isFilter(filter)) {
      throw new Refused(Codes.MALFORMED, "a filter that is none: " + filter);
    }
    if (filter.startsWith(SHARED)) {
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
