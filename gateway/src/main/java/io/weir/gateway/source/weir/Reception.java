package io.weir.gateway.source.weir;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of a batch that came whole, whether or not somebody still waits for the answer.
 * Knows no HTTP. Safe for several threads; batches are read and appended on the one of the source.
 */
final class Reception {

  private static final Logger LOG = LoggerFactory.getLogger(Reception.class);

  private final String source;
  private final Uploads uploads;
  private final Storing storing;
  private final Executor thread;
  private final Runnable acknowledged;

  /**
   * @param thread of the source
   * @param acknowledged called for each batch that is stored
   */
  Reception(
      String source, Uploads uploads, Storing storing, Executor thread, Runnable acknowledged) {
    this.source = source;
    this.uploads = uploads;
    this.storing = storing;
    this.thread = thread;
    this.acknowledged = acknowledged;
  }

  /** What is said to who waits for a batch; once, on any thread. */
  interface Answer {
    void stored(Uploads.State state);

    void refused(Refused why);
  }

  /** Nobody waits for it; its sender asks. */
  private static final class Unheard implements Answer {
    @Override
    public void stored(Uploads.State state) {
      // it is known now
    }

    @Override
    public void refused(Refused why) {
      // it is kept, or it begins again
    }
  }

  /**
   * A request is gone. A batch that came whole is stored, also where its request was cut off at the
   * very end.
   */
  void gone(Upload upload, Object writer) {
    if (uploads.gone(upload, writer)) {
      try {
        store(upload, new Unheard());
      } catch (RejectedExecutionException e) { // the gateway stops; it comes again
        uploads.drop(upload);
      }
    }
  }

  /** Stores a batch that came whole. */
  void store(Upload upload, Answer answer) {
    thread.execute(() -> storeNow(upload, new Outcome(upload, answer)));
  }

  private void storeNow(Upload upload, Storing.Result outcome) {
    byte[] bytes = upload.bytes();
    if (!id(bytes).equals(upload.id)) {
      outcome.refused(Refused.bad("its bytes are not those that its name says"));
      return;
    }
    try {
      storing.store(upload.gateway, bytes, outcome);
    } catch (RuntimeException e) {
      LOG.error("{}: internal error on a batch of {}", source, upload.gateway, e);
      outcome.refused(
          new Refused(500, "Internal error", "the gateway failed on this request; see its log"));
    }
  }

  /** Names a batch: the beginning of the SHA-256 hash of its bytes. */
  private static String id(byte[] bytes) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
      return HexFormat.of().formatHex(Arrays.copyOf(hash, 16));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** Keeps what became of a batch, and says it. */
  private final class Outcome implements Storing.Result {
    private final Upload upload;
    private final Answer answer;

    Outcome(Upload upload, Answer answer) {
      this.upload = upload;
      this.answer = answer;
    }

    @Override
    public void stored(int rows, int repeated) {
      acknowledged.run();
      uploads.stored(upload, rows, repeated);
      answer.stored(uploads.state(upload.gateway, upload.id));
    }

    @Override
    public void refused(Refused why) {
      if (why.isForNow()) {
        uploads.keep(upload);
      } else {
        uploads.drop(upload);
      }
      answer.refused(why);
    }
  }
}
