package io.weir.gateway;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.weir.gateway.log.FileSystem;
import io.weir.gateway.log.Threads;
import io.weir.gateway.log.Time;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The packages of the gateway, and all that each of them may import. The dependencies come from the
 * compiled classes, which show names without an import, and from the import lines of the sources,
 * which show constants that the compiler copied.
 */
class ArchitectureTest {

  private static final String ROOT = "io.weir.gateway";
  private static final Path SOURCES = Path.of("src/main/java");
  private static final Pattern IMPORT =
      Pattern.compile("^import (?:static )?((?:[a-z]\\w*\\.)+)[A-Z]", Pattern.MULTILINE);

  /**
   * One package a line: its name, the packages of the gateway that it may import, and the libraries
   * with all below them. Every package may import the JDK's {@code java} and JSpecify. A change
   * here is a change of the architecture; see ARCHITECTURE.md.
   */
  private static final String MAY_IMPORT =
      """
      admin | config correction datadir decode discover efficiency efficiency.config efficiency.figure efficiency.learn http intake log metrics model normalize notify oidc people quarantine settings sink source source.mqtt | com.fasterxml.jackson io.micrometer.core.instrument io.netty.buffer io.netty.handler.codec.http.cookie org.reactivestreams org.slf4j reactor.core reactor.netty
      alarm | log | io.micrometer.core.instrument org.slf4j
      api | alarm config devices efficiency efficiency.calendar efficiency.config efficiency.figure fleet http intake live log metrics model normalize past people quarantine retention settings sink source tls | com.fasterxml.jackson io.micrometer.core.instrument io.micrometer.prometheusmetrics io.netty.buffer io.netty.channel io.netty.handler.codec.http org.reactivestreams org.slf4j reactor.core reactor.netty
      cli | api config correction datadir decode discover efficiency.config fleet group http intake kafka log model normalize notify passwords people plugin quarantine settings sink sink.embedded sink.influx sink.thin source source.kafka source.mqtt | ch.qos.logback com.fasterxml.jackson com.sun.management io.micrometer.core.instrument io.netty.handler.codec.http io.netty.handler.ssl javax.net.ssl org.slf4j picocli reactor.core reactor.netty
      config |  | com.fasterxml.jackson com.networknt.schema javax.net.ssl org.yaml.snakeyaml
      console | config http metrics sink | io.micrometer.core.instrument io.netty.handler org.reactivestreams org.slf4j reactor.core reactor.netty
      correction | log model | com.fasterxml.jackson org.slf4j
      datadir | log normalize source |
      decode | config log model plugin registry | com.dashjoin.jsonata com.fasterxml.jackson com.google.protobuf io.airlift.compress com.sun.management javax.xml org.apache.avro org.jaxen org.msgpack
      decode.sparkplug | decode log model | com.google.protobuf org.eclipse.tahu.protobuf
      devices | alarm log metrics model | io.micrometer.core.instrument org.slf4j
      discover | decode intake model normalize | com.fasterxml.jackson
      efficiency | correction efficiency.calendar efficiency.codec efficiency.config efficiency.figure efficiency.signal log model | org.slf4j
      efficiency.calendar | efficiency.codec efficiency.config model |
      efficiency.codec | model |
      efficiency.config | config correction model |
      efficiency.figure | efficiency.calendar efficiency.codec efficiency.config efficiency.signal model |
      efficiency.learn | efficiency efficiency.calendar efficiency.codec efficiency.config efficiency.figure log model | org.slf4j
      efficiency.signal | efficiency.calendar efficiency.codec efficiency.config model |
      fleet | alarm config efficiency.figure log model | com.fasterxml.jackson org.slf4j
      group | alarm log model sink | com.fasterxml.jackson org.slf4j
      http | tls | com.fasterxml.jackson io.micrometer.core.instrument io.netty org.reactivestreams org.slf4j reactor.core reactor.netty
      intake | decode log metrics model normalize source | io.micrometer.core.instrument org.slf4j
      kafka | config | javax.net.ssl org.apache.kafka
      live | log model | com.fasterxml.jackson org.slf4j
      log |  | io.airlift.compress io.micrometer.core.instrument org.slf4j
      metrics | alarm log | io.micrometer.core.instrument io.micrometer.prometheusmetrics io.micrometer.registry.otlp javax.net.ssl org.slf4j
      model | log | org.slf4j
      mqtt | config model plugin | javax.net.ssl
      normalize | config log model plugin | com.fasterxml.jackson javax.measure systems.uom.ucum tech.units.indriya
      notify | alarm config efficiency.config efficiency.figure log metrics model plugin | com.fasterxml.jackson io.micrometer.core.instrument org.slf4j
      notify.mail | config notify plugin | jakarta.mail
      notify.mqtt | config notify plugin source.mqtt |
      notify.webhook | config notify plugin | com.fasterxml.jackson
      oidc | config log | com.fasterxml.jackson com.nimbusds javax.crypto
      past | efficiency.figure live log model sink |
      passwords |  | org.springframework.security.crypto.bcrypt
      people | http log passwords | com.fasterxml.jackson org.slf4j reactor.core
      plugin | config |
      quarantine | log metrics model | io.micrometer.core.instrument org.slf4j
      registry | config |
      retention | efficiency.figure log metrics model normalize | io.micrometer.core.instrument org.slf4j
      root | admin alarm api cli config console correction datadir decode devices efficiency efficiency.config efficiency.figure efficiency.learn fleet group http intake live log metrics model normalize notify oidc past people plugin quarantine retention settings sink source systemd | io.micrometer.core.instrument org.slf4j
      settings | config decode efficiency.config fleet group model normalize notify oidc plugin sink sink.embedded source | com.fasterxml.jackson javax.net.ssl
      sink | config log metrics model plugin sink.thin | io.github.resilience4j io.micrometer.core.instrument org.slf4j
      sink.embedded | config log plugin sink sink.influx | io.questdb org.slf4j
      sink.influx | config model plugin sink | com.fasterxml.jackson com.influxdb javax.net okhttp3 okio org.influxdb org.slf4j retrofit2
      sink.kafka | config kafka log model plugin registry sink sink.stream | com.fasterxml.jackson org.apache.kafka org.eclipse.tahu.protobuf org.slf4j
      sink.mqtt | config log model mqtt plugin sink sink.stream | com.fasterxml.jackson org.eclipse.tahu.protobuf org.slf4j
      sink.stream | log model sink | com.fasterxml.jackson org.eclipse.tahu.protobuf
      sink.thin | config model |
      sink.weir | config log model plugin sink uplink | com.fasterxml.jackson javax.net.ssl okhttp3 okio org.slf4j
      source | alarm config log metrics model plugin | io.micrometer.core.instrument org.reactivestreams reactor.netty
      source.http | config log model plugin source | com.fasterxml.jackson io.airlift.compress io.micrometer.core.instrument io.netty org.reactivestreams org.slf4j reactor.core reactor.netty
      source.kafka | alarm config kafka log model plugin source | io.micrometer.core.instrument org.apache.kafka org.slf4j
      source.listener | alarm config log model mqtt passwords plugin source tls | io.micrometer.core.instrument io.netty org.reactivestreams org.slf4j reactor.core reactor.netty
      source.mqtt | alarm config log model mqtt plugin source source.mqtt.guard | com.fasterxml.jackson io.micrometer.core.instrument javax.net.ssl org.eclipse.paho org.slf4j
      source.mqtt.guard | model mqtt |
      source.weir | config log model plugin source tls uplink | com.fasterxml.jackson io.netty org.reactivestreams org.slf4j reactor.core reactor.netty
      systemd | log | io.netty.channel.epoll io.netty.channel.unix org.slf4j
      tls | alarm | io.netty javax.naming javax.net.ssl javax.security.auth.x500 org.slf4j reactor.core
      uplink | model | com.github.luben.zstd
      """;

  /** The packages of which none may import another; what is below one belongs to it. */
  private static final List<String> STAGES =
      List.of("source", "decode", "normalize", "quarantine", "efficiency", "sink");

  /** What a stage may import of the gateway. */
  private static final Set<String> BELOW_STAGES =
      Set.of(
          "alarm",
          "config",
          "kafka",
          "correction",
          "log",
          "metrics",
          "model",
          "mqtt",
          "passwords",
          "plugin",
          "registry",
          "tls",
          "uplink");

  private static final Map<String, Allowed> ALLOWED =
      MAY_IMPORT.lines().map(Allowed::parse).collect(toMap(Allowed::name, allowed -> allowed));

  private static JavaClasses code;

  /** Of each package, the packages that it imports, each with one class that does. */
  private static final Map<String, Map<String, String>> IMPORTS = new TreeMap<>();

  /** What a package may import. */
  private record Allowed(String name, Set<String> packages, Set<String> libraries) {

    static Allowed parse(String line) {
      String[] parts = line.split("\\|", -1);
      assertThat(parts).as(line).hasSize(3);
      return new Allowed(parts[0].strip(), words(parts[1]), words(parts[2]));
    }

    private static Set<String> words(String text) {
      return Stream.of(text.strip().split(" +")).filter(word -> !word.isEmpty()).collect(toSet());
    }

    /** Whether the named package, such as {@code io.netty.buffer}, may be imported. */
    boolean permits(String packageName) {
      return isOurs(packageName)
          ? shortName(packageName).equals(name) || packages.contains(shortName(packageName))
          : Stream.concat(Stream.of("java", "org.jspecify.annotations"), libraries.stream())
              .anyMatch(library -> isIn(packageName, library));
    }

    /** The imports that are not allowed, each with a class that has it. */
    List<String> violations(Map<String, String> imports) {
      return imports.entrySet().stream()
          .filter(each -> !permits(each.getKey()))
          .map(each -> name + " may not import " + each.getKey() + ": " + each.getValue())
          .toList();
    }
  }

  private static boolean isIn(String packageName, String outer) {
    return (packageName + ".").startsWith(outer + ".");
  }

  private static boolean isOurs(String packageName) {
    return isIn(packageName, ROOT);
  }

  /** The name of a package of the gateway below {@link #ROOT}, or {@code root}. */
  private static String shortName(String packageName) {
    return packageName.equals(ROOT) ? "root" : packageName.substring(ROOT.length() + 1);
  }

  @BeforeAll
  static void readClassesAndSources() throws IOException, URISyntaxException {
    Path classes = Path.of(Main.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    Path gateway = classes.resolve(ROOT.replace('.', '/'));
    code = new ClassFileImporter().importPath(gateway);
    for (JavaClass each : code) {
      Map<String, String> imports =
          IMPORTS.computeIfAbsent(shortName(each.getPackageName()), name -> new TreeMap<>());
      for (Dependency dependency : each.getDirectDependenciesFromSelf()) {
        JavaClass target = dependency.getTargetClass().getBaseComponentType();
        if (!target.isPrimitive()) {
          imports.putIfAbsent(target.getPackageName(), dependency.getDescription());
        }
      }
    }
    try (Stream<Path> files = Files.walk(SOURCES)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".java")).toList()) {
        String folder = SOURCES.relativize(file.getParent()).toString().replace('/', '.');
        Map<String, String> imports =
            IMPORTS.computeIfAbsent(shortName(folder), name -> new TreeMap<>());
        for (MatchResult match : IMPORT.matcher(Files.readString(file)).results().toList()) {
          String imported = match.group(1).substring(0, match.group(1).length() - 1);
          imports.putIfAbsent(imported, file.toString());
        }
      }
    }
  }

  @Test
  void everyPackageIsListed() {
    assertThat(IMPORTS.keySet()).isEqualTo(new TreeSet<>(ALLOWED.keySet()));
  }

  @Test
  void aPackageImportsWhatIsListedAndNothingElse() {
    List<String> violations = new ArrayList<>();
    IMPORTS.forEach((name, imports) -> violations.addAll(ALLOWED.get(name).violations(imports)));
    assertThat(violations).isEmpty();
  }

  @Test
  void nothingIsListedThatIsNotImported() {
    Set<String> unused = new TreeSet<>();
    ALLOWED.forEach(
        (name, allowed) -> {
          Set<String> imported = IMPORTS.getOrDefault(name, Map.of()).keySet();
          Stream.concat(
                  allowed.packages().stream().map(each -> ROOT + "." + each),
                  allowed.libraries().stream())
              .filter(each -> imported.stream().noneMatch(used -> isIn(used, each)))
              .forEach(each -> unused.add(name + " does not import " + each));
        });
    assertThat(unused).isEmpty();
  }

  @Test
  void packagesFormNoCircle() {
    Map<String, Set<String>> graph = new HashMap<>();
    IMPORTS.forEach(
        (name, imports) ->
            graph.put(
                name,
                imports.keySet().stream()
                    .filter(ArchitectureTest::isOurs)
                    .map(ArchitectureTest::shortName)
                    .filter(other -> !other.equals(name))
                    .collect(toSet())));
    assertThat(circle(graph)).as("packages that import each other").isEmpty();
  }

  /** Takes away packages that import no other or that no other imports, until none is left. */
  private static Map<String, Set<String>> circle(Map<String, Set<String>> graph) {
    Map<String, Set<String>> left = new TreeMap<>();
    graph.forEach((name, imports) -> left.put(name, new HashSet<>(imports)));
    boolean smaller = true;
    while (smaller) {
      Set<String> rest = Set.copyOf(left.keySet());
      left.values().forEach(imports -> imports.retainAll(rest));
      Set<String> imported = left.values().stream().flatMap(Set::stream).collect(toSet());
      smaller = left.values().removeIf(Set::isEmpty) | left.keySet().retainAll(imported);
    }
    return left;
  }

  @Test
  void aCircleIsFound() {
    assertThat(
            circle(
                Map.of(
                    "above", Set.of("root"),
                    "root", Set.of("cli", "log"),
                    "cli", Set.of("config", "root"),
                    "config", Set.of(),
                    "log", Set.of())))
        .containsOnlyKeys("cli", "root");
  }

  /** All others are given a clock, a disk and threads, so that a test can give them its own. */
  @Test
  void onlyMainChoosesTheClockTheDiskAndTheThreadsOfTheMachine() {
    noClasses()
        .that()
        .doNotBelongToAnyOf(Main.class, Time.class, FileSystem.class, Threads.class)
        .should()
        .accessField(Time.class, "SYSTEM")
        .orShould()
        .accessField(FileSystem.class, "DISK")
        .orShould()
        .accessField(Threads.class, "SYSTEM")
        .check(code);
  }

  // ---- What the list itself must keep to

  @Test
  void aStageMayImportNoOtherStage() {
    for (String stage : STAGES) {
      for (Allowed allowed : ALLOWED.values()) {
        if (isIn(allowed.name(), stage)) {
          assertThat(allowed.packages())
              .as(allowed.name())
              .allMatch(each -> isIn(each, stage) || BELOW_STAGES.contains(each));
        }
      }
    }
  }

  @Test
  void whatIsBelowTheStagesMayImportNothingAboveItself() {
    assertThat(ALLOWED.get("log").packages()).isEmpty();
    assertThat(ALLOWED.get("http").packages()).containsExactly("tls");
    assertThat(ALLOWED.get("config").packages()).isEmpty();
    assertThat(ALLOWED.get("model").packages()).containsExactly("log");
    assertThat(BELOW_STAGES)
        .allSatisfy(each -> assertThat(BELOW_STAGES).containsAll(ALLOWED.get(each).packages()));
  }

  @Test
  void noPackageMayImportRootAndOnlyRootMayImportTheCommands() {
    assertThat(namesThatMayImport("root")).isEmpty();
    assertThat(namesThatMayImport("cli")).isEqualTo("root");
  }

  private static String namesThatMayImport(String name) {
    return ALLOWED.values().stream()
        .filter(allowed -> allowed.packages().contains(name))
        .map(Allowed::name)
        .sorted()
        .collect(joining(" "));
  }

  // ---- The rule finds what it is for

  @Test
  void nettyInTheLogIsFound() {
    Map<String, String> imports = Map.of("io.netty.buffer", "a class", "java.util", "a class");

    assertThat(ALLOWED.get("log").violations(imports))
        .containsExactly("log may not import io.netty.buffer: a class");
    assertThat(ALLOWED.get("log").violations(IMPORTS.get("http")))
        .as("the imports of http, held against the list of the log")
        .anyMatch(each -> each.startsWith("log may not import io.netty.buffer: "));
  }

  @ParameterizedTest
  @CsvSource({
    "log, io.weir.gateway.model",
    "log, io.weir.gateway.logs",
    "log, io.weir.gateway",
    "log, io.micrometer.prometheusmetrics",
    "log, io.weir.gateway.metrics",
    "log, ch.qos.logback.classic",
    "log, javax.management",
    "model, io.weir.gateway.config",
    "config, io.weir.gateway.sink",
    "http, io.weir.gateway.model",
    "http, io.weir.gateway.api",
    "source, io.weir.gateway.source.mqtt",
    "source.http, io.weir.gateway.source.mqtt",
    "sink, io.weir.gateway.source",
    "decode, org.eclipse.paho.client.mqttv3",
    "cli, io.weir.gateway",
    "live, io.weir.gateway.api",
    "api, io.weir.gateway.admin"
  })
  void anImportThatIsRefused(String name, String imported) {
    assertThat(ALLOWED.get(name).permits(imported)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"java.util", "java.nio.file", "io.weir.gateway.log", "org.slf4j"})
  void anImportThatTheLogMayHave(String imported) {
    assertThat(ALLOWED.get("log").permits(imported)).isTrue();
  }
}
