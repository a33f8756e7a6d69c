package io.weir.gateway.peers;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.microsoft.playwright.Page;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/** What axe finds on a page as it is shown: rules of WCAG 2.2 up to AA, and its own advice. */
public final class Axe {

  private static final String SCRIPT = script();

  /** Only what is violated, as axe otherwise describes everything that it has looked at. */
  private static final String RUN =
      """
      async () => (await axe.run(document, {
        runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
        resultTypes: ["violations"],
      })).violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html + n.failureSummary).join("; ")}`)
      """;

  private Axe() {}

  private static String script() {
    try (InputStream in = Axe.class.getResourceAsStream("/axe.min.js")) {
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Each rule that is violated, with the nodes that do so and why. */
  public static List<?> violations(Page page) {
    if (Boolean.FALSE.equals(page.evaluate("'axe' in window"))) {
      page.evaluate(SCRIPT);
    }
    return (List<?>) page.evaluate(RUN);
  }
}
