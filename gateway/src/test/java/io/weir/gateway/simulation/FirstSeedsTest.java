package io.weir.gateway.simulation;

/** The seeds from 0 on. */
class FirstSeedsTest extends ThousandSeeds {

  FirstSeedsTest() {
    super(0);
  }
}
