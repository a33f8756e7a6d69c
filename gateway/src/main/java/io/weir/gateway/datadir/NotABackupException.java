package io.weir.gateway.datadir;

/** A folder that was named as a backup is none, or is not whole. */
public final class NotABackupException extends Exception {

  private static final long serialVersionUID = 1;

  NotABackupException(String message) {
    super(message);
  }
}
