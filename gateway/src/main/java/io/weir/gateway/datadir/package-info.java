/** The data directory: its lock, and which file stands where. */
@NullMarked
package io.weir.gateway.datadir;

import org.jspecify.annotations.NullMarked;
