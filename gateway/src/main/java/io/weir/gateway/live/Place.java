package io.weir.gateway.live;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.weir.gateway.model.Asset;
import java.util.List;
import java.util.stream.Stream;

/**
 * Which machine, line or place an answer is about. Two machines that lack different levels may have
 * one path, so every answer says the levels too.
 */
@JsonPropertyOrder({"path", "levels"})
public record Place(@JsonIgnore Asset asset) {

  /** That of a device of which no machine is known. */
  public static final Place NONE = new Place(Asset.NONE);

  /** The names of the levels that it has, for people. */
  @JsonProperty
  public List<String> path() {
    return Stream.of(asset.site(), asset.area(), asset.line(), asset.machine())
        .flatMap(Stream::ofNullable)
        .toList();
  }

  /** Site, area, line and machine, "" for each that it lacks: no other has the same four. */
  @JsonProperty
  public List<String> levels() {
    return asset.levels();
  }
}
