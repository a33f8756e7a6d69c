package io.weir.gateway.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.decode.FormatFactory;
import io.weir.gateway.notify.OutletFactory;
import io.weir.gateway.sink.SinkFactory;
import io.weir.gateway.source.SourceFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every built-in kind has what the steps "to add one" of ARCHITECTURE.md ask for. */
class KindsTest {

  private static final Path RESOURCES = Path.of("src/main/resources");
  private static final Path SERVICES = RESOURCES.resolve("META-INF/services");

  static Stream<Arguments> kinds() {
    return Stream.of(
            of(FormatFactory.class, Kinds.<FormatFactory<?>>installed(FormatFactory.class)),
            of(SourceFactory.class, Kinds.<SourceFactory<?>>installed(SourceFactory.class)),
            of(SinkFactory.class, Kinds.<SinkFactory<?>>installed(SinkFactory.class)),
            of(OutletFactory.class, Kinds.<OutletFactory<?>>installed(OutletFactory.class)))
        .flatMap(List::stream);
  }

  private static List<Arguments> of(Class<?> service, Kinds<? extends Kind<?>> kinds) {
    return kinds.all().stream().map(kind -> Arguments.of(kind.name(), service, kind)).toList();
  }

  private static Path beside(Kind<?> kind, String file) {
    return RESOURCES
        .resolve(kind.getClass().getPackageName().replace('.', '/'))
        .resolve(kind.name() + file);
  }

  @ParameterizedTest(name = "{1} {0}")
  @MethodSource("kinds")
  void aKindHasItsLineItsPageAndItsLinks(String name, Class<?> service, Kind<?> kind)
      throws IOException {
    assertThat(Files.readAllLines(SERVICES.resolve(service.getName())))
        .contains(kind.getClass().getName());

    Path page = beside(kind, ".md");
    assertThat(page).exists();
    assertThat(kind.page()).isEqualTo(Files.readString(page));
    String index =
        service == FormatFactory.class ? "../docs/formats/README.md" : "../docs/README.md";
    String link =
        Path.of(index).toAbsolutePath().getParent().relativize(page.toAbsolutePath()).toString();
    assertThat(Files.readString(Path.of(index))).contains("(" + link + ")");
  }

  @ParameterizedTest(name = "{1} {0}")
  @MethodSource("kinds")
  void aKindWithKeysHasItsPartOfTheSchema(String name, Class<?> service, Kind<?> kind)
      throws IOException {
    Path part = beside(kind, ".schema.json");
    boolean readsAnothers = kind instanceof FormatFactory<?> format && format.reads("json");
    if (kind.configType() == NoKeys.class || (readsAnothers && kind.schema() == null)) {
      assertThat(part).doesNotExist();
    } else {
      assertThat(kind.schema()).isEqualTo(Files.readString(part));
    }
  }

  @ParameterizedTest(name = "{1} {0}")
  @MethodSource("kinds")
  void aFormatHasCases(String name, Class<?> service, Kind<?> kind) throws IOException {
    if (service == FormatFactory.class) {
      try (Stream<Path> cases = Files.list(Path.of("src/test/resources/cases", name))) {
        assertThat(cases).isNotEmpty();
      }
    }
  }
}
