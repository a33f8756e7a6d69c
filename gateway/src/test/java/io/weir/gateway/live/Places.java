package io.weir.gateway.live;

import io.weir.gateway.model.Asset;
import java.util.Arrays;

/** Places of invented answers. */
public final class Places {

  private Places() {}

  /** Of levels from the site down, each "" where it is missing. */
  public static Place of(String... levels) {
    String[] all = Arrays.copyOf(levels, 4);
    return new Place(new Asset(all[0], all[1], all[2], all[3]));
  }
}
