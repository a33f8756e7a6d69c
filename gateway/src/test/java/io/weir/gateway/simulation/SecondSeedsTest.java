package io.weir.gateway.simulation;

import org.junit.jupiter.api.Tag;

/** The seeds from 1,000 on. {@link FirstSeedsTest} has every kind of fault before each change. */
@Tag("soak")
class SecondSeedsTest extends ThousandSeeds {

  SecondSeedsTest() {
    super(1_000);
  }
}
