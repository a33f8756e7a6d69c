package io.weir.gateway.people;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.weir.gateway.http.Role;
import io.weir.gateway.passwords.Passwords;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileOwnerAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The file of users and tokens, as YAML: {@code users} with {@code name}, {@code role} and the hash
 * of the {@code password}; {@code tokens} with {@code name}, {@code role} and {@code sha256}. The
 * command {@code weir user} writes it, and only its owner can read it.
 */
public final class UsersFile {

  private static final String HEAD =
      "# Who may do what at this gateway. Written by: weir user\n"
          + "# Passwords are hashed by bcrypt, tokens by SHA-256.\n";

  private static final Set<PosixFilePermission> OWNER_ONLY =
      EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

  private static final YAMLMapper YAML =
      new YAMLMapper(
          YAMLFactory.builder().disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER).build());

  private final Path path;

  public UsersFile(Path path) {
    this.path = path;
  }

  private record Document(@Nullable List<UserLine> users, @Nullable List<TokenLine> tokens) {}

  private record UserLine(
      @Nullable String name, @Nullable String role, @Nullable String password) {}

  private record TokenLine(@Nullable String name, @Nullable String role, @Nullable String sha256) {}

  // ---- Read

  /** What it holds; {@code null} where there is no file. */
  byte @Nullable [] bytes() throws IOException {
    try {
      return Files.readAllBytes(path);
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  /**
   * Who is in it; nobody where there is no file.
   *
   * @throws IOException if it cannot be read, or something in it is wrong
   */
  public Users read() throws IOException {
    byte[] bytes = bytes();
    return bytes == null ? Users.NONE : parsed(bytes);
  }

  Users parsed(byte[] bytes) throws IOException {
    Document document = document(bytes);
    Set<String> names = new HashSet<>();
    List<User> users = new ArrayList<>();
    for (UserLine line : given(document.users)) {
      String hash = line.password == null ? "" : line.password;
      String name = name(line.name, names);
      if (!Passwords.isHash(hash)) {
        throw wrong("the password of " + name + " is no hash; set it with: weir user password");
      }
      Role role = role(line.role, name);
      if (!role.isOfPeople()) {
        throw wrong("the role " + role.word() + " of " + name + " is for tokens");
      }
      users.add(new User(name, role, hash));
    }
    List<ApiToken> tokens = new ArrayList<>();
    for (TokenLine line : given(document.tokens)) {
      String digest = line.sha256 == null ? "" : line.sha256;
      String name = name(line.name, names);
      if (!digest.matches("[0-9a-f]{64}")) {
        throw wrong("the sha256 of the token " + name + " has not 64 hexadecimal digits");
      }
      tokens.add(new ApiToken(name, role(line.role, name), digest));
    }
    return new Users(users, tokens);
  }

  private Document document(byte[] bytes) throws IOException {
    try {
      Document document =
          new String(bytes, UTF_8).lines().allMatch(line -> line.isBlank() || line.startsWith("#"))
              ? null
              : YAML.readValue(bytes, Document.class);
      return document == null ? new Document(null, null) : document;
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      throw wrong(
          (at == null ? "" : "line " + at.getLineNr() + ": ")
              + "it takes users with name, role and password, and tokens with name, role and"
              + " sha256");
    }
  }

  private static <T> List<T> given(@Nullable List<T> lines) {
    return lines == null ? List.of() : lines;
  }

  private String name(@Nullable String text, Set<String> names) throws IOException {
    try {
      String name = Users.name(text == null ? "" : text);
      if (!names.add(name)) {
        throw wrong("the name " + name + " is there twice");
      }
      return name;
    } catch (IllegalArgumentException e) {
      throw wrong(String.valueOf(e.getMessage()));
    }
  }

  private Role role(@Nullable String text, String name) throws IOException {
    for (Role role : Role.values()) {
      if (role != Role.STRANGER && role.word().equals(text)) {
        return role;
      }
    }
    throw wrong(
        "the role of "
            + name
            + " must be one of viewer, operator, engineer, admin, ingest, metrics");
  }

  private IOException wrong(String what) {
    return new IOException(path + ": " + what);
  }

  // ---- Write

  /**
   * Replaces the file, so that a crash leaves the old or the new one. It belongs to whom the old
   * one belonged, or the folder: who adds a user may be another than who runs the gateway.
   */
  public void write(Users users) throws IOException {
    Path real = Files.exists(path) ? path.toRealPath() : path.toAbsolutePath();
    Path folder = real.getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new IOException(folder + ": there is no such folder; make it first");
    }
    Path made = Files.createTempFile(folder, "users", ".new", ownerOnly(folder));
    try {
      try (FileChannel channel =
          FileChannel.open(made, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
        ByteBuffer bytes = ByteBuffer.wrap(text(users).getBytes(UTF_8));
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      give(made, Files.exists(real) ? real : folder);
      Files.move(made, real, StandardCopyOption.ATOMIC_MOVE);
      force(folder);
    } finally {
      Files.deleteIfExists(made);
    }
  }

  private static FileAttribute<?>[] ownerOnly(Path folder) {
    return isPosix(folder)
        ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
        : new FileAttribute<?>[0];
  }

  private static boolean isPosix(Path path) {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix");
  }

  /** Follows no link: the folder's owner may have put one to another's file there meanwhile. */
  static void give(Path made, Path like) throws IOException {
    FileOwnerAttributeView view =
        Files.getFileAttributeView(made, FileOwnerAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    if (view == null) {
      return;
    }
    UserPrincipal owner = Files.getOwner(like, LinkOption.NOFOLLOW_LINKS);
    if (!owner.equals(view.getOwner())) {
      try {
        view.setOwner(owner);
      } catch (FileSystemException e) {
        throw new IOException(
            like + " belongs to " + owner + ", so run this as that user or as root", e);
      }
    }
  }

  private static void force(Path folder) throws IOException {
    if (isPosix(folder)) { // elsewhere a folder cannot be opened
      try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }

  private static String text(Users users) throws IOException {
    Document document =
        new Document(
            users.users().stream()
                .map(user -> new UserLine(user.name(), user.role().word(), user.hash()))
                .toList(),
            users.tokens().stream()
                .map(token -> new TokenLine(token.name(), token.role().word(), token.digest()))
                .toList());
    return HEAD + YAML.writeValueAsString(document);
  }

  /** Whether others than its owner can read it. */
  boolean isOpen() {
    try {
      return isPosix(path)
          && !OWNER_ONLY.containsAll(Files.getPosixFilePermissions(path))
          && Files.exists(path);
    } catch (IOException e) {
      return false; // what cannot be read is said by who reads it
    }
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
