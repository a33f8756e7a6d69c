package io.weir.gateway.cli;

import io.weir.gateway.normalize.PinStore;

/**
 * Pinned types for a command that must not change them: new pins are forgotten.
 *
 * @param load the types pinned so far; empty for a new gateway
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record DiscardingPinStore(byte[] load) implements PinStore {

  @Override
  public void save(byte[] pins) {
    // forgotten on purpose
  }
}
