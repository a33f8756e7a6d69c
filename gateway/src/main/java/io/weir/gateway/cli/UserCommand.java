package io.weir.gateway.cli;

import io.weir.gateway.config.ConfigException;
import io.weir.gateway.http.Role;
import io.weir.gateway.passwords.Passwords;
import io.weir.gateway.people.User;
import io.weir.gateway.people.Users;
import io.weir.gateway.people.UsersFile;
import io.weir.gateway.settings.Config;
import java.io.IOException;
import java.util.Iterator;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** Writes the file of users and tokens. A gateway that runs follows it within two seconds. */
@Command(
    name = "user",
    description = "List, add and remove those who may log in, and tokens of programs.",
    footer = {
      "",
      "  weir user add --config F anna --role admin        asks for the password",
      "  weir user token --config F scada --role ingest    prints the token, once",
      "  weir user hash                                    for a device of an mqtt-listener",
      "",
      "Roles: viewer, operator, engineer, admin; of tokens also ingest and metrics."
    })
final class UserCommand extends CommandGroup {

  /** With its commands. */
  static CommandLine line(Terminal terminal) {
    return new CommandLine(new UserCommand())
        .addSubcommand(new ListUsers(terminal))
        .addSubcommand(new Add(terminal))
        .addSubcommand(new Remove(terminal))
        .addSubcommand(new Password(terminal))
        .addSubcommand(new Token(terminal))
        .addSubcommand(new Hash(terminal));
  }

  private static UsersFile file(ConfigOptions options) throws ConfigException, InputException {
    Config.Login login = options.load().http().login();
    if (login == null) {
      throw new InputException(
          "http.users is not set; add the line users: users.yaml to the section http");
    }
    return new UsersFile(login.users());
  }

  /** The roles that somebody may be given, by their words. */
  abstract static class Roles implements ITypeConverter<Role>, Iterable<String> {

    private final Predicate<Role> may;

    Roles(Predicate<Role> may) {
      this.may = may;
    }

    private Stream<Role> all() {
      return Stream.of(Role.values()).filter(may);
    }

    @Override
    public Role convert(String word) {
      return all()
          .filter(role -> role.word().equalsIgnoreCase(word))
          .findFirst()
          .orElseThrow(() -> new TypeConversionException(word));
    }

    @Override
    public Iterator<String> iterator() {
      return all().map(Role::word).iterator();
    }
  }

  /** Those of people. */
  static final class OfPeople extends Roles {
    OfPeople() {
      super(Role::isOfPeople);
    }
  }

  /** Those of programs: one right each, or as a person. */
  static final class OfTokens extends Roles {
    OfTokens() {
      super(role -> role != Role.STRANGER);
    }
  }

  /** One that names somebody or something. */
  abstract static class Named extends ConfiguredCommand {

    @Parameters(paramLabel = "NAME", description = "Letters, digits, spaces, '.', '_', '@', '-'.")
    private String name = "";

    Named(Terminal terminal) {
      super(terminal);
    }

    String name() throws InputException {
      try {
        return Users.name(name);
      } catch (IllegalArgumentException e) {
        throw new InputException("NAME: " + e.getMessage());
      }
    }

    String newName(Users users) throws InputException {
      String wanted = name();
      if (users.has(wanted)) {
        throw new InputException("there is a user or token " + wanted + " already");
      }
      return wanted;
    }

    String hash() throws InputException, IOException {
      try {
        return Passwords.hash(new PasswordPrompt(terminal).ask());
      } catch (IllegalArgumentException e) {
        throw new InputException(String.valueOf(e.getMessage()));
      }
    }
  }

  @Command(name = "list", description = "List users and tokens with their roles.")
  static final class ListUsers extends ConfiguredCommand {

    ListUsers(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() throws ConfigException, InputException, IOException {
      Users users = file(options).read();
      users.users().forEach(user -> print("user", user.name(), user.role()));
      users.tokens().forEach(token -> print("token", token.name(), token.role()));
      return Program.DONE;
    }

    private void print(String kind, String name, Role role) {
      terminal.out().printf("%-5s  %-8s  %s%n", kind, role.word(), name);
    }
  }

  @Command(
      name = "add",
      description = {
        "Add a user. The password is asked for, or read as one line from the standard input; it"
            + " has at least 10 characters."
      },
      footer = {"", "  weir user add --config F anna --role operator"})
  static final class Add extends Named {

    @Option(
        names = "--role",
        required = true,
        paramLabel = "ROLE",
        converter = OfPeople.class,
        completionCandidates = OfPeople.class,
        description = "viewer, operator, engineer or admin.")
    private Role role = Role.VIEWER;

    Add(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() throws ConfigException, InputException, IOException {
      UsersFile file = file(options);
      Users users = file.read();
      String wanted = newName(users);
      file.write(users.with(new User(wanted, role, hash())));
      terminal.out().printf("added %s as %s%n", wanted, role.word());
      return Program.DONE;
    }
  }

  @Command(
      name = "remove",
      description = "Remove a user, whose sessions end, or a token.",
      footer = {"", "  weir user remove --config F anna"})
  static final class Remove extends Named {

    Remove(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() throws ConfigException, InputException, IOException {
      UsersFile file = file(options);
      Users users = file.read();
      if (!users.has(name())) {
        throw new InputException("there is no user or token " + name());
      }
      file.write(users.without(name()));
      terminal.out().printf("removed %s%n", name());
      return Program.DONE;
    }
  }

  @Command(
      name = "password",
      description = {"Give a user another password, read as with add. The user's sessions end."},
      footer = {"", "  weir user password --config F anna"})
  static final class Password extends Named {

    Password(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() throws ConfigException, InputException, IOException {
      UsersFile file = file(options);
      Users users = file.read();
      User user = users.user(name());
      if (user == null) {
        throw new InputException("there is no user " + name());
      }
      file.write(users.with(new User(user.name(), user.role(), hash())));
      terminal.out().printf("%s has another password%n", user.name());
      return Program.DONE;
    }
  }

  @Command(
      name = "token",
      description = "Make a token for a program, and print it: it is not kept, only its hash.",
      footer = {"", "  weir user token --config F prometheus --role metrics"})
  static final class Token extends Named {

    @Option(
        names = "--role",
        required = true,
        paramLabel = "ROLE",
        converter = OfTokens.class,
        completionCandidates = OfTokens.class,
        description = {
          "ingest: may only send readings. metrics: may only read /metrics. Or a role of people."
        })
    private Role role = Role.METRICS;

    Token(Terminal terminal) {
      super(terminal);
    }

    @Override
    public Integer call() throws ConfigException, InputException, IOException {
      UsersFile file = file(options);
      Users users = file.read();
      Users.Added added = users.withToken(newName(users), role);
      file.write(added.users());
      terminal.out().println(added.secret());
      return Program.DONE;
    }
  }

  @Command(
      name = "hash",
      description = {
        "Print the hash of a device's password, for password-hash of an mqtt-listener. The password"
            + " is asked for, or read as one line from the standard input.",
        "Each connection of a device costs one check. For a long random password few rounds are"
            + " enough, and thousands of devices can connect at once."
      },
      footer = {"", "  openssl rand -base64 24 | tee press-01.password | weir user hash"})
  static final class Hash implements Callable<Integer> {

    private final Terminal terminal;

    @Option(
        names = "--cost",
        paramLabel = "N",
        description = "Two to this power rounds, from 4 to 14. By default ${DEFAULT-VALUE}.")
    private int cost = Passwords.DEVICE_COST;

    Hash(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() throws InputException, IOException {
      if (!Passwords.isDeviceCost(cost)) {
        throw new InputException("--cost: is not from 4 to 14");
      }
      try {
        String hash = Passwords.hash(new PasswordPrompt(terminal).ask(), cost);
        terminal.out().println(hash);
        return Program.DONE;
      } catch (IllegalArgumentException e) {
        throw new InputException(String.valueOf(e.getMessage()));
      }
    }
  }
}
