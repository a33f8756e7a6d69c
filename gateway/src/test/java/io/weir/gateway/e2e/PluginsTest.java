package io.weir.gateway.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A jar in {@code plugins} with the format and the sink of {@code docs/extend.md}, as they stand
 * there, and a source; and jars that cannot be used.
 */
@Tag("server")
class PluginsTest {

  private static final Path PAGE = Path.of("../docs/extend.md");

  private static final Pattern FILE =
      Pattern.compile("`src/(example/[\\w.]+)`[^`]*```(?:java|json)\\n(.*?)```", Pattern.DOTALL);

  private static final String FORMAT_SERVICE =
      "META-INF/services/io.weir.gateway.decode.FormatFactory";
  private static final String SINK_SERVICE = "META-INF/services/io.weir.gateway.sink.SinkFactory";
  private static final String SOURCE_SERVICE =
      "META-INF/services/io.weir.gateway.source.SourceFactory";

  private static final String ONCE =
      """
      package example;

      import io.weir.gateway.config.Section;
      import io.weir.gateway.log.Threads;
      import io.weir.gateway.plugin.ReadContext;
      import io.weir.gateway.source.*;
      import java.nio.charset.StandardCharsets;

      public final class OnceFactory implements SourceFactory<OnceFactory.Config> {
        public record Config(String name, String topic, String payload) implements SourceConfig {
          @Override public String type() { return "once"; }
          @Override public String address() { return ""; }
          @Override public String summary() { return "one message to " + topic; }
        }

        @Override public String name() { return "once"; }
        @Override public String summary() { return "one message at the start"; }
        @Override public Class<Config> configType() { return Config.class; }

        @Override public Config read(Section section, ReadContext context) {
          return new Config(
              section.text("name", ""), section.text("topic", ""), section.text("payload", ""));
        }

        @Override public Source open(Config config, SourceContext context) {
          return new Source() {
            @Override public String name() { return config.name(); }
            @Override public void start(Threads threads) {
              context.inbox().offer(
                  new Delivery(config.name(), config.topic(),
                      config.payload().getBytes(StandardCharsets.UTF_8), 1, false, false, 0, null,
                      null, new Delivery.Settled() {
                        @Override public void durable(Inbox.Receipt receipt) {}
                        @Override public void failed(Throwable cause) {}
                      }));
            }
            @Override public Status status() { return new Status(true, "connected", "", 0, 0, 0); }
            @Override public void stopReceiving() {}
            @Override public void close() {}
          };
        }
      }
      """;

  private static final String ONCE_SCHEMA =
      """
      {
        "required": ["topic", "payload"],
        "properties": {
          "topic": { "$ref": "#/$defs/text" },
          "payload": { "$ref": "#/$defs/text" }
        }
      }
      """;

  private static final String CONFIG =
      """
      sources: [{ name: only, type: once, topic: pairs/press-01, payload: "temp=21.5|count=3" }]
      routes: [{ preset: pairs, pairs: { separator: "|" } }]
      sinks: [{ name: notes, type: files, folder: rows, batch: { linger: 0s } }]
      """;

  /** What is in the jar, by path: the classes, the services and the parts of the schema. */
  private static final Map<String, byte[]> CONTENT = new LinkedHashMap<>();

  private static final Map<String, String> PAGE_FILES = new LinkedHashMap<>();

  @TempDir static Path shared;
  @TempDir Path home;

  @BeforeAll
  static void compile() throws IOException {
    FILE.matcher(Files.readString(PAGE))
        .results()
        .forEach(each -> PAGE_FILES.put(each.group(1), each.group(2)));
    Map<String, String> sources = new LinkedHashMap<>(PAGE_FILES);
    sources.put("example/OnceFactory.java", ONCE);
    sources.put("example/once.schema.json", ONCE_SCHEMA);
    CONTENT.putAll(compiled(shared.resolve("example"), sources));
    CONTENT.put(FORMAT_SERVICE, bytes("example.PairsFormat"));
    CONTENT.put(SINK_SERVICE, bytes("example.FilesFactory"));
    CONTENT.put(SOURCE_SERVICE, bytes("example.OnceFactory"));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static Map<String, byte[]> compiled(Path folder, Map<String, String> sources)
      throws IOException {
    Path classes = Files.createDirectories(folder.resolve("classes"));
    List<Path> java = new ArrayList<>();
    for (Map.Entry<String, String> each : sources.entrySet()) {
      boolean source = each.getKey().endsWith(".java");
      Path file = (source ? folder : classes).resolve(each.getKey());
      Files.createDirectories(file.getParent());
      Files.writeString(file, each.getValue());
      if (source) {
        java.add(file);
      }
    }
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter said = new StringWriter();
    boolean good =
        compiler
            .getTask(
                said,
                null,
                null,
                List.of("-proc:none", "-d", classes.toString()),
                null,
                compiler.getStandardFileManager(null, null, null).getJavaFileObjectsFromPaths(java))
            .call();
    assertThat(good).as(said.toString()).isTrue();
    Map<String, byte[]> content = new LinkedHashMap<>();
    try (Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        content.put(classes.relativize(file).toString(), Files.readAllBytes(file));
      }
    }
    return content;
  }

  private Path jar(String name, String api, Map<String, byte[]> content) throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    if (!api.isEmpty()) {
      manifest.getMainAttributes().putValue("Weir-Plugin-Api", api);
    }
    Path file = Files.createDirectories(home.resolve("plugins")).resolve(name);
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(file), manifest)) {
      for (Map.Entry<String, byte[]> each : content.entrySet()) {
        out.putNextEntry(new JarEntry(each.getKey()));
        out.write(each.getValue());
      }
    }
    return file;
  }

  private record Ended(int code, String out) {}

  private Ended weir(String... arguments) throws IOException, InterruptedException {
    List<String> command = SharedClasses.java("-Dweir.home=" + home);
    command.add("io.weir.gateway.Main");
    command.addAll(List.of(arguments));
    Path out = home.resolve("out.txt");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile()).start();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("did not end: " + Files.readString(out));
    }
    return new Ended(process.exitValue(), Files.readString(out));
  }

  private Ended check(String yaml) throws IOException, InterruptedException {
    Path file = Files.writeString(home.resolve("checked.yaml"), "gateway: { id: a }\n" + yaml);
    return weir("check", "--config", file.toString());
  }

  @Test
  void theCodeOfThePageIsAWholeDecoderAndAWholeSinkOfUnderAHundredLinesEach() {
    assertThat(PAGE_FILES)
        .containsOnlyKeys(
            "example/PairsFormat.java",
            "example/pairs.schema.json",
            "example/FilesFactory.java",
            "example/files.schema.json");
    PAGE_FILES.forEach((name, text) -> assertThat(text.lines().count()).as(name).isLessThan(100));
  }

  @Test
  void checkAcceptsWhatAJarAddsAndNamesIt() throws Exception {
    jar("example.jar", "1", CONTENT);

    Ended good = check(CONFIG);
    assertThat(good.out())
        .contains("one message to pairs/press-01", "pairs/{machine} as pairs", "files in ");
    assertThat(good.code()).isZero();
  }

  @Test
  void checkRefusesWhatAJarDoesNotKnow() throws Exception {
    jar("example.jar", "1", CONTENT);

    Ended bad =
        check(
            CONFIG
                .replace("topic:", "topik:")
                .replace("separator:", "seperator:")
                .replace("folder:", "foldr:"));
    assertThat(bad.code()).isEqualTo(1);
    assertThat(bad.out())
        .contains("sources[only].topik: unknown key (did you mean 'topic'?)")
        .contains("pairs.seperator: unknown key (did you mean 'separator'?)")
        .contains("sinks[notes].foldr: unknown key (did you mean 'folder'?)")
        .contains("sinks[notes].folder: is missing; it must be text that is not empty");
  }

  @Test
  void schemaAndHelpHaveWhatAJarAdds() throws Exception {
    jar("example.jar", "1", CONTENT);

    assertThat(weir("schema").out())
        .contains("\"once\"", "\"payload\"", "\"separator\"", "\"folder\"", "\"files-sink\"");
    for (Ended help : List.of(weir("--help"), weir("check", "--help"))) {
      assertThat(help.out())
          .containsPattern("once +one message at the start")
          .containsPattern("pairs +names and values, such as temp=21.5;count=3")
          .containsPattern("files +a folder with a file for each row")
          .containsPattern("mqtt +an MQTT broker");
    }
  }

  @Test
  void aMessageGoesFromASourceThroughAFormatIntoASinkOfAJar() throws Exception {
    jar("example.jar", "1", CONTENT);
    try (GatewayProcess gateway = new GatewayProcess(home, CONFIG, "-Dweir.home=" + home)) {
      gateway.start();
      List<String> rows =
          Awaitility.await()
              .atMost(30, TimeUnit.SECONDS)
              .ignoreExceptions()
              .until(() -> read(home.resolve("rows")), all -> !all.isEmpty());
      assertThat(rows)
          .singleElement()
          .asString()
          .contains("key=machine, value=press-01")
          .contains("key=temp, value=Real[value=21.5]", "key=count, value=Real[value=3.0]");
    }
  }

  private static List<String> read(Path folder) throws IOException {
    List<String> texts = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        texts.add(Files.readString(file));
      }
    }
    texts.removeIf(String::isEmpty);
    return texts;
  }

  // ---- Jars that cannot be used

  private void refused(String... words) throws IOException, InterruptedException {
    Ended ended = weir("version");
    assertThat(ended.out()).startsWith("weir: " + home.resolve("plugins")).contains(words);
    assertThat(ended.out().lines()).hasSize(1);
    assertThat(ended.code()).isEqualTo(2);
  }

  private static Map<String, byte[]> with(String path, String text) {
    Map<String, byte[]> content = new LinkedHashMap<>(CONTENT);
    content.put(path, bytes(text));
    return content;
  }

  /** A jar with one format, whose class is this. */
  private static Map<String, byte[]> format(Path folder, String body) throws IOException {
    String source =
        """
        package broken;

        import io.weir.gateway.decode.*;

        public class Broken implements PlainFormat {
          @Override public String summary() { return "broken"; }
          @Override public Decoder decoder(FormatContext context) { return (payload, out) -> {}; }
          %s
        }
        """;
    Map<String, byte[]> content =
        compiled(folder, Map.of("broken/Broken.java", source.formatted(body)));
    content.put(FORMAT_SERVICE, bytes("broken.Broken"));
    return content;
  }

  @Test
  void aFileThatIsNoJarIsRefused() throws Exception {
    Files.createDirectories(home.resolve("plugins"));
    Files.writeString(home.resolve("plugins/a.jar"), "not a jar");
    refused("a.jar: is not a jar, or is damaged", "copy it again");
  }

  @Test
  void aJarWithoutAVersionIsRefused() throws Exception {
    jar("a.jar", "", CONTENT);
    refused("a.jar: its manifest has no Weir-Plugin-Api", "Weir-Plugin-Api: 1");
  }

  @Test
  void aJarForAnotherVersionIsRefused() throws Exception {
    jar("a.jar", "2", CONTENT);
    refused("a.jar: is made for plugin interface 2, and this program has 1");
  }

  @Test
  @Tag("soak")
  void aJarWithoutAServiceIsRefused() throws Exception {
    Map<String, byte[]> content = new LinkedHashMap<>(CONTENT);
    content.keySet().removeIf(path -> path.startsWith("META-INF/services"));
    jar("a.jar", "1", content);
    refused("a.jar: holds no source, sink or format", "META-INF/services");
  }

  @Test
  @Tag("soak")
  void aClassThatIsMissingIsRefused() throws Exception {
    jar("a.jar", "1", with(SINK_SERVICE, "example.Nowhere"));
    refused("a.jar: a sink of it cannot be loaded", "example.Nowhere");
  }

  @Test
  void aConstructorThatThrowsIsRefused() throws Exception {
    String body =
        "public Broken() { throw new IllegalStateException(\"no licence\"); }"
            + " @Override public String name() { return \"broken\"; }";
    jar("a.jar", "1", format(home.resolve("work"), body));
    refused("a.jar: a format of it cannot be loaded", "no licence");
  }

  @Test
  @Tag("soak")
  void aKindThatThrowsWhileItsConfigurationIsReadIsNamedWithItsJar() throws Exception {
    String body =
        "@Override public String name() { return \"broken\"; }"
            + " @Override public io.weir.gateway.plugin.NoKeys read("
            + "io.weir.gateway.config.Section route, io.weir.gateway.plugin.ReadContext context)"
            + " { throw new IllegalStateException(\"no licence\"); }";
    Path jar = jar("a.jar", "1", format(home.resolve("work"), body));
    Ended ended = check("routes: [ { topic: a, format: broken } ]\n");
    assertThat(ended.out())
        .isEqualToIgnoringNewLines(
            "weir: "
                + jar
                + ": 'broken' failed while reading its configuration:"
                + " java.lang.IllegalStateException: no licence");
    assertThat(ended.code()).isEqualTo(2);
  }

  @Test
  @Tag("soak")
  void aKindThatReturnsNoDecoderIsNamedWithItsJar() throws Exception {
    String body =
        "@Override public String name() { return \"broken\"; }"
            + " @Override public Decoder decoder("
            + "io.weir.gateway.plugin.NoKeys keys, FormatContext context) { return null; }";
    Path jar = jar("a.jar", "1", format(home.resolve("work"), body));
    Path file = home.resolve("weir.yaml");
    Files.writeString(
        file,
        """
        gateway: { id: a }
        sources: [ { name: plant, type: mqtt, url: tcp://localhost } ]
        routes: [ { topic: a, format: broken } ]
        """);
    Path payload = Files.writeString(home.resolve("payload"), "1");
    Ended ended =
        weir("decode", "--config", file.toString(), "--topic", "a", "--file", payload.toString());
    assertThat(ended.out())
        .isEqualToIgnoringNewLines(
            "weir: " + jar + ": 'broken' failed while making a decoder: it returned null");
    assertThat(ended.code()).isEqualTo(2);
  }

  @Test
  void aNameThatNoFileCanSayIsRefused() throws Exception {
    jar(
        "a.jar",
        "1",
        format(home.resolve("work"), "@Override public String name() { return \"Not a name\"; }"));
    refused("a.jar: broken.Broken is named 'Not a name'", "lower-case letters");
  }

  @Test
  @Tag("soak")
  void twoOfOneNameAreRefusedAndBothNamed() throws Exception {
    jar(
        "a.jar",
        "1",
        format(home.resolve("work"), "@Override public String name() { return \"json\"; }"));
    refused("a.jar: has the format 'json', which the program has already; remove one of them");

    jar("a.jar", "1", CONTENT);
    jar("b.jar", "1", CONTENT);
    refused("b.jar: has the source 'once', which " + home.resolve("plugins/a.jar") + " has");
  }

  @Test
  @Tag("soak")
  void aSchemaThatCannotBeUsedIsRefused() throws Exception {
    jar("a.jar", "1", with("example/pairs.schema.json", "{ not json"));
    refused("a.jar: the schema of 'pairs' is not JSON");

    jar("a.jar", "1", with("example/pairs.schema.json", "{ \"$ref\": \"#/$defs/nothing\" }"));
    refused("a.jar: the schema of 'pairs' refers to #/$defs/nothing, which is not defined");

    jar("a.jar", "1", with("example/files.schema.json", "{ \"properties\": { \"name\": {} } }"));
    refused("a.jar: the schema of 'files' has the key 'name', which every sink has already");
  }
}
