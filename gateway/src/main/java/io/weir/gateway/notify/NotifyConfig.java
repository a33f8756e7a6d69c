package io.weir.gateway.notify;

import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the configuration says of notifications.
 *
 * @param gateway its id
 * @param page address of the live page without a slash at its end, or ""
 * @param zone of the times in messages
 * @param language of messages: en, de or zh
 * @param heartbeat {@code null} where none is sent
 */
public record NotifyConfig(
    String gateway,
    String page,
    ZoneId zone,
    String language,
    List<OutletConfig> outlets,
    List<Rule> rules,
    @Nullable Heartbeat heartbeat) {

  /**
   * The sign of life.
   *
   * @param to names of outlets
   */
  public record Heartbeat(Duration interval, List<String> to) {}
}
