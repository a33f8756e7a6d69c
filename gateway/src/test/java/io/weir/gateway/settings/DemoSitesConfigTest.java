package io.weir.gateway.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.sink.SinkConfig;
import io.weir.gateway.source.SourceConfig;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The files that {@code make demo-sites} starts. */
class DemoSitesConfigTest {

  private static Config load(String name) throws Exception {
    return ConfigLoader.load(Path.of("../config/sites", name + ".yaml"), Map.of());
  }

  @ParameterizedTest
  @ValueSource(strings = {"edge-1", "edge-2"})
  void anEdgeReportsItselfWithTheAddressOfItsPage(String name) throws Exception {
    Config edge = load(name);

    assertThat(edge.gateway().id()).isEqualTo(name);
    assertThat(Objects.requireNonNull(edge.fleet().report()).url())
        .hasToString("http://127.0.0.1:" + edge.http().port());
    assertThat(edge.sinks()).extracting(SinkConfig::type).containsExactly("kafka");
    assertThat(edge.efficiency()).isNotNull();
  }

  @Test
  void theCentralGatewayReceivesAndNoTwoShareAPortOrAFolder() throws Exception {
    Config central = load("central");

    assertThat(central.fleet().receive()).isNotNull();
    assertThat(central.sources()).extracting(SourceConfig::type).containsExactly("kafka");
    TreeSet<Integer> ports = new TreeSet<>();
    TreeSet<Path> folders = new TreeSet<>();
    for (String name : new String[] {"edge-1", "edge-2", "central"}) {
      ports.add(load(name).http().port());
      folders.add(load(name).gateway().dataDir());
    }
    assertThat(ports).containsExactly(8080, 8081, 8082);
    assertThat(folders).hasSize(3);
  }
}
