package io.weir.gateway.model;

/** How far a reading can be trusted, in the three classes of OPC UA. */
public enum Quality {
  GOOD,
  UNCERTAIN,
  BAD
}
