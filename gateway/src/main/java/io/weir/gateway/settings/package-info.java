/**
 * The whole configuration file as one value: {@link io.weir.gateway.settings.ConfigLoader} reads it
 * with the package {@code config}, gives each part to the reader of the stage that owns it, and
 * checks the parts against each other. Owns the JSON Schema of the file too, {@link
 * io.weir.gateway.settings.ConfigSchema}.
 *
 * <p>Promises: a {@link io.weir.gateway.settings.Config} is complete and possible; whatever the
 * file holds, loading ends with one or with a {@link io.weir.gateway.config.ConfigException}.
 * Called by the commands, the wiring, {@code admin} and {@code api}; no stage calls it.
 */
@NullMarked
package io.weir.gateway.settings;

import org.jspecify.annotations.NullMarked;
