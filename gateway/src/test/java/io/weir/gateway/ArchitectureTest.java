package io.weir.gateway;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

  private static final String ROOT = "io.weir.gateway";
  private static final List<String> STAGES =
      List.of("source", "decode", "normalize", "log", "quarantine", "efficiency", "sink", "http");
  private static final List<String> SHARED = List.of("model", "config", "metrics");

  private final JavaClasses code =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages(ROOT);

  @Test
  void aStageImportsModelConfigAndMetricsAndNeverAnotherStage() {
    for (String stage : STAGES) {
      String[] allowed =
          Stream.concat(Stream.of(stage), SHARED.stream())
              .map(name -> ROOT + "." + name + "..")
              .toArray(String[]::new);
      classes()
          .that()
          .resideInAPackage(ROOT + "." + stage + "..")
          .should()
          .onlyDependOnClassesThat(
              com.tngtech.archunit.base.DescribedPredicate.describe(
                  "belong to the stage, to model, config, metrics, or to a library",
                  type ->
                      !type.getPackageName().startsWith(ROOT)
                          || Stream.of(allowed)
                              .anyMatch(
                                  p ->
                                      (type.getPackageName() + ".")
                                          .startsWith(p.substring(0, p.length() - 1)))))
          .allowEmptyShould(true)
          .check(code);
    }
  }

  @Test
  void modelImportsNothingOfTheGateway() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + ".model..")
        .should()
        .dependOnClassesThat(
            com.tngtech.archunit.base.DescribedPredicate.describe(
                "belong to another package of the gateway",
                type ->
                    type.getPackageName().startsWith(ROOT)
                        && !type.getPackageName().startsWith(ROOT + ".model")))
        .check(code);
  }

  @Test
  void packagesFormNoCycles() {
    slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(code);
  }
}
