package io.weir.gateway.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NotifyCommandTest {

  @TempDir Path folder;

  private final List<String> received = Collections.synchronizedList(new ArrayList<>());
  private HttpServer receiver;
  private String file;

  @BeforeEach
  void configure() throws IOException {
    receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    receiver.createContext(
        "/",
        exchange -> {
          received.add(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
          boolean taken = exchange.getRequestURI().getPath().startsWith("/yes");
          exchange.sendResponseHeaders(taken ? 204 : 403, -1);
          exchange.close();
        });
    receiver.start();
    Path yaml = folder.resolve("weir.yaml");
    Files.writeString(
        yaml,
        """
        gateway: { id: plant-a-1, data-dir: data }
        sources: [ { name: posts, type: http } ]
        notify:
          outlets:
            - { name: chat, type: webhook, url: "http://127.0.0.1:%1$d/yes/${HOOK}" }
            - { name: desk, type: webhook, url: "http://127.0.0.1:%1$d/no" }
        """
            .formatted(receiver.getAddress().getPort()));
    file = yaml.toString();
  }

  @AfterEach
  void stop() {
    receiver.stop(0);
  }

  private CommandRun run(String... more) {
    List<String> args = new ArrayList<>(List.of("notify", "test", "--config", file));
    args.addAll(List.of(more));
    return CommandRun.of(Map.of("HOOK", "s3cret"), args.toArray(String[]::new));
  }

  @Test
  void itSendsATestByOneOutletAndSaysThatItWasTaken() {
    CommandRun run = run("chat");
    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(run.out().strip())
        .isEqualTo("chat  taken by POST to http://127.0.0.1:" + receiver.getAddress().getPort());
    assertThat(received)
        .singleElement()
        .asString()
        .contains("[plant-a-1] test of the outlet chat", "nothing is wrong");
    assertThat(folder.resolve("data")).doesNotExist();
  }

  @Test
  void itTriesAllAndSaysWhichDidNotTakeItAndWhy() {
    CommandRun run = run();
    assertThat(run.exit()).isEqualTo(Program.FAILED);
    assertThat(run.out()).contains("chat  taken", "desk  NOT taken", "answered 403");
    assertThat(run.out() + run.err()).doesNotContain("s3cret");
  }

  @Test
  void anOutletThatIsNotThereIsNamedWithThoseThatAre() {
    CommandRun run = run("mail");
    assertThat(run.exit()).isEqualTo(Program.INPUT_WRONG);
    assertThat(run.err()).contains("there is no outlet 'mail'; there are chat, desk");
  }

  @Test
  void theCheckShowsTheOutletsAndWarnsOfThoseThatAreUnencrypted() throws IOException {
    String yaml = Files.readString(Path.of(file));
    Files.writeString(
        Path.of(file),
        yaml + "    - { name: far, type: webhook, url: 'http://chat.example.com/${HOOK}' }\n");
    CommandRun run = CommandRun.of(Map.of("HOOK", "s3cret"), "check", "--config", file);
    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(run.out() + run.err())
        .contains("outlet far", "POST to http://chat.example.com", "outlet far: its messages")
        .doesNotContain("s3cret");
  }

  @Test
  void withoutTheGroupItSaysSo() throws IOException {
    Files.writeString(
        Path.of(file), "gateway: { id: a }\nsources: [ { name: posts, type: http } ]\n");
    CommandRun run = run();
    assertThat(run.exit()).isEqualTo(Program.INPUT_WRONG);
    assertThat(run.err()).contains("no group notify");
  }
}
