package io.weir.sim.cli;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * A YAML file with the options of a command. Its keys are the long option names without the dashes:
 * {@code history: 16h}. Options on the command line take precedence.
 */
final class OptionsFile implements IDefaultValueProvider {

  private final Map<String, String> values;

  private OptionsFile(Map<String, String> values) {
    this.values = values;
  }

  /**
   * Reads the file and checks its keys.
   *
   * @throws UserError with the file, the line and the key
   */
  static OptionsFile read(Path file, CommandSpec command) {
    List<String> known =
        command.options().stream()
            .map(OptionsFile::key)
            .filter(key -> !List.of("config", "help", "version").contains(key))
            .toList();
    if (Files.isDirectory(file)) {
      throw new UserError("cannot read " + file + ": it is a folder");
    }
    Map<String, String> values = new LinkedHashMap<>();
    try (Reader reader = Files.newBufferedReader(file);
        YAMLParser yaml = new YAMLFactory().createParser(reader)) {
      if (yaml.nextToken() == null) {
        return new OptionsFile(values);
      }
      require(yaml.currentToken() == JsonToken.START_OBJECT, file, yaml, "a list of key: value");
      while (yaml.nextToken() == JsonToken.FIELD_NAME) {
        String key = yaml.currentName();
        int line = yaml.currentTokenLocation().getLineNr();
        if (!known.contains(key)) {
          throw new UserError(
              "%s line %d: unknown key \"%s\"; the keys of %s are %s"
                  .formatted(file, line, key, command.name(), String.join(", ", known)));
        }
        require(yaml.nextToken().isScalarValue(), file, yaml, "one value for " + key);
        if (values.put(key, yaml.getText()) != null) {
          throw new UserError("%s line %d: key \"%s\" appears twice".formatted(file, line, key));
        }
      }
      return new OptionsFile(values);
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      throw new UserError(
          "%s%s is not YAML: %s"
              .formatted(
                  file, at == null ? "" : " line " + at.getLineNr(), e.getOriginalMessage()));
    } catch (NoSuchFileException e) {
      throw new UserError("cannot read " + file + ": there is no such file");
    } catch (IOException e) {
      throw new UserError("cannot read " + file + ": " + e);
    }
  }

  @Override
  public @Nullable String defaultValue(ArgSpec argument) {
    return argument instanceof OptionSpec option ? values.get(key(option)) : null;
  }

  private static String key(OptionSpec option) {
    return option.longestName().replaceFirst("^--?", "");
  }

  private static void require(boolean holds, Path file, YAMLParser yaml, String expected) {
    if (!holds) {
      throw new UserError(
          "%s line %d: expected %s"
              .formatted(file, yaml.currentTokenLocation().getLineNr(), expected));
    }
  }
}
