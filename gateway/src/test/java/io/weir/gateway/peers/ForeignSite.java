package io.weir.gateway.peers;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLEncoder;

/** A site of somebody else: one page, and redirects to wherever it likes. */
public final class ForeignSite implements AutoCloseable {

  private final HttpServer server;
  private volatile String page = "";

  public ForeignSite() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/redirect", exchange -> redirected(exchange, 302));
    server.createContext("/again", exchange -> redirected(exchange, 307)); // with its body
    server.createContext("/", this::shown);
    server.start();
  }

  /** What its page holds from now on. */
  public void page(String html) {
    page = html;
  }

  public String origin() {
    return "http://" + Chromium.FOREIGN_NAME + ":" + server.getAddress().getPort();
  }

  /** An address of this site that leads to another one. */
  public String redirect(String to) {
    return origin() + "/redirect?" + URLEncoder.encode(to, UTF_8);
  }

  /** The same, and a posted body goes along. */
  public String redirectWithBody(String to) {
    return origin() + "/again?" + URLEncoder.encode(to, UTF_8);
  }

  private static void redirected(HttpExchange exchange, int status) throws IOException {
    exchange.getResponseHeaders().set("Location", exchange.getRequestURI().getQuery());
    exchange.getResponseHeaders().set("Access-Control-Allow-Origin", "*");
    exchange.sendResponseHeaders(status, -1);
    exchange.close();
  }

  private void shown(HttpExchange exchange) throws IOException {
    byte[] html = ("<!doctype html><title>evil</title>" + page).getBytes(UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "text/html");
    exchange.sendResponseHeaders(200, html.length);
    exchange.getResponseBody().write(html);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
