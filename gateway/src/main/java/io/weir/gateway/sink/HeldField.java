package io.weir.gateway.sink;

import io.weir.gateway.model.Value;

/**
 * A field that a store holds, with the type of its values.
 *
 * @param measurement the measurement or table
 */
public record HeldField(String measurement, String field, Value.Type type) {}
