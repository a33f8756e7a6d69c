package io.weir.gateway.log;

/** A payload above {@link LogOptions#maxRecordBytes()}; it will never fit, so do not retry. */
public final class RecordTooLargeException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  RecordTooLargeException(String log, int bytes, int most) {
    super("a record of " + bytes + " bytes is above the " + most + " that log " + log + " takes");
  }
}
