package io.weir.gateway.sink;

import io.weir.gateway.model.Reason;

/** A line that goes to the quarantine instead of the store. */
record Rejection(OutboundLine line, Reason reason, String detail) {}
