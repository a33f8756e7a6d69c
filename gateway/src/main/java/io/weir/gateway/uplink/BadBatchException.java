package io.weir.gateway.uplink;

/** Bytes that are no batch which this version can read. Its message is for who sent them. */
public final class BadBatchException extends Exception {

  private static final long serialVersionUID = 1L;

  private final boolean unknown;

  private BadBatchException(String message, boolean unknown) {
    super(message);
    this.unknown = unknown;
  }

  static BadBatchException broken(String message) {
    return new BadBatchException(message, false);
  }

  static BadBatchException unknown(String message) {
    return new BadBatchException(message, true);
  }

  /** Whether another version could read it: its format or its dictionary is not known here. */
  public boolean isUnknown() {
    return unknown;
  }
}
