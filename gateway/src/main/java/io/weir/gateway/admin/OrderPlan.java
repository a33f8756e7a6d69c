package io.weir.gateway.admin;

import io.weir.gateway.correction.OrderEvent;
import io.weir.gateway.correction.OrderEvent.Step;
import io.weir.gateway.efficiency.config.PlannedOrder;
import io.weir.gateway.model.Asset;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The orders that are to be made, as the configuration in force has them.
 *
 * @param orders all of the file
 * @param begun the ids of orders that machines have begun
 */
public record OrderPlan(
    Supplier<List<PlannedOrder>> orders, Supplier<Map<Asset, Set<String>>> begun) {

  /** A start with the product and the quantity that the plan has, where it says none. */
  OrderEvent complete(OrderEvent event) {
    PlannedOrder plan = PlannedOrder.find(orders.get(), event.asset(), event.order());
    if (plan == null || event.step() != Step.STARTED) {
      return event;
    }
    return new OrderEvent(
        event.id(),
        event.asset(),
        event.at(),
        event.step(),
        event.order(),
        event.product().isEmpty() ? plan.product() : event.product(),
        Double.isNaN(event.quantity()) ? plan.quantity() : event.quantity(),
        event.comment(),
        event.origin());
  }

  /**
   * Those that nobody has begun, the next one first.
   *
   * @param said what was said last of each asset
   */
  List<PlannedOrder> toCome(Collection<OrderEvent> said) {
    Map<Asset, Set<String>> known = new HashMap<>();
    said.forEach(event -> add(known, event.asset(), Set.of(event.order())));
    begun.get().forEach((machine, ids) -> add(known, machine, ids));
    List<PlannedOrder> toCome = new ArrayList<>();
    for (PlannedOrder order : orders.get()) {
      if (!known.getOrDefault(order.asset(), Set.of()).contains(order.order())) {
        toCome.add(order);
      }
    }
    toCome.sort(
        Comparator.comparing(
            PlannedOrder::start, Comparator.nullsLast(Comparator.<Instant>naturalOrder())));
    return toCome;
  }

  /** Of a machine, and of its line. */
  private static void add(Map<Asset, Set<String>> known, Asset asset, Set<String> ids) {
    known.computeIfAbsent(asset, absent -> new HashSet<>()).addAll(ids);
    Asset line = asset.toLine();
    known.computeIfAbsent(line, absent -> new HashSet<>()).addAll(ids);
  }
}
