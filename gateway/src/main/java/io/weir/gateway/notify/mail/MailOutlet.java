package io.weir.gateway.notify.mail;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.gateway.config.Secret;
import io.weir.gateway.config.Tls;
import io.weir.gateway.config.TlsFiles;
import io.weir.gateway.notify.Notice;
import io.weir.gateway.notify.Outlet;
import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.util.Date;
import java.util.Properties;

/**
 * Sends each message as plain text on a connection of its own. The server takes it for all
 * addresses or it is sent again, so one wrong address is seen at once.
 */
final class MailOutlet implements Outlet {

  private final MailConfig config;

  MailOutlet(MailConfig config) {
    this.config = config;
  }

  @Override
  public void send(Notice notice) throws IOException {
    String where = config.url().getHost() + ":" + config.url().getPort();
    Session session = Session.getInstance(properties());
    try (Transport transport = session.getTransport(protocol())) {
      Secret password = config.password();
      transport.connect(
          config.url().getHost(),
          config.url().getPort(),
          config.username(),
          password == null ? null : password.value());
      Message mail = mail(notice, session);
      transport.sendMessage(mail, mail.getAllRecipients());
    } catch (AuthenticationFailedException e) {
      throw new IOException(where + " refuses user name or password", e);
    } catch (MessagingException e) {
      throw new IOException(where + ": " + reason(e), e);
    }
  }

  private static String reason(MessagingException e) {
    Exception cause = e.getNextException();
    return e.getMessage() + (cause == null ? "" : ": " + cause.getMessage());
  }

  private String protocol() {
    return config.isImplicitTls() ? "smtps" : "smtp";
  }

  private Properties properties() throws IOException {
    Properties of = new Properties();
    String key = "mail." + protocol() + ".";
    String timeoutMs = String.valueOf(config.timeout().toMillis());
    of.setProperty(key + "connectiontimeout", timeoutMs);
    of.setProperty(key + "timeout", timeoutMs);
    of.setProperty(key + "writetimeout", timeoutMs);
    of.setProperty(key + "auth", String.valueOf(config.username() != null));
    of.setProperty(key + "starttls.enable", String.valueOf(config.startTls()));
    of.setProperty(key + "starttls.required", String.valueOf(config.startTls()));
    of.setProperty(key + "ssl.checkserveridentity", "true");
    TlsFiles tls = config.tls();
    if (tls != null) {
      of.put(key + "ssl.socketFactory", Tls.socketFactory(tls));
    }
    return of;
  }

  private MimeMessage mail(Notice notice, Session session) throws MessagingException {
    MimeMessage mail = new Identified(session, notice);
    mail.setFrom(new InternetAddress(config.from(), true));
    for (String each : config.to()) {
      mail.addRecipient(Message.RecipientType.TO, new InternetAddress(each, true));
    }
    mail.setSubject(notice.title(), UTF_8.name());
    mail.setSentDate(Date.from(notice.at()));
    mail.setHeader("Auto-Submitted", "auto-generated"); // RFC 3834: no answers from absent people
    if (notice.critical()) {
      mail.setHeader("Importance", "high");
    }
    mail.setText(notice.text(), UTF_8.name());
    mail.saveChanges();
    return mail;
  }

  /** A mail that is sent again has the same id, by which mail programs drop it. */
  private static final class Identified extends MimeMessage {

    private final Notice notice;

    Identified(Session session, Notice notice) {
      super(session);
      this.notice = notice;
    }

    @Override
    protected void updateMessageID() throws MessagingException {
      boolean isTest = notice.lines().stream().anyMatch(line -> line.type().equals("test"));
      String once = isTest ? "." + notice.at().toEpochMilli() : "";
      setHeader("Message-ID", "<" + notice.id() + once + "@weir.invalid>");
    }
  }
}
