package io.weir.gateway.plugin;

/** The configuration of a kind that has no keys. */
public enum NoKeys {
  NONE
}
