package io.weir.gateway.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.weir.peers.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code weir hints} asks and prints; the answers are those that OpenApiTest sees. */
class HintsCommandTest {

  private static final String HINT =
      """
      {"id":"5f2c90ab41d7","kind":"faster-cycle","state":"open","product":"lid",
       "reason":"product lid: 12.0 s","toPaste":"lid,11.3"}\
      """;

  @TempDir Path folder;

  private String file = "";
  private HttpServer gateway;
  private volatile String asked = "";
  private volatile String authorization = "";

  @BeforeEach
  void start() throws IOException {
    int port = Ports.free();
    file = new StoppedGateway(folder).file(port);
    gateway = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    gateway.createContext(
        "/api/v1/hints",
        exchange -> {
          String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
          authorization = exchange.getRequestHeaders().getFirst("Authorization");
          asked = exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + body;
          String decided = HINT.replace("open", "dismissed").replace("5f2c", "c1d8");
          String answer =
              body.isEmpty()
                  ? "{\"enabled\":true,\"hints\":["
                      + HINT
                      + ","
                      + decided
                      + "],\"decided\":[{\"id\":\"c1d890ab41d7\",\"decision\":\"dismissed\","
                      + "\"who\":\"ben\",\"time\":\"t\",\"comment\":\"no\",\"reason\":\"r\"}]}"
                  : HINT;
          byte[] bytes = answer.getBytes(UTF_8);
          exchange.getResponseHeaders().set("content-type", "application/json");
          exchange.sendResponseHeaders(200, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    gateway.start();
  }

  @AfterEach
  void stop() {
    gateway.stop(0);
  }

  @Test
  void itListsWhatNobodyHasDecidedAbout() {
    CommandRun run = CommandRun.of("hints", "list", "--config", file);
    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(run.out().lines())
        .containsExactly(
            "5f2c90ab41d7  open  product lid: 12.0 s", "    in the table of cycles: lid,11.3");
  }

  @Test
  void itListsAllWithTheDecisions() {
    CommandRun run = CommandRun.of("hints", "list", "--all", "--config", file);
    assertThat(run.out())
        .contains("c1d890ab41d7  dismissed  product", "c1d890ab41d7  dismissed by ben, t: \"no\"");
  }

  @Test
  void confirmingPrintsTheLineToPaste() {
    CommandRun run =
        CommandRun.of(
            "hints",
            "confirm",
            "--config",
            file,
            "5f2c90ab41d7",
            "--who",
            "anna",
            "--comment",
            "new tool");
    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(asked)
        .isEqualTo(
            "POST /api/v1/hints/5f2c90ab41d7/confirm {\"who\":\"anna\",\"comment\":\"new tool\"}");
    assertThat(run.out().lines())
        .containsExactly("confirmed: product lid: 12.0 s", "    in the table of cycles: lid,11.3");
  }

  @Test
  void theGatewayIsAskedWithTheTokenOfTheFileElseOfTheEnvironmentElseOfTheConfiguration()
      throws IOException {
    Path token = Files.writeString(folder.resolve("token"), "of-the-file\n");
    String[] list = {"hints", "list", "--config", file, "--set", "http.token=of-the-configuration"};
    CommandRun.of(list);
    assertThat(authorization).isEqualTo("Bearer of-the-configuration");
    Map<String, String> environment = Map.of("WEIR_TOKEN", " of-the-environment ");
    CommandRun.of(environment, list);
    assertThat(authorization).isEqualTo("Bearer of-the-environment");
    CommandRun.of(environment, "hints", "list", "--config", file, "--token-file", token.toString());
    assertThat(authorization).isEqualTo("Bearer of-the-file");
    CommandRun.of("hints", "list", "--config", file);
    assertThat(authorization).isNull();
  }

  @Test
  void aFileWithoutATokenIsTheUsersErrorAndIsNotPrinted() throws IOException {
    Path none = folder.resolve("none");
    CommandRun run =
        CommandRun.of("hints", "list", "--config", file, "--token-file", none.toString());
    assertThat(run.exit()).isEqualTo(Program.INPUT_WRONG);
    assertThat(run.err()).contains("--token-file: " + none + " cannot be read");
    for (String wrong : List.of("", "two words", "a\nb", "x".repeat(2000))) {
      Files.writeString(none, wrong);
      run = CommandRun.of("hints", "list", "--config", file, "--token-file", none.toString());
      assertThat(run.exit()).isEqualTo(Program.INPUT_WRONG);
      assertThat(run.err()).contains("holds no token").doesNotContain("words");
    }
    assertThat(asked).isEmpty();
  }

  @Test
  void dismissingNeedsAName() {
    CommandRun run = CommandRun.of("hints", "dismiss", "--config", file, "5f2c90ab41d7");
    assertThat(run.exit()).isEqualTo(Program.INPUT_WRONG);
    assertThat(run.err()).contains("--who");
    assertThat(asked).isEmpty();
  }

  @Test
  void anIdIsCheckedBeforeTheGatewayIsAsked() {
    CommandRun run = CommandRun.of("hints", "dismiss", "--config", file, "17", "--who", "anna");
    assertThat(run.exit()).isEqualTo(Program.INPUT_WRONG);
    assertThat(run.err()).contains("'17' is no id of a hint; weir hints list shows them");
  }
}
