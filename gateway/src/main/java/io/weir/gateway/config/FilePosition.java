package io.weir.gateway.config;

/**
 * Where something was written.
 *
 * @param source the file as it was named, or the command line option
 * @param line its line from 1, or 0 where the source has no lines
 * @param isTrusted whether the owner of the machine wrote it, so that it may name files and hold
 *     secrets
 */
public record FilePosition(String source, int line, boolean isTrusted) {

  public FilePosition(String source, int line) {
    this(source, line, true);
  }
}
