/**
 * Operations on a running gateway: it reloads routes and replays the quarantine, on a request, a
 * signal or a changed file.
 */
@NullMarked
package io.weir.gateway.admin;

import org.jspecify.annotations.NullMarked;
