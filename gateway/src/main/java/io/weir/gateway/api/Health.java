package io.weir.gateway.api;

import java.util.List;

/**
 * Whether the gateway works.
 *
 * @param parts every part that must work for it
 */
public record Health(List<Part> parts) {

  /**
   * One part.
   *
   * @param kind source, log, efficiency or sink; thread for one that has ended
   * @param reason why it is not ready, as readable text; "" when it is
   */
  public record Part(String kind, String name, boolean ready, String reason) {}

  public boolean isReady() {
    return parts.stream().allMatch(Part::ready);
  }
}
