package io.weir.gateway.settings;

import io.weir.gateway.decode.Decoders;
import io.weir.gateway.decode.FormatFactory;
import io.weir.gateway.notify.OutletFactory;
import io.weir.gateway.plugin.Kind;
import io.weir.gateway.plugin.Kinds;
import io.weir.gateway.plugin.Plugins;
import io.weir.gateway.sink.SinkFactory;
import io.weir.gateway.source.SourceFactory;
import java.util.ArrayList;
import java.util.List;

/** The kinds of sources, sinks and formats that this process has. */
public final class InstalledKinds {

  private InstalledKinds() {}

  /**
   * Loads all of them.
   *
   * @throws io.weir.gateway.plugin.PluginException if a plugin cannot be used
   */
  public static void check() {
    Plugins.check(
        List.of(SourceFactory.class, FormatFactory.class, SinkFactory.class, OutletFactory.class));
    ConfigSchema.document();
  }

  /** All of them with their summaries, for {@code --help}. */
  public static List<String> lines() {
    List<String> lines = new ArrayList<>();
    Kinds<SourceFactory<?>> sources = Kinds.installed(SourceFactory.class);
    add(lines, "Sources", sources.all());
    add(lines, "Payload formats", Decoders.formats());
    Kinds<SinkFactory<?>> sinks = Kinds.installed(SinkFactory.class);
    add(lines, "Sinks", sinks.all());
    Kinds<OutletFactory<?>> outlets = Kinds.installed(OutletFactory.class);
    add(lines, "Outlets of notifications", outlets.all());
    return lines;
  }

  private static void add(List<String> lines, String heading, List<? extends Kind<?>> kinds) {
    lines.add("");
    lines.add(heading + ":");
    kinds.forEach(kind -> lines.add("  %-16s %s".formatted(kind.name(), kind.summary())));
  }
}
