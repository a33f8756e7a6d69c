package io.weir.gateway.efficiency;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.MachineState;

/** Where the fold writes what is to be stored. Writing a row again replaces it. */
interface Output {

  /** The figures of a bucket; the level is that of the asset's last part. */
  void figures(Asset asset, BucketKey key, Figures figures);

  /** A product's pieces in a shift. */
  void product(Asset machine, BucketKey key, String product, Figures figures);

  /** What a machine does from an instant on. */
  void state(Asset machine, long instant, MachineState state, String reason);

  /** A finished stop, or its part in one shift; both values 0 take it back. */
  void stop(
      Asset machine,
      long start,
      String shift,
      MachineState category,
      String reason,
      long durationNs,
      int count);
}
