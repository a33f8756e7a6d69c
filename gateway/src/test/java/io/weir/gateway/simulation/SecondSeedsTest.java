package io.weir.gateway.simulation;

/** The seeds from 1,000 on. */
class SecondSeedsTest extends ThousandSeeds {

  SecondSeedsTest() {
    super(1_000);
  }
}
