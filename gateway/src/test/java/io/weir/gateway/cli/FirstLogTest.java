package io.weir.gateway.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.e2e.SharedClasses;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log of a process before its configuration is read, in a process as a user starts it. */
@Tag("server")
class FirstLogTest {

  @TempDir Path home;

  /** Logs at two levels, then ends. */
  public static final class Logging {

    public static void main(String[] args) {
      FirstLog.use();
      org.slf4j.Logger log = org.slf4j.LoggerFactory.getLogger("io.weir.gateway.cli.Early");
      org.slf4j.MDC.put("a", "b");
      log.info("not said");
      log.warn("the disk is slow\nreally", new IllegalStateException("why"));
    }
  }

  private String err(String main, String... flags) throws Exception {
    List<String> command = new ArrayList<>(SharedClasses.java(flags));
    command.add(main);
    Process process =
        new ProcessBuilder(command).redirectOutput(home.resolve("out").toFile()).start();
    String err = new String(process.getErrorStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).isZero();
    return err;
  }

  @Test
  void aWarningIsOneEntryAndNothingElseIsSaid() throws Exception {
    assertThat(err(Logging.class.getName()))
        .matches(
            "(?s)[-\\d]+ [\\d:.]+ WARN  \\[main] Early: the disk is slow\\R    really\\R"
                + "    java.lang.IllegalStateException: why\\R.*")
        .doesNotContain("not said", "SLF4J");
  }

  @Test
  void aFileOfLogbackThatIsNamedHolds() throws Exception {
    String flag = "-Dlogback.configurationFile=io/weir/gateway/sink/embedded/store-log.xml";
    assertThat(err(Logging.class.getName(), flag))
        .contains("WARN", "the disk is slow")
        .doesNotContain("[main] Early", "SLF4J");
  }
}
