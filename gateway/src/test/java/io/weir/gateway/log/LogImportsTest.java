package io.weir.gateway.log;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The log could be a library of its own: its tests import nothing else of the gateway. {@code
 * ArchitectureTest} lists what the log itself may import.
 */
class LogImportsTest {

  private static final List<String> LOG =
      List.of(
          "io.weir.gateway.log",
          "java",
          "io.airlift.compress",
          "io.micrometer.core.instrument",
          "org.slf4j",
          "org.jspecify.annotations");

  private static final List<String> TESTS =
      Stream.concat(
              LOG.stream(),
              Stream.of(
                  "org.junit.jupiter",
                  "org.assertj.core",
                  "org.awaitility",
                  "com.tngtech.archunit",
                  "ch.qos.logback"))
          .toList();

  private static boolean isIn(List<String> allowed, String packageName) {
    return allowed.stream().anyMatch(each -> (packageName + ".").startsWith(each + "."));
  }

  private static ArchRule importsOnly(List<String> allowed) {
    return classes()
        .should()
        .onlyDependOnClassesThat(
            describe(
                "belong to " + allowed,
                (JavaClass type) -> {
                  JavaClass element = type.getBaseComponentType();
                  return element.isPrimitive() || isIn(allowed, element.getPackageName());
                }));
  }

  /** The classes of the package that were compiled together with one of them. */
  private static JavaClasses compiledWith(Class<?> one) throws URISyntaxException {
    Path output = Path.of(one.getProtectionDomain().getCodeSource().getLocation().toURI());
    JavaClasses all =
        new ClassFileImporter()
            .importPath(output.resolve(one.getPackageName().replace('.', '/')).toString());
    assertThat(all.contain(one)).isTrue();
    return all;
  }

  @Test
  void theTestsOfTheLogImportNothingElseOfTheGateway() throws URISyntaxException {
    importsOnly(TESTS).check(compiledWith(LogImportsTest.class));
  }

  @Test
  void anImportThatIsNotListedIsFound() throws URISyntaxException {
    assertThat(importsOnly(LOG).evaluate(compiledWith(LogImportsTest.class)).hasViolation())
        .as("these tests import JUnit, which the log may not")
        .isTrue();
  }
}
