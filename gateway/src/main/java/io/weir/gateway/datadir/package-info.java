/** The data directory: its lock, and which file is where. Called by the wiring and the commands. */
@NullMarked
package io.weir.gateway.datadir;

import org.jspecify.annotations.NullMarked;
