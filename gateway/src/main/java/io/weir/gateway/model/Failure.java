package io.weir.gateway.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.regex.Pattern;

/** Why something failed, in words for a user: without names of classes, which the log has. */
public final class Failure {

  /** What Java puts before a message: the class of the cause. */
  private static final Pattern CLASSES = Pattern.compile("\\b([a-z]\\w*\\.){2,}[A-Z][\\w$]*: ");

  /** What Netty puts before the words of the system: its call and the number. */
  private static final Pattern CALL =
      Pattern.compile("\\b\\w+\\(\\.\\.\\) failed with error\\(-\\d+\\): ");

  private Failure() {}

  /**
   * The words of a failure of the machine or of a peer. Of a defect of the program they say only
   * that it is one; whoever asks logs it.
   */
  public static String inWords(Throwable failure) {
    if (failure instanceof UncheckedIOException io) {
      return inWords(Objects.requireNonNull(io.getCause()));
    }
    if (failure instanceof CompletionException && failure.getCause() != null) {
      return inWords(failure.getCause());
    }
    if (failure instanceof OutOfMemoryError) {
      return "out of memory";
    }
    if (!(failure instanceof IOException)) {
      return "a defect of the gateway, which the log has in full";
    }
    if (failure instanceof FileSystemException file && file.getReason() == null) {
      return file.getFile() + ": " + of(file);
    }
    String message = failure.getMessage();
    return message == null ? "a failure of input or output" : withoutClasses(message);
  }

  /** The same behind the name of a file, such as "F cannot be read: ": without the name again. */
  public static String why(IOException failure) {
    return failure instanceof FileSystemException file && file.getReason() == null
        ? of(file)
        : inWords(failure);
  }

  private static String of(FileSystemException file) {
    return file instanceof AccessDeniedException
        ? "this user may not read or write it"
        : file instanceof NoSuchFileException ? "there is no such file or folder" : "not possible";
  }

  /** A message of Java's or Netty's own without the classes and calls in it. */
  public static String withoutClasses(String message) {
    return CALL.matcher(CLASSES.matcher(message).replaceAll("")).replaceAll("");
  }
}
