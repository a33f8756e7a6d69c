package io.weir.gateway.efficiency.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Which product a machine told when: each holds until another one is told. */
final class ProductTimes {

  /** Where no product was told yet. */
  static final String NONE = "";

  private final TreeMap<Long, String> told = new TreeMap<>();

  ProductTimes(Plant.Machine machine, List<Told> all) {
    told.put(Long.MIN_VALUE, NONE);
    for (Told instant : all) {
      Object product = instant.values().get(Told.PRODUCT);
      if (product != null && machine.cycle().products() != null) {
        told.put(instant.time(), product.toString());
      }
    }
  }

  /** Those that were told, and that of none. */
  Set<String> all() {
    return new TreeSet<>(told.values());
  }

  /** The one that was told last before an instant. */
  String at(long instant) {
    return told.lowerEntry(instant).getValue();
  }

  boolean areNone() {
    return told.size() == 1;
  }

  /** The times of one product within another time. */
  List<MachineModel.Time> within(String product, MachineModel.Time all) {
    List<MachineModel.Time> times = new ArrayList<>();
    told.forEach(
        (at, each) -> {
          Long next = told.higherKey(at);
          long start = Math.max(at, all.from());
          long end = next == null ? all.to() : Math.min(next, all.to());
          if (each.equals(product) && start < end) {
            times.add(new MachineModel.Time(start, end));
          }
        });
    return times;
  }
}
