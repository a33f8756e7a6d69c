package io.weir.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Tags;
import org.junit.jupiter.api.Test;

/**
 * Test classes that start a server, a browser or another program carry the tag {@code server}, and
 * no others do; {@code make test-fast} leaves them out. Those of the simulator are covered too.
 */
class ServerTagTest {

  /** Packages and classes that start one, by the beginning of their names. */
  private static final List<String> STARTERS =
      List.of(
          "io.weir.peers.Peer",
          "io.weir.gateway.peers.",
          "io.weir.gateway.sink.embedded.EmbeddedSink",
          "io.weir.gateway.sink.embedded.QuestDb",
          "io.weir.sim.mqtt.EmbeddedBroker",
          "io.questdb.",
          "com.icegreen.greenmail.",
          "com.microsoft.playwright.",
          "java.lang.ProcessBuilder");

  /** Runs keytool, which every JDK has, and no server. */
  private static final String EXEMPT = "PemFiles";

  private static final JavaClasses TESTS = tests();

  /** The names of library classes suffice; reading those classes too takes many times as long. */
  private static JavaClasses tests() {
    return ArchConfiguration.withThreadLocalScope(
        configuration -> {
          configuration.setResolveMissingDependenciesFromClassPath(false);
          return new ClassFileImporter()
              .importPaths(
                  Path.of("target", "test-classes"),
                  Path.of("..", "device-sim", "target", "test-classes"));
        });
  }

  @Test
  void aTestClassThatStartsAServerCarriesTheTagAndNoOtherDoes() {
    Map<String, String> missing = new TreeMap<>();
    Set<String> needless = new TreeSet<>();
    int tagged = 0;
    for (JavaClass each : TESTS) {
      if (!each.getModifiers().contains(JavaModifier.ABSTRACT) && hasTests(each)) {
        Optional<String> start = start(each);
        if (isTagged(each)) {
          tagged++;
          if (start.isEmpty()) {
            needless.add(each.getName());
          }
        } else {
          start.ifPresent(how -> missing.put(each.getName(), how));
        }
      }
    }
    assertThat(missing).as("needs @Tag(\"server\")").isEmpty();
    assertThat(needless).as("needs no @Tag(\"server\")").isEmpty();
    assertThat(tagged).isGreaterThan(20);
  }

  private static boolean hasTests(JavaClass type) {
    return type.getAllMethods().stream()
        .flatMap(method -> method.getAnnotations().stream())
        .anyMatch(each -> each.getRawType().getPackageName().startsWith("org.junit.jupiter"));
  }

  /** By itself, by a class that it extends, or by one that encloses it. */
  private static boolean isTagged(JavaClass type) {
    return type.getClassHierarchy().stream().anyMatch(ServerTagTest::carries)
        || type.getEnclosingClass().map(ServerTagTest::isTagged).orElse(false);
  }

  private static boolean carries(JavaClass type) {
    return Stream.concat(
            type.tryGetAnnotationOfType(Tag.class).stream(),
            type.tryGetAnnotationOfType(Tags.class).stream().flatMap(t -> Stream.of(t.value())))
        .anyMatch(tag -> tag.value().equals("server"));
  }

  /** How a class comes to start a server, through what other test code; empty if it does not. */
  private static Optional<String> start(JavaClass from) {
    Deque<JavaClass> open = new ArrayDeque<>(List.of(from));
    Set<JavaClass> seen = new HashSet<>(open);
    while (!open.isEmpty()) {
      JavaClass next = open.remove();
      for (Dependency each : next.getDirectDependenciesFromSelf()) {
        JavaClass target = each.getTargetClass();
        if (STARTERS.stream().anyMatch(target.getName()::startsWith)) {
          return Optional.of(each.getDescription());
        }
        if (TESTS.contain(target.getName())
            && !target.getSimpleName().equals(EXEMPT)
            && seen.add(target)) {
          open.add(target);
        }
      }
    }
    return Optional.empty();
  }
}
