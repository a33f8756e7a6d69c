package io.weir.gateway.normalize;

import io.weir.gateway.model.Series;

/**
 * Where a reading belongs.
 *
 * @param known whether its source may send there, which need not be looked up then
 */
record Place(Series series, boolean known) {}
