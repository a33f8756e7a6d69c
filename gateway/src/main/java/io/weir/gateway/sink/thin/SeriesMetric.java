package io.weir.gateway.sink.thin;

import io.weir.gateway.model.Series;

/** One metric of one series, of any quality. */
record SeriesMetric(Series series, String metric) {}
