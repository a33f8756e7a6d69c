package io.weir.gateway.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * The live page: three files of the class path, read once. They hold no data, so they need no
 * token; the page asks for it where the API does, and keeps it for the browser's session.
 */
final class Page {

  private Page() {}

  static List<Route> routes() {
    return List.of(
        file("/", "index.html", "text/html; charset=utf-8"),
        file("/page.css", "page.css", "text/css; charset=utf-8"),
        file("/page.js", "page.js", "text/javascript; charset=utf-8"),
        file("/icon.svg", "icon.svg", "image/svg+xml"));
  }

  private static Route file(String path, String name, String type) {
    byte[] bytes = read(name);
    return Route.open(
        "GET", path, (request, response) -> Answers.send(request, response, type, bytes));
  }

  private static byte[] read(String name) {
    try (InputStream in = Page.class.getResourceAsStream("page/" + name)) {
      if (in == null) {
        throw new IllegalStateException("the page's " + name + " is not in the program");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
