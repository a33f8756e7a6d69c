package io.weir.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

class RequestThreadsTest {

  private static final int MOST_WAITING = 3;

  private static List<Thread> threads(String name) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(each -> each.getName().startsWith(name))
        .toList();
  }

  @Test
  void aThreadIsMadeForTheFirstWorkAndEndsWhenThereIsNoMore() throws Exception {
    Scheduler scheduler = RequestThreads.of("lazy", 1, MOST_WAITING, Duration.ofMillis(50));
    assertThat(threads("lazy")).isEmpty();
    Thread used = Mono.fromCallable(Thread::currentThread).subscribeOn(scheduler).block();
    assertThat(used.getName()).isEqualTo("lazy-1");
    assertThat(used.isDaemon()).isTrue();
    used.join(10_000);
    assertThat(used.isAlive()).isFalse();
    Thread next = Mono.fromCallable(Thread::currentThread).subscribeOn(scheduler).block();
    assertThat(next).isNotSameAs(used);
    scheduler.dispose();
  }

  /** As the ticks of the stream of snapshots. */
  @Test
  void aThreadStaysForWorkThatComesAgain() throws Exception {
    Scheduler scheduler = RequestThreads.of("ticks", 1, MOST_WAITING, Duration.ofMillis(10));
    List<Thread> on = new ArrayList<>();
    CountDownLatch thrice = new CountDownLatch(3);
    scheduler.schedulePeriodically(
        () -> {
          on.add(Thread.currentThread());
          thrice.countDown();
        },
        50,
        50,
        TimeUnit.MILLISECONDS);
    assertThat(thrice.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(on).allMatch(each -> each == on.get(0));
    scheduler.dispose();
  }

  @Test
  void noMoreWaitThanMayAndTheRestIsRefused() throws Exception {
    Scheduler scheduler = RequestThreads.of("full", 2, MOST_WAITING);
    CountDownLatch running = new CountDownLatch(2);
    CountDownLatch go = new CountDownLatch(1);
    List<CompletableFuture<Boolean>> done = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      done.add(
          Mono.fromCallable(
                  () -> {
                    running.countDown();
                    return go.await(10, TimeUnit.SECONDS);
                  })
              .subscribeOn(scheduler)
              .toFuture());
    }
    assertThat(running.await(10, TimeUnit.SECONDS)).isTrue();
    for (int i = 0; i < MOST_WAITING; i++) {
      done.add(Mono.fromCallable(() -> true).subscribeOn(scheduler).toFuture());
    }
    assertThatThrownBy(() -> Mono.fromCallable(() -> true).subscribeOn(scheduler).block())
        .isInstanceOf(RejectedExecutionException.class);
    assertThatThrownBy(() -> scheduler.createWorker().schedule(() -> {}))
        .isInstanceOf(RejectedExecutionException.class);
    go.countDown();
    for (CompletableFuture<Boolean> each : done) {
      assertThat(each.get(10, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(threads("full-")).hasSize(2);
    scheduler.dispose();
  }

  @Test
  void nothingIsTakenAfterTheEndAndTheThreadEnds() throws Exception {
    Scheduler scheduler = RequestThreads.of("ended", 1, MOST_WAITING);
    Thread used = Mono.fromCallable(Thread::currentThread).subscribeOn(scheduler).block();
    scheduler.dispose();
    used.join(10_000);
    assertThat(used.isAlive()).isFalse();
    assertThat(scheduler.isDisposed()).isTrue();
    assertThatThrownBy(() -> Mono.fromCallable(() -> true).subscribeOn(scheduler).block())
        .isInstanceOf(RejectedExecutionException.class);
  }

  @Test
  void whatFailsUnheardIsLoggedAndTheNextIsDone() throws Exception {
    Logger logger = (Logger) LoggerFactory.getLogger(RequestThreads.class);
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    logger.addAppender(log);
    Scheduler scheduler = RequestThreads.of("failing", 1, MOST_WAITING);
    try {
      scheduler.schedule(
          () -> {
            throw new IllegalStateException("a defect");
          });
      assertThat(Mono.fromCallable(() -> true).subscribeOn(scheduler).block()).isTrue();
      assertThat(log.list)
          .singleElement()
          .matches(line -> line.getFormattedMessage().contains("failing-1"))
          .matches(line -> line.getThrowableProxy().getMessage().equals("a defect"));
    } finally {
      scheduler.dispose();
      logger.detachAppender(log);
    }
  }
}
