package io.weir.gateway.decode;

import io.weir.gateway.config.Section;
import io.weir.gateway.plugin.NoKeys;
import io.weir.gateway.plugin.ReadContext;
import org.jspecify.annotations.Nullable;

/** A payload format that has no keys. */
public interface PlainFormat extends FormatFactory<NoKeys> {

  Decoder decoder(FormatContext context);

  @Override
  default Decoder decoder(NoKeys options, FormatContext context) {
    return decoder(context);
  }

  @Override
  default NoKeys unset() {
    return NoKeys.NONE;
  }

  @Override
  default Class<NoKeys> configType() {
    return NoKeys.class;
  }

  @Override
  default NoKeys read(Section route, ReadContext context) {
    return NoKeys.NONE;
  }

  @Override
  default @Nullable String schema() {
    return null;
  }
}
