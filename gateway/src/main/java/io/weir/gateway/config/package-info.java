/**
 * The configuration file, from bytes to records.
 *
 * <p>{@link io.weir.gateway.settings.ConfigLoader} is the one way in. A file passes five steps:
 * YAML becomes a tree that knows its lines ({@code YamlReader}), placeholders are filled in ({@code
 * Placeholders}), the command line's settings are laid over it ({@code Overrides}), the published
 * JSON Schema says what each value may look like ({@code SchemaCheck}), and {@code ConfigReader}
 * gives the values their meaning and checks them against each other. Every step adds to one list of
 * problems, so that a person sees all of them at once. What a section may say and who reads it
 * stand side by side: {@code RouteConfig} and {@code RouteReader}, and so on.
 *
 * <p>Promises: a {@link io.weir.gateway.settings.Config} is complete and possible; whatever the
 * file holds, loading ends with a {@code Config} or a {@link
 * io.weir.gateway.config.ConfigException}; no message repeats the value of a secret, of the
 * environment or of a file.
 */
@org.jspecify.annotations.NullMarked
package io.weir.gateway.config;
