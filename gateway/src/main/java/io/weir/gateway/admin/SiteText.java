package io.weir.gateway.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactoryBuilder;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.weir.gateway.settings.Site;

/** The text of a {@code site.yaml} that was filled in as a form. */
final class SiteText {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final YAMLMapper QUOTED = new YAMLMapper(factory().build());
  private static final YAMLMapper PLAIN =
      new YAMLMapper(
          factory()
              .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
              .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
              .build());

  private SiteText() {}

  private static YAMLFactoryBuilder factory() {
    return YAMLFactory.builder()
        .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
        .disable(YAMLGenerator.Feature.SPLIT_LINES)
        .enable(YAMLGenerator.Feature.INDENT_ARRAYS_WITH_INDICATOR);
  }

  /** Without quotes where they are not needed; reads as what was given. */
  static String of(JsonNode site) {
    if (site.isEmpty()) {
      return "";
    }
    try {
      String plain = PLAIN.writeValueAsString(site);
      return JSON.writeValueAsString(Site.json(plain)).equals(JSON.writeValueAsString(site))
          ? plain
          : QUOTED.writeValueAsString(site);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("JSON that is no YAML", e);
    }
  }
}
