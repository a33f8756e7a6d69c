/**
 * Where a registry of schemas is and how it is asked, for those who write with its schemas and
 * those who read with them.
 */
@org.jspecify.annotations.NullMarked
package io.weir.gateway.registry;
