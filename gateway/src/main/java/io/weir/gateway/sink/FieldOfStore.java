package io.weir.gateway.sink;

import io.weir.gateway.model.Value;

/**
 * A field as a store knows it, with the type of the values that are sent to it.
 *
 * @param measurement the measurement or table, not escaped
 * @param field not escaped
 */
public record FieldOfStore(String measurement, String field, Value.Type sent) {}
