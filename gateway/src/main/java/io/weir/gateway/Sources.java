package io.weir.gateway;

import io.weir.gateway.http.HttpRoute;
import io.weir.gateway.http.Right;
import io.weir.gateway.plugin.Plugins;
import io.weir.gateway.source.Served;
import io.weir.gateway.source.Source;
import io.weir.gateway.source.SourceConfig;
import io.weir.gateway.source.SourceContext;
import io.weir.gateway.source.SourceFactory;
import io.weir.gateway.source.Subscriber;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** The configured sources, each built by the factory of its kind. */
public final class Sources {

  /** At a start what reads the logs waits for the sources for a second at most. */
  private static final int MOST_LOOKS = 100;

  private static final long LOOK_EVERY_MS = 10;

  private final List<Source> all = new ArrayList<>();

  /**
   * @param contexts what each is built with
   */
  Sources(
      List<SourceConfig> configured,
      GatewayParts parts,
      Function<SourceConfig, SourceContext> contexts) {
    for (SourceConfig config : configured) {
      SourceFactory<?> factory = parts.sources().apply(config.type());
      if (factory == null) {
        throw new IllegalArgumentException("there is no kind of source '" + config.type() + "'");
      }
      all.add(open(factory, config, contexts.apply(config)));
    }
  }

  private static <C extends SourceConfig> Source open(
      SourceFactory<C> factory, SourceConfig config, SourceContext context) {
    return Plugins.call(
        factory,
        "opening " + config.name(),
        () -> factory.open(factory.configType().cast(config), context));
  }

  /** In the order of the configuration. */
  List<Source> all() {
    return all;
  }

  /** Returns when every source receives, or after a moment, as a broker may be away for days. */
  void awaitReady() throws InterruptedException {
    for (int i = 0; i < MOST_LOOKS && !all.stream().allMatch(Sources::isReady); i++) {
      Thread.sleep(LOOK_EVERY_MS);
    }
  }

  private static boolean isReady(Source source) {
    return source.status().ready();
  }

  /** Whether the source of that name receives. */
  boolean isReady(String name) {
    return all.stream().anyMatch(each -> each.name().equals(name) && isReady(each));
  }

  /** Whether there is a source of that name whose subscriptions follow the routes. */
  boolean subscribes(String name) {
    return subscribers().stream().anyMatch(each -> each.name().equals(name));
  }

  /** Those whose subscriptions follow the routes. */
  List<Subscriber> subscribers() {
    return all.stream().filter(Subscriber.class::isInstance).map(Subscriber.class::cast).toList();
  }

  /** What the gateway's own server hands to them. */
  List<HttpRoute> routes() {
    return all.stream()
        .filter(Served.class::isInstance)
        .flatMap(source -> routes((Served) source).stream())
        .toList();
  }

  /** What a server hands to a source. */
  public static List<HttpRoute> routes(Served source) {
    return source.handlers().stream()
        .map(
            each ->
                HttpRoute.of(
                    each.loginByItself() ? Right.EVERYONE : Right.INGEST,
                    each.method(),
                    each.path(),
                    each.answer()::apply))
        .toList();
  }
}
