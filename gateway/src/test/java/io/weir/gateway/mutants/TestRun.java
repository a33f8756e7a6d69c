package io.weir.gateway.mutants;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import io.weir.gateway.mutants.Verdict.Kind;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.platform.engine.CancellationToken;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherExecutionRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * Runs tests in this process up to the first that fails, and writes a {@link Verdict} to a file.
 * Arguments: the file, then tests as {@code package.Class#method}.
 */
final class TestRun implements TestExecutionListener {

  private final CancellationToken rest = CancellationToken.create();
  private int passed;
  private @Nullable Verdict failed;

  private TestRun() {}

  public static void main(String[] arguments) throws IOException {
    Verdict verdict;
    try {
      verdict = new TestRun().run(Arrays.asList(arguments).subList(1, arguments.length));
    } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
      verdict = new Verdict(Kind.UNDECIDED, e.toString());
    }
    Files.writeString(Path.of(arguments[0]), verdict.text());
    System.exit(0); // also where a wrong program has left threads
  }

  private Verdict run(List<String> tests) throws ReflectiveOperationException {
    List<DiscoverySelector> selectors = new ArrayList<>();
    for (String test : tests) {
      int hash = test.indexOf('#');
      Class<?> type = Class.forName(test.substring(0, hash));
      selectors.add(selectMethod(type, method(type, test.substring(hash + 1))));
    }
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(selectors)
            .configurationParameter("junit.jupiter.extensions.autodetection.enabled", "true")
            .build();
    LauncherFactory.create()
        .execute(
            LauncherExecutionRequestBuilder.request(request)
                .listeners(this)
                .cancellationToken(rest)
                .build());
    if (failed != null) {
      return failed;
    }
    return passed > 0 ? new Verdict(Kind.SURVIVED, "") : new Verdict(Kind.UNDECIDED, "no test ran");
  }

  static Method method(Class<?> type, String name) throws NoSuchMethodException {
    for (Class<?> each = type; each != null; each = each.getSuperclass()) {
      for (Method method : each.getDeclaredMethods()) {
        if (method.getName().equals(name) && !method.isSynthetic()) {
          return method;
        }
      }
    }
    throw new NoSuchMethodException(type.getName() + "#" + name);
  }

  @Override
  public void executionFinished(TestIdentifier test, TestExecutionResult result) {
    Throwable cause = result.getThrowable().orElse(null);
    if (result.getStatus() == TestExecutionResult.Status.FAILED && cause != null) {
      if (failed == null) {
        String detail = test.getDisplayName() + ": " + cause;
        failed = new Verdict(isOfTheBuild(cause) ? Kind.UNDECIDED : Kind.KILLED, detail);
      }
      rest.cancel();
    } else if (test.isTest() && result.getStatus() == TestExecutionResult.Status.SUCCESSFUL) {
      passed++;
    }
  }

  /** A class that does not fit to the others is a fault of the sabotage, and no proof of a test. */
  private static boolean isOfTheBuild(Throwable failure) {
    for (Throwable each = failure; each != null; each = each.getCause()) {
      if (each instanceof LinkageError) {
        return true;
      }
    }
    return false;
  }
}
