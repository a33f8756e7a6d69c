package io.weir.gateway.source.http;

import io.weir.gateway.config.Section;
import io.weir.gateway.plugin.ReadContext;
import io.weir.gateway.source.Source;
import io.weir.gateway.source.SourceContext;
import io.weir.gateway.source.SourceFactory;

/** The source {@code http}. */
public final class HttpSourceFactory implements SourceFactory<HttpSourceConfig> {

  static final String NAME = "http";

  /** The size of a body is an int. */
  private static final long MAX_BODY = 268_435_455;

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String summary() {
    return "readings posted to the gateway, in JSON or line protocol";
  }

  @Override
  public Class<HttpSourceConfig> configType() {
    return HttpSourceConfig.class;
  }

  @Override
  public HttpSourceConfig read(Section section, ReadContext context) {
    String before = context.claim("the HTTP source", section.key());
    if (before != null) {
      section.problem("type", "one HTTP source is enough, and there is " + before + " already");
    }
    return new HttpSourceConfig(
        section.text("name", ""), context.messageSize(section, "max-body-size", MAX_BODY));
  }

  @Override
  public Source open(HttpSourceConfig config, SourceContext context) {
    return new HttpSource(config, context.inbox(), context.time(), context.meters());
  }
}
