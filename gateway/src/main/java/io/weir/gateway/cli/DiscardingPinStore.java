package io.weir.gateway.cli;

import io.weir.gateway.normalize.PinStore;

/**
 * Pinned types for a command that must change none: what it would pin is forgotten.
 *
 * @param load the types pinned so far; empty for a gateway that is new
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record DiscardingPinStore(byte[] load) implements PinStore {

  @Override
  public void save(byte[] pins) {
    // forgotten on purpose
  }
}
