package io.weir.gateway.sink.embedded;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The process of the store. The gateway starts it, sends the settings and then its calls over the
 * standard input, and reads the answers from the standard output. The process ends when the gateway
 * says so, and when the standard input ends, because then the gateway has ended without a word.
 * What it logs goes to the standard error.
 *
 * <p>It always ends what QuestDB has begun: a process that ends while QuestDB adds a column leaves
 * a table that takes no row any more.
 */
public final class StoreMain {

  private static final Logger LOG = LoggerFactory.getLogger(StoreMain.class);

  private static final long CHECK_EVERY_NS = TimeUnit.MINUTES.toNanos(1);

  /** Less than the next gateway's store waits for the folder ({@link StoreLock}). */
  private static final long LONGEST_END_MS = TimeUnit.SECONDS.toMillis(15);

  /** There will be no more questions. */
  private static final Frame END = new Frame();

  private final DataInputStream in;
  private final DataOutputStream out;
  private final LinkedBlockingQueue<Frame> questions = new LinkedBlockingQueue<>();

  private StoreMain(DataInputStream in, DataOutputStream out) {
    this.in = in;
    this.out = out;
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    Locale.setDefault(Locale.ROOT); // as the gateway
    StoreMain process =
        new StoreMain(
            new DataInputStream(new BufferedInputStream(new FileInputStream(FileDescriptor.in))),
            new DataOutputStream(
                new BufferedOutputStream(new FileOutputStream(FileDescriptor.out))));
    System.setOut(System.err); // nothing else may write between the answers
    StoreSettings settings = StoreSettings.read(Frame.receive(process.in));
    Thread serving = new Thread(() -> process.serve(settings), "store");
    serving.setUncaughtExceptionHandler((thread, failure) -> process.fail(failure));
    serving.start();
    process.listen();
  }

  /** On a thread of its own, so that the end of the gateway is noticed at any time. */
  private void listen() throws IOException, InterruptedException {
    try {
      while (true) {
        questions.add(Frame.receive(in)); // one at a time: the gateway waits for each answer
      }
    } catch (EOFException ended) {
      questions.add(END);
      Thread.sleep(LONGEST_END_MS);
      Runtime.getRuntime().halt(0);
    }
  }

  private void serve(StoreSettings settings) {
    try {
      StoreLock lock = StoreLock.take(settings.root());
      try (QuestDb store = QuestDb.start(settings)) {
        new Frame().put(StoreCalls.DONE).put(store.origin().getPort()).sendTo(out);
        answerUntilClosed(store, settings.root());
      } finally {
        lock.close();
      }
      new Frame().put(StoreCalls.DONE).sendTo(out);
    } catch (IOException | RuntimeException | InterruptedException e) {
      fail(e);
    }
    Runtime.getRuntime().halt(0);
  }

  private void answerUntilClosed(QuestDb store, Path root)
      throws IOException, InterruptedException {
    long checkNs = System.nanoTime();
    while (true) {
      Frame question = questions.take(); // there is one each second
      int call = question == END ? StoreCalls.CLOSE : question.number();
      if (call == StoreCalls.CLOSE) {
        return;
      }
      StoreCalls.answer(call, question, store).sendTo(out);
      if (System.nanoTime() - checkNs > CHECK_EVERY_NS) {
        checkNs = System.nanoTime();
        QuestDb.closeToOthers(root); // a new day has a new log
      }
    }
  }

  private void fail(Throwable failure) {
    LOG.debug("the store has failed", failure);
    try {
      new Frame().put(StoreCalls.FAILED).put(String.valueOf(failure.getMessage())).sendTo(out);
    } catch (IOException e) { // nobody listens any more
      LOG.error("{}", failure.toString());
    }
    Runtime.getRuntime().halt(1);
  }
}
