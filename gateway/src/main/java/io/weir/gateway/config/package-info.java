/** The configuration file: records, loader, validation. */
@org.jspecify.annotations.NullMarked
package io.weir.gateway.config;
