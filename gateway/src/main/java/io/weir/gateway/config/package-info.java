/**
 * Reads a configuration file as a tree of values, and reports what is wrong with it.
 *
 * <p>A file passes these steps: YAML becomes a tree that knows its lines ({@code YamlReader}),
 * placeholders are filled in ({@code Placeholders}), the settings of the command line are laid over
 * it ({@code Overrides}), and a JSON Schema says what each value may look like ({@code
 * SchemaCheck}). Then each stage reads its own {@link io.weir.gateway.config.Section}s. Every step
 * adds to one list of problems, so that the user sees all of them at once. The package {@code
 * settings} runs the steps.
 *
 * <p>Promises: whatever the file holds, each step ends with a value or with problems; no message
 * repeats the value of a secret, of the environment or of a file. Every package may call this one;
 * it knows none of them.
 */
@org.jspecify.annotations.NullMarked
package io.weir.gateway.config;
