package io.weir.gateway.model;

/** The quality of a reading, in the three classes of OPC UA. */
public enum Quality {
  GOOD,
  UNCERTAIN,
  BAD
}
