package io.weir.gateway.correction;

import io.weir.gateway.model.Asset;

/**
 * A person has asked for the figures of a past span to be made again. Kept where other gateways are
 * to do the same; it changes no figure itself.
 *
 * @param id its offset in the log
 * @param asset a machine, line, area or site; {@link Asset#NONE} for all
 * @param from nanoseconds since the epoch
 * @param to after {@code from}, not included
 */
public record RecomputeAsked(long id, Asset asset, long from, long to, Origin origin)
    implements Entry {

  @Override
  public RecomputeAsked withId(long number) {
    return new RecomputeAsked(number, asset, from, to, origin);
  }

  @Override
  public RecomputeAsked withOrigin(Origin of) {
    return new RecomputeAsked(id, asset, from, to, of);
  }
}
