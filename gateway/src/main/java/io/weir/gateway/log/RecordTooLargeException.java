package io.weir.gateway.log;

/** A payload is above {@link LogOptions#maxRecordBytes()}. It will never fit: do not retry. */
public final class RecordTooLargeException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  RecordTooLargeException(String log, int bytes, int maxBytes) {
    super(
        "record of " + bytes + " bytes is too large for log " + log + "; the limit is " + maxBytes);
  }
}
