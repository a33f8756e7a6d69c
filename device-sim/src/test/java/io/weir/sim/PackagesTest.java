package io.weir.sim;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The packages of the simulator, and what each of them may import. */
class PackagesTest {

  private static final String ROOT = "io.weir.sim";
  private static final String JACKSON = "com.fasterxml.jackson..";
  private static final String NETTY = "io.netty..";
  private static final String PAHO = "org.eclipse.paho.mqttv5..";

  private static final List<String> EVERYWHERE = List.of("java..", "org.jspecify..");

  private static final Map<String, List<String>> MAY_IMPORT =
      Map.of(
          ROOT,
          List.of(ROOT + ".cli"),
          ROOT + ".cli",
          List.of(
              ROOT + ".expected",
              ROOT + ".load",
              ROOT + ".mqtt",
              ROOT + ".payload",
              ROOT + ".plant",
              ROOT + ".scenario",
              JACKSON,
              PAHO,
              "picocli"),
          ROOT + ".expected",
          List.of(ROOT + ".plant", JACKSON),
          ROOT + ".load",
          List.of(ROOT + ".mqtt", ROOT + ".plant", NETTY),
          ROOT + ".mqtt",
          List.of(NETTY, PAHO, "org.apache.activemq.artemis.."),
          ROOT + ".payload",
          List.of(
              ROOT + ".plant",
              JACKSON,
              "com.google.protobuf..",
              "javax.xml.stream",
              "org.eclipse.tahu.protobuf",
              "org.apache.avro",
              "org.apache.avro.generic",
              "org.apache.avro.message",
              "org.msgpack.core"),
          ROOT + ".plant",
          List.of(JACKSON),
          ROOT + ".scenario",
          List.of(ROOT + ".plant", "org.yaml.snakeyaml.."));

  private final JavaClasses code =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages(ROOT);

  @Test
  void everyPackageIsListedHere() {
    assertThat(code.stream().map(JavaClass::getPackageName).collect(Collectors.toSet()))
        .isEqualTo(MAY_IMPORT.keySet());
  }

  @Test
  void aPackageImportsWhatIsListedAndNothingElse() {
    MAY_IMPORT.forEach(
        (name, listed) -> {
          List<String> allowed = new ArrayList<>(EVERYWHERE);
          allowed.add(name);
          allowed.addAll(listed);
          classes()
              .that()
              .resideInAPackage(name)
              .should()
              .onlyDependOnClassesThat()
              .resideInAnyPackage(allowed.toArray(String[]::new))
              .check(code);
        });
  }

  @Test
  void packagesFormNoCircle() {
    slices().matching(ROOT + ".(**)").should().beFreeOfCycles().check(code);
  }
}
