/**
 * What can be added to the gateway from outside: kinds of sources, sinks and payload formats.
 *
 * <p>Owns the catalogue of kinds ({@link io.weir.gateway.plugin.Kinds}) and the jars of the folder
 * {@code plugins} ({@link io.weir.gateway.plugin.Plugins}). Each stage has an interface of its own
 * that extends {@link io.weir.gateway.plugin.Kind}; the built-in kinds are found in the same way as
 * those of a jar, by {@link java.util.ServiceLoader}.
 *
 * <p>Promises: a kind that is installed has a valid name and no other kind of its stage has that
 * name; a jar that cannot be used stops the program with one line that names the jar. Every stage
 * may call this package; it knows none of them.
 */
@NullMarked
package io.weir.gateway.plugin;

import org.jspecify.annotations.NullMarked;
