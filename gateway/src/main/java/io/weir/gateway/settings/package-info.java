/**
 * The whole configuration file as one value: reads it through {@code config}, hands each part to
 * the reader of the stage that owns it, and checks the parts against each other.
 */
@NullMarked
package io.weir.gateway.settings;

import org.jspecify.annotations.NullMarked;
