package io.weir.gateway.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.gateway.log.Feed;
import io.weir.gateway.log.ManualTime;
import io.weir.gateway.log.Threads;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class FollowerTest {

  private final ManualTime time = new ManualTime();
  private final List<String> calls = new CopyOnWriteArrayList<>();
  private final List<Throwable> answers = new ArrayList<>();
  private volatile int records;
  private volatile int comesWhileItWaits;

  private final Feed feed =
      new Feed() {
        @Override
        public String name() {
          return "feed";
        }

        @Override
        public @Nullable Entry next() {
          return null;
        }

        @Override
        public void await(long timeoutNs) throws InterruptedException {
          calls.add("await");
          records += comesWhileItWaits;
          Thread.sleep(1);
        }

        @Override
        public void seek(long offset) {}

        @Override
        public long committed() {
          return 0;
        }

        @Override
        public byte[] state() {
          return new byte[0];
        }

        @Override
        public void commit(long next, byte[] state) {}

        @Override
        public long pendingUnits() {
          return 0;
        }

        @Override
        public long pendingBytes() {
          return 0;
        }

        @Override
        public void close() {
          calls.add("closed");
        }
      };

  private final Follower follower =
      new Follower(
          "follower",
          "the test",
          feed,
          time,
          new Follower.Work() {
            @Override
            public boolean step() throws IOException {
              if (records == 0) {
                return false;
              }
              calls.add("step");
              Throwable answer = answers.isEmpty() ? null : answers.remove(0);
              if (answer instanceof IOException e) {
                throw e;
              }
              if (answer instanceof RuntimeException e) {
                throw e;
              }
              records--;
              return true;
            }

            @Override
            public void resume() {
              calls.add("resume");
            }

            @Override
            public void finish() {
              calls.add("finish");
            }

            @Override
            public void failed(Throwable failure) {
              calls.add("failed: " + failure.getMessage());
            }
          });

  @Test
  void aStepTakesWhatIsThereAndNeverWaits() throws IOException {
    assertThat(follower.step()).isFalse();
    records = 2;
    assertThat(follower.step()).isTrue();
    assertThat(follower.step()).isTrue();
    assertThat(follower.step()).isFalse();
    follower.close();
    follower.close();
    assertThat(calls).containsExactly("step", "step", "finish", "closed");
  }

  @Test
  void aFailureIsTriedAgainAfterASecondFromWhereTheWorkWasSafe() throws IOException {
    records = 1;
    answers.add(new IOException("disk"));
    assertThat(follower.step()).isFalse();
    assertThat(follower.step()).isFalse();
    assertThat(calls).containsExactly("step", "failed: disk");
    time.advance(Duration.ofSeconds(1));
    assertThat(follower.step()).isTrue();
    assertThat(calls).endsWith("resume", "step");
  }

  @Test
  void whatFailedLastIsNotSavedAtTheEnd() throws IOException {
    records = 1;
    answers.add(new IOException("disk"));
    follower.step();
    follower.close();
    assertThat(calls).containsExactly("step", "failed: disk", "closed");
  }

  @Test
  void aFollowerThatNeverRanOnlyClosesItsFeed() throws IOException {
    follower.close();
    assertThat(calls).containsExactly("closed");
  }

  @Test
  void aProgramFaultIsThrownToTheCallerOfStep() {
    records = 1;
    answers.add(new IllegalStateException("bug"));
    assertThatThrownBy(follower::step).hasMessage("bug");
  }

  @Test
  void aThreadStepsUntilItIsClosed() throws IOException {
    records = 3;
    follower.start(Threads.SYSTEM);
    Awaitility.await().until(() -> records == 0);
    assertThatThrownBy(follower::step).isInstanceOf(IllegalStateException.class);
    follower.close();
    calls.removeIf("await"::equals);
    assertThat(calls).containsExactly("step", "step", "step", "finish", "closed");
  }

  @Test
  void aThreadThatHasReadAllRestsBeforeItWaitsForOneMore() throws IOException {
    comesWhileItWaits = 1;
    long begun = System.nanoTime();
    follower.start(Threads.SYSTEM);
    Awaitility.await().until(() -> Collections.frequency(calls, "step") >= 5);
    follower.close();
    long mostRests = (System.nanoTime() - begun) / Follower.REST_NS;
    assertThat(Collections.frequency(calls, "await")).isLessThanOrEqualTo((int) mostRests + 1);
  }

  @Test
  void aProgramFaultEndsTheThreadAndIsReported() throws IOException {
    records = 1;
    answers.add(new IllegalStateException("bug"));
    follower.start(Threads.SYSTEM);
    Awaitility.await().until(() -> calls.contains("failed: bug"));
    follower.close();
    assertThat(calls).containsExactly("step", "closed", "failed: bug");
  }
}
