package io.weir.gateway.source.weir;

import io.weir.gateway.config.Section;
import io.weir.gateway.plugin.ReadContext;
import io.weir.gateway.source.Source;
import io.weir.gateway.source.SourceContext;
import io.weir.gateway.source.SourceFactory;
import java.util.Map;
import java.util.TreeMap;

/** The source {@code weir}. */
public final class WeirSourceFactory implements SourceFactory<WeirSourceConfig> {

  static final String NAME = "weir";

  private static final long LEAST_MEMORY = 16L << 20;

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String summary() {
    return "readings and figures of other gateways";
  }

  @Override
  public Class<WeirSourceConfig> configType() {
    return WeirSourceConfig.class;
  }

  @Override
  public WeirSourceConfig read(Section section, ReadContext context) {
    String before = context.claim("the source of gateways", section.key());
    if (before != null) {
      section.problem("type", "one source of gateways is enough, and there is " + before);
    }
    Map<String, String> gateways = new TreeMap<>();
    for (Section each : section.sections("gateways")) {
      String id = each.text("id", "");
      if (gateways.putIfAbsent(id, each.text("certificate", id)) != null) {
        each.problem("id", "stands here twice");
      }
    }
    return new WeirSourceConfig(
        section.text("name", ""),
        gateways,
        section.text("gateway-tag"),
        section.bytes(
            "memory", Math.max(LEAST_MEMORY, context.heapShare()), LEAST_MEMORY, 1L << 40));
  }

  @Override
  public Source open(WeirSourceConfig config, SourceContext context) {
    return new WeirSource(config, context);
  }
}
