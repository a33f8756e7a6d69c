/**
 * Makes what is shipped: for each platform a folder with only what that platform can use, and its
 * archives. Whatever the folder, the user, the locale and the time zone of the build, the bytes are
 * the same: every list is sorted, every time is that of the build's configuration, every permission
 * is set and not taken over.
 */
@NullMarked
package io.weir.packaging;

import org.jspecify.annotations.NullMarked;
