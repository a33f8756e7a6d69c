package io.weir.gateway.mutants;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * A wrong program, compiled: its classes go before those of the right one on the class path.
 *
 * @param classes the folder of the classes that differ
 */
record Mutant(Sabotage sabotage, Path classes) {

  private static final List<String> OPTIONS =
      List.of(
          "-proc:none",
          "-nowarn",
          "-g",
          "-parameters",
          "--add-exports=java.base/jdk.internal.math=ALL-UNNAMED",
          "--add-exports=java.base/jdk.internal.vm=ALL-UNNAMED");

  /** A source in memory. */
  private static final class Text extends SimpleJavaFileObject {
    private final String code;

    Text(String file, String code) {
      super(URI.create("string:///io/weir/gateway/" + file), Kind.SOURCE);
      this.code = code;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return code;
    }
  }

  /** Compiles sabotages one after the other, against the classes of the right program. */
  static final class Compiler implements AutoCloseable {

    private final Sources sources = new Sources();
    private final JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
    private final StandardJavaFileManager files = javac.getStandardFileManager(null, null, null);
    private final String classpath;
    private final Path folder;

    /**
     * @param classpath of the right program
     * @param folder in which each mutant gets a folder
     */
    Compiler(String classpath, Path folder) {
      this.classpath = classpath;
      this.folder = folder;
    }

    /**
     * @throws IllegalArgumentException if it does not apply to the sources, or does not compile
     */
    Mutant compile(Sabotage sabotage) throws IOException {
      Path classes = folder.resolve(sabotage.name());
      deleteAll(classes);
      Files.createDirectories(classes);
      List<JavaFileObject> texts = new ArrayList<>();
      sabotage.apply(sources).forEach((file, code) -> texts.add(new Text(file, code)));
      List<String> options = new ArrayList<>(OPTIONS);
      options.addAll(List.of("-cp", classpath, "-d", classes.toString()));
      StringWriter errors = new StringWriter();
      if (!javac.getTask(errors, files, null, options, null, texts).call()) {
        throw new IllegalArgumentException("it does not compile: " + errors);
      }
      return new Mutant(sabotage, classes);
    }

    private static void deleteAll(Path folder) throws IOException {
      if (!Files.exists(folder)) {
        return;
      }
      try (Stream<Path> all = Files.walk(folder)) {
        for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(each);
        }
      }
    }

    @Override
    public void close() throws IOException {
      files.close();
    }
  }
}
