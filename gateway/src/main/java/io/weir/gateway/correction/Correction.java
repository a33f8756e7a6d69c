package io.weir.gateway.correction;

import io.weir.gateway.model.Asset;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * What a person says about an asset in a span of time. It holds for whatever the machine has
 * reported or will report of that span, so late readings do not detach it. Of two corrections of
 * one instant the one with the higher {@link #rank} wins.
 *
 * @param id its offset in the log
 * @param asset a machine; or a line, an area or a site: then all machines of it
 * @param from nanoseconds since the epoch
 * @param to after {@code from}, not included
 * @param toEndOfStop whether it goes on after {@code to} until the stop ends that holds its end
 * @param comment "" for none
 * @param before what the figures said of the span when it was made, where they were known
 */
public record Correction(
    long id,
    Asset asset,
    long from,
    long to,
    boolean toEndOfStop,
    Change change,
    String comment,
    List<Stretch> before,
    Origin origin)
    implements Entry {

  /** A stretch of one state, as the figures had it. */
  public record Stretch(long from, long to, String state, String reason) {}

  public Correction {
    if (from >= to) {
      throw new IllegalArgumentException("a correction ends after it begins");
    }
    before = List.copyOf(before);
  }

  /** Whether it is about a machine, itself or by its line, area or site. */
  public boolean isAbout(Asset machine) {
    boolean ofLine =
        asset.line() == null || asset.line().equals(machine.line()) && isOfArea(machine);
    return asset.machine() != null
        ? asset.equals(machine)
        : Objects.equals(asset.site(), machine.site())
            && ofLine
            && (asset.area() == null && asset.line() == null || isOfArea(machine));
  }

  private boolean isOfArea(Asset machine) {
    return Objects.equals(asset.area(), machine.area());
  }

  /** What a correction of a machine may name: the machine, its line, its area, its site. */
  public static Set<Asset> assetsThatMean(Asset machine) {
    return Set.copyOf(Arrays.asList(machine, machine.toLine(), machine.toArea(), machine.toSite()));
  }

  @Override
  public Correction withOrigin(Origin of) {
    return new Correction(id, asset, from, to, toEndOfStop, change, comment, before, of);
  }

  @Override
  public Correction withId(long number) {
    return new Correction(number, asset, from, to, toEndOfStop, change, comment, before, origin);
  }
}
